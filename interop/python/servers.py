"""The services of the examples in gRPC Python, once for grpc.server and once for grpc.aio."""
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
import sum_stream_pb2
import sum_stream_pb2_grpc
import user_pb2
import user_pb2_grpc

USERS = [(1, "Alice", "alice@example.com"), (2, "Bob", "bob@example.com"), (3, "Carol", "carol@example.com")]


def page(number):
    return [user_pb2.UserResponse(id=i, name=n) for i, n, _ in USERS[2 * (number - 1):2 * number]]


def user(number):
    return next((user_pb2.UserResponse(id=i, name=n, email=e) for i, n, e in USERS if i == number), None)


def batch(count):
    return user_pb2.BatchResult(created=count, ids=[101 + i for i in range(count)])


class Greeter(greet_pb2_grpc.GreeterServicer):
    def SayHello(self, request, context):
        return greet_pb2.HelloReply(message=f"Hello, {request.name}!")


class NumberService(number_stream_pb2_grpc.NumberServiceServicer):
    def GetNumbers(self, request, context):
        for number in range(request.limit):
            yield number_stream_pb2.NumberResponse(number=number)


class SumService(sum_stream_pb2_grpc.SumServiceServicer):
    def CalculateSum(self, request_iterator, context):
        return sum_stream_pb2.SumResponse(sum=sum(request.number for request in request_iterator))


class ChatService(chat_pb2_grpc.ChatServiceServicer):
    def Chat(self, request_iterator, context):
        for request in request_iterator:
            yield chat_pb2.ChatResponse(message=f"You said: {request.message}")


class Echo(echo_pb2_grpc.EchoServicer):
    def Reply(self, request, context):
        return echo_pb2.EchoReply(message=f"You said: {request.message}")


class Hello(hello_pb2_grpc.GreeterServicer):
    def SayHello(self, request, context):
        return hello_pb2.HelloReply(message=f"Hello, {request.name}")


class HelloWorld(helloworld_pb2_grpc.GreeterServicer):
    def SayHello(self, request, context):
        return helloworld_pb2.HelloReply(message=f"Hello, {request.name}")


class UserService(user_pb2_grpc.UserServiceServicer):
    def GetUser(self, request, context):
        return user(request.id) or context.abort(grpc.StatusCode.NOT_FOUND, "User not found")

    def ListUsers(self, request, context):
        yield from page(request.page)

    def CreateUsers(self, request_iterator, context):
        return batch(sum(1 for _ in request_iterator))


class AioGreeter(greet_pb2_grpc.GreeterServicer):
    async def SayHello(self, request, context):
        return greet_pb2.HelloReply(message=f"Hello, {request.name}!")


class AioNumberService(number_stream_pb2_grpc.NumberServiceServicer):
    async def GetNumbers(self, request, context):
        for number in range(request.limit):
            yield number_stream_pb2.NumberResponse(number=number)


class AioSumService(sum_stream_pb2_grpc.SumServiceServicer):
    async def CalculateSum(self, request_iterator, context):
        return sum_stream_pb2.SumResponse(sum=sum([request.number async for request in request_iterator]))


class AioChatService(chat_pb2_grpc.ChatServiceServicer):
    async def Chat(self, request_iterator, context):
        async for request in request_iterator:
            yield chat_pb2.ChatResponse(message=f"You said: {request.message}")


class AioEcho(echo_pb2_grpc.EchoServicer):
    async def Reply(self, request, context):
        return echo_pb2.EchoReply(message=f"You said: {request.message}")


class AioHello(hello_pb2_grpc.GreeterServicer):
    async def SayHello(self, request, context):
        return hello_pb2.HelloReply(message=f"Hello, {request.name}")


class AioHelloWorld(helloworld_pb2_grpc.GreeterServicer):
    async def SayHello(self, request, context):
        return helloworld_pb2.HelloReply(message=f"Hello, {request.name}")


class AioUserService(user_pb2_grpc.UserServiceServicer):
    async def GetUser(self, request, context):
        return user(request.id) or await context.abort(grpc.StatusCode.NOT_FOUND, "User not found")

    async def ListUsers(self, request, context):
        for found in page(request.page):
            yield found

    async def CreateUsers(self, request_iterator, context):
        return batch(len([request async for request in request_iterator]))


def add_to(server):
    """Registers the servicers of grpc.server."""
    greet_pb2_grpc.add_GreeterServicer_to_server(Greeter(), server)
    number_stream_pb2_grpc.add_NumberServiceServicer_to_server(NumberService(), server)
    sum_stream_pb2_grpc.add_SumServiceServicer_to_server(SumService(), server)
    chat_pb2_grpc.add_ChatServiceServicer_to_server(ChatService(), server)
    echo_pb2_grpc.add_EchoServicer_to_server(Echo(), server)
    hello_pb2_grpc.add_GreeterServicer_to_server(Hello(), server)
    helloworld_pb2_grpc.add_GreeterServicer_to_server(HelloWorld(), server)
    user_pb2_grpc.add_UserServiceServicer_to_server(UserService(), server)


def add_to_aio(server):
    """Registers the servicers of grpc.aio."""
    greet_pb2_grpc.add_GreeterServicer_to_server(AioGreeter(), server)
    number_stream_pb2_grpc.add_NumberServiceServicer_to_server(AioNumberService(), server)
    sum_stream_pb2_grpc.add_SumServiceServicer_to_server(AioSumService(), server)
    chat_pb2_grpc.add_ChatServiceServicer_to_server(AioChatService(), server)
    echo_pb2_grpc.add_EchoServicer_to_server(AioEcho(), server)
    hello_pb2_grpc.add_GreeterServicer_to_server(AioHello(), server)
    helloworld_pb2_grpc.add_GreeterServicer_to_server(AioHelloWorld(), server)
    user_pb2_grpc.add_UserServiceServicer_to_server(AioUserService(), server)
