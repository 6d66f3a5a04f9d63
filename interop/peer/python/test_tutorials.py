"""The clients of the tutorials."""
import asyncio
import queue

import chat_pb2
import chat_pb2_grpc
import echo_pb2
import echo_pb2_grpc
import greet_pb2
import greet_pb2_grpc
import grpc
import hello_pb2
import hello_pb2_grpc
import number_stream_pb2
import number_stream_pb2_grpc
import pytest
import sum_stream_pb2
import sum_stream_pb2_grpc
import user_pb2
import user_pb2_grpc
from grpc._cython.cygrpc import CompressionAlgorithm, CompressionLevel
from tutorial1 import hello_pb2 as plain_pb2
from tutorial1 import hello_pb2_grpc as plain_pb2_grpc


@pytest.mark.parametrize("name", ["world", "", "世界", "a" * 10_000, "new\nline", "nul\x00", "😀"])
def test_greeter(channel, name):
    stub = greet_pb2_grpc.GreeterStub(channel)
    assert stub.SayHello(greet_pb2.HelloRequest(name=name)).message == f"Hello, {name}!"


@pytest.mark.parametrize("limit", [10, 1, 0, -3, 1000])
def test_numbers(channel, limit):
    stub = number_stream_pb2_grpc.NumberServiceStub(channel)
    responses = stub.GetNumbers(number_stream_pb2.NumberRequest(limit=limit))
    assert [response.number for response in responses] == list(range(limit))
    assert (responses.code(), responses.details()) == (grpc.StatusCode.OK, "")


@pytest.mark.parametrize("numbers", [[1, 2, 3, 4, 5], [], [-1, -2], [2**31 - 1], [-(2**31)], list(range(1000))])
def test_sum(channel, numbers):
    stub = sum_stream_pb2_grpc.SumServiceStub(channel)
    requests = (sum_stream_pb2.NumberRequest(number=number) for number in numbers)
    assert stub.CalculateSum(requests).sum == sum(numbers)


def test_chat(channel):
    stub = chat_pb2_grpc.ChatServiceStub(channel)
    messages = ["Hello", "How are you?", "Goodbye"]
    responses = stub.Chat(chat_pb2.ChatRequest(message=message) for message in messages)
    assert [response.message for response in responses] == [f"You said: {message}" for message in messages]


def test_chat_answers_each_request_before_the_next(channel):
    requests = queue.Queue()
    responses = chat_pb2_grpc.ChatServiceStub(channel).Chat(iter(requests.get, None))
    for number in range(20):
        requests.put(chat_pb2.ChatRequest(message=str(number)))
        assert next(responses).message == f"You said: {number}"
    requests.put(None)
    with pytest.raises(StopIteration):
        next(responses)
    assert responses.code() is grpc.StatusCode.OK


def test_a_missing_method(channel):
    call = channel.unary_unary(
        "/greet.Greeter/Missing", greet_pb2.HelloRequest.SerializeToString, greet_pb2.HelloReply.FromString)
    with pytest.raises(grpc.RpcError) as error:
        call(greet_pb2.HelloRequest())
    assert (error.value.code(), error.value.details()) == (grpc.StatusCode.UNIMPLEMENTED, "Method not found!")


def test_compression_by_channel_options(peer):
    options = [
        ("grpc.default_compression_algorithm", CompressionAlgorithm.gzip),
        ("grpc.grpc.default_compression_level", CompressionLevel.high),
    ]
    with grpc.insecure_channel(peer.target, options=options) as channel:
        reply = greet_pb2_grpc.GreeterStub(channel).SayHello(greet_pb2.HelloRequest(name="w" * 5000))
    assert reply.message == f"Hello, {'w' * 5000}!"


def test_no_package(channel):
    stub = plain_pb2_grpc.GreeterStub(channel)
    assert stub.SayHello(plain_pb2.HelloRequest(name="World")).message == "Hello, World"


def test_echo(channel):
    assert echo_pb2_grpc.EchoStub(channel).Reply(echo_pb2.EchoRequest(message="test")).message == "You said: test"


def test_users(channel):
    stub = user_pb2_grpc.UserServiceStub(channel)
    alice = user_pb2.UserResponse(id=1, name="Alice", email="alice@example.com")
    assert stub.GetUser(user_pb2.GetUserRequest(id=1)) == alice
    with pytest.raises(grpc.RpcError) as error:
        stub.GetUser(user_pb2.GetUserRequest(id=99))
    assert (error.value.code(), error.value.details()) == (grpc.StatusCode.NOT_FOUND, "User not found")
    for page, users in [(1, [(1, "Alice", ""), (2, "Bob", "")]), (2, [(3, "Carol", "")]), (0, []), (9, [])]:
        found = stub.ListUsers(user_pb2.ListUsersRequest(page=page))
        assert [(user.id, user.name, user.email) for user in found] == users
    for _ in range(2):
        result = stub.CreateUsers(user_pb2.CreateUserRequest(name=name) for name in "abc")
        assert (result.created, list(result.ids)) == (3, [101, 102, 103])


def test_users_with_asyncio(peer):
    async def run():
        async with grpc.aio.insecure_channel(peer.target) as channel:
            stub = user_pb2_grpc.UserServiceStub(channel)
            names = [(await stub.GetUser(user_pb2.GetUserRequest(id=1))).name]
            names += [user.name async for user in stub.ListUsers(user_pb2.ListUsersRequest(page=1))]
            with pytest.raises(grpc.aio.AioRpcError) as error:
                await stub.GetUser(user_pb2.GetUserRequest(id=4))

            async def requests():
                for name in ("x", "y"):
                    yield user_pb2.CreateUserRequest(name=name)

            return names, error.value.details(), list((await stub.CreateUsers(requests())).ids)

    assert asyncio.run(run()) == (["Alice", "Alice", "Bob"], "User not found", [101, 102])


def test_hello_with_call(channel):
    response, call = hello_pb2_grpc.GreeterStub(channel).SayHello.with_call(
        hello_pb2.HelloRequest(name="Alice"), metadata=[("k", "v")], timeout=50, compression=grpc.Compression.Gzip)
    assert response.message == "Hello, Alice"
    assert (call.code(), call.details(), list(call.trailing_metadata())) == (grpc.StatusCode.OK, "", [])


def test_message_size_options(peer):
    options = [("grpc.max_receive_message_length", 10), ("grpc.max_send_message_length", 64)]
    with grpc.insecure_channel(peer.target, options=options) as channel:
        stub = hello_pb2_grpc.GreeterStub(channel)
        for name, text in [("Alice", "Received message larger than max (14 vs. 10)"),
                           ("A" * 100, "Sent message larger than max (102 vs. 64)")]:
            with pytest.raises(grpc.RpcError) as error:
                stub.SayHello(hello_pb2.HelloRequest(name=name))
            assert error.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
            assert text in error.value.details()
