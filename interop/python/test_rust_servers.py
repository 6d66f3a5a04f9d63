"""gRPC Python clients, blocking and asyncio, against the Rust example servers."""
import asyncio
import queue
from concurrent import futures

import chat_pb2
import chat_pb2_grpc
import echo_pb2
import echo_pb2_grpc
import greet_pb2
import greet_pb2_grpc
import grpc
import hello_pb2
import hello_pb2_grpc
import helloworld_pb2
import helloworld_pb2_grpc
import number_stream_pb2
import number_stream_pb2_grpc
import pytest
import sum_stream_pb2
import sum_stream_pb2_grpc
import user_pb2
import user_pb2_grpc

import rust

TIMEOUT = 20


@pytest.fixture(scope="module", params=rust.FACES)
def target(request):
    """Starts each example's server once, on first use."""
    running = {}

    def start(example):
        if request.param and example in rust.ONLY_AIO:
            pytest.skip("there is one face only")
        if example not in running:
            running[example] = rust.Server(example, request.param)
        return running[example].target

    yield start
    for server in running.values():
        server.__exit__()


@pytest.fixture
def channel(target):
    opened = []

    def connect(example):
        opened.append(grpc.insecure_channel(target(example)))
        return opened[-1]

    yield connect
    for one in opened:
        one.close()


@pytest.mark.parametrize("name", ["", "world", "世界", "😀", "new\nline", "nul\x00", "a" * 100_000])
def test_greeter(channel, name):
    stub = greet_pb2_grpc.GreeterStub(channel("greet"))
    assert stub.SayHello(greet_pb2.HelloRequest(name=name), timeout=TIMEOUT).message == f"Hello, {name}!"


def test_many_calls_on_one_connection(channel):
    stub = greet_pb2_grpc.GreeterStub(channel("greet"))
    calls = [stub.SayHello.future(greet_pb2.HelloRequest(name=str(i)), timeout=TIMEOUT) for i in range(500)]
    assert [call.result().message for call in calls] == [f"Hello, {i}!" for i in range(500)]


@pytest.mark.parametrize("limit", [10, 1, 0, -3, 1000])
def test_numbers(channel, limit):
    stub = number_stream_pb2_grpc.NumberServiceStub(channel("number-stream"))
    responses = stub.GetNumbers(number_stream_pb2.NumberRequest(limit=limit), timeout=TIMEOUT)
    assert [response.number for response in responses] == list(range(limit))
    assert responses.code() is grpc.StatusCode.OK
    assert responses.details() == ""


def test_a_stream_can_be_cancelled(channel):
    stub = number_stream_pb2_grpc.NumberServiceStub(channel("number-stream"))
    responses = stub.GetNumbers(number_stream_pb2.NumberRequest(limit=2**31 - 1), timeout=TIMEOUT)
    assert [next(responses).number for _ in range(3)] == [0, 1, 2]
    responses.cancel()
    assert responses.code() is grpc.StatusCode.CANCELLED


def test_a_deadline_ends_a_stream(channel):
    stub = number_stream_pb2_grpc.NumberServiceStub(channel("number-stream"))
    responses = stub.GetNumbers(number_stream_pb2.NumberRequest(limit=2**31 - 1), timeout=0.3)
    with pytest.raises(grpc.RpcError) as error:
        for _ in responses:
            pass
    assert error.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


@pytest.mark.parametrize("numbers", [[1, 2, 3, 4, 5], [], [-1, -2], [2**31 - 1], list(range(1000))])
def test_sum(channel, numbers):
    stub = sum_stream_pb2_grpc.SumServiceStub(channel("sum-stream"))
    requests = (sum_stream_pb2.NumberRequest(number=number) for number in numbers)
    assert stub.CalculateSum(requests, timeout=TIMEOUT).sum == sum(numbers)


def test_an_error_of_the_handler_is_unknown_with_its_text(channel):
    stub = sum_stream_pb2_grpc.SumServiceStub(channel("sum-stream"))
    requests = (sum_stream_pb2.NumberRequest(number=2**31 - 1) for _ in range(2))
    with pytest.raises(grpc.RpcError) as error:
        stub.CalculateSum(requests, timeout=TIMEOUT)
    assert error.value.code() is grpc.StatusCode.UNKNOWN
    assert "the sum does not fit into int32" in error.value.details()


def test_chat(channel):
    stub = chat_pb2_grpc.ChatServiceStub(channel("chat"))
    messages = ["Hello", "How are you?", "Goodbye"]
    responses = stub.Chat((chat_pb2.ChatRequest(message=message) for message in messages), timeout=TIMEOUT)
    assert [response.message for response in responses] == [f"You said: {message}" for message in messages]


def test_chat_answers_each_request_before_the_next(channel):
    requests = queue.Queue()
    stub = chat_pb2_grpc.ChatServiceStub(channel("chat"))
    responses = stub.Chat(iter(requests.get, None), timeout=TIMEOUT)
    for i in range(20):
        requests.put(chat_pb2.ChatRequest(message=str(i)))
        assert next(responses).message == f"You said: {i}"
    requests.put(None)
    with pytest.raises(StopIteration):
        next(responses)
    assert responses.code() is grpc.StatusCode.OK


def test_echo(channel):
    stub = echo_pb2_grpc.EchoStub(channel("echo"))
    assert stub.Reply(echo_pb2.EchoRequest(message="test-data"), timeout=TIMEOUT).message == "You said: test-data"


def test_hello_with_call(channel):
    stub = hello_pb2_grpc.GreeterStub(channel("hello"))
    request = hello_pb2.HelloRequest(name="Alice")
    response, call = stub.SayHello.with_call(request, metadata=(("k", "v"), ("b-bin", b"\x00\xff")), timeout=TIMEOUT)
    assert response.message == "Hello, Alice"
    assert call.code() is grpc.StatusCode.OK
    assert call.details() == ""
    assert list(call.trailing_metadata()) == []


def test_helloworld_has_no_package(channel):
    stub = helloworld_pb2_grpc.GreeterStub(channel("helloworld"))
    assert stub.SayHello(helloworld_pb2.HelloRequest(name="World"), timeout=TIMEOUT).message == "Hello, World"


def test_an_unknown_method_is_unimplemented(channel):
    call = channel("greet").unary_unary(
        "/greet.Greeter/Missing", greet_pb2.HelloRequest.SerializeToString, greet_pb2.HelloReply.FromString)
    with pytest.raises(grpc.RpcError) as error:
        call(greet_pb2.HelloRequest(), timeout=TIMEOUT)
    assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED
    assert error.value.details() == "Method not found!"


def test_user(channel):
    stub = user_pb2_grpc.UserServiceStub(channel("user"))
    alice = user_pb2.UserResponse(id=1, name="Alice", email="alice@example.com")
    assert stub.GetUser(user_pb2.GetUserRequest(id=1), timeout=TIMEOUT) == alice
    with pytest.raises(grpc.RpcError) as error:
        stub.GetUser(user_pb2.GetUserRequest(id=99), timeout=TIMEOUT)
    assert (error.value.code(), error.value.details()) == (grpc.StatusCode.NOT_FOUND, "User not found")
    for page, names in [(1, ["Alice", "Bob"]), (2, ["Carol"]), (0, []), (-1, []), (9, [])]:
        users = stub.ListUsers(user_pb2.ListUsersRequest(page=page), timeout=TIMEOUT)
        assert [user.name for user in users] == names
    requests = (user_pb2.CreateUserRequest(name=name, email=f"{name}@example.com") for name in "abc")
    result = stub.CreateUsers(requests, timeout=TIMEOUT)
    assert (result.created, list(result.ids)) == (3, [101, 102, 103])


def test_aio_clients(target):
    async def calls():
        async with grpc.aio.insecure_channel(target("user")) as channel:
            stub = user_pb2_grpc.UserServiceStub(channel)
            user = await stub.GetUser(user_pb2.GetUserRequest(id=1), timeout=TIMEOUT)
            pages = stub.ListUsers(user_pb2.ListUsersRequest(page=1), timeout=TIMEOUT)
            names = [user.name] + [user.name async for user in pages]
            with pytest.raises(grpc.aio.AioRpcError) as error:
                await stub.GetUser(user_pb2.GetUserRequest(id=4), timeout=TIMEOUT)

            async def requests():
                for name in ("x", "y"):
                    yield user_pb2.CreateUserRequest(name=name)

            result = await stub.CreateUsers(requests(), timeout=TIMEOUT)
            return names, error.value.code(), error.value.details(), list(result.ids)

    async def chat():
        async with grpc.aio.insecure_channel(target("chat")) as channel:
            call = chat_pb2_grpc.ChatServiceStub(channel).Chat(timeout=TIMEOUT)
            answers = []
            for text in ("a", "b"):
                await call.write(chat_pb2.ChatRequest(message=text))
                answers.append((await call.read()).message)
            await call.done_writing()
            return answers, await call.read(), await call.code()

    assert asyncio.run(calls()) == (
        ["Alice", "Alice", "Bob"], grpc.StatusCode.NOT_FOUND, "User not found", [101, 102])
    assert asyncio.run(chat()) == (["You said: a", "You said: b"], grpc.aio.EOF, grpc.StatusCode.OK)


def test_many_clients_at_once(target):
    def one(number):
        with grpc.insecure_channel(target("greet")) as channel:
            stub = greet_pb2_grpc.GreeterStub(channel)
            return stub.SayHello(greet_pb2.HelloRequest(name=str(number)), timeout=TIMEOUT).message

    with futures.ThreadPoolExecutor(max_workers=16) as pool:
        assert list(pool.map(one, range(64))) == [f"Hello, {i}!" for i in range(64)]
