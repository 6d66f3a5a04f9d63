"""The services for grpc.aio.server."""
import asyncio

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
import peer_lab_pb2 as pb
import peer_lab_pb2_grpc
import sum_stream_pb2
import sum_stream_pb2_grpc
import user_pb2_grpc
from tutorial1 import hello_pb2 as plain_pb2
from tutorial1 import hello_pb2_grpc as plain_pb2_grpc

import lab


class Greeter(greet_pb2_grpc.GreeterServicer):
    async def SayHello(self, request, context):
        return greet_pb2.HelloReply(message=f"Hello, {request.name}!")


class PlainGreeter(plain_pb2_grpc.GreeterServicer):
    async def SayHello(self, request, context):
        return plain_pb2.HelloReply(message=f"Hello, {request.name}")


class HelloGreeter(hello_pb2_grpc.GreeterServicer):
    async def SayHello(self, request, context):
        return hello_pb2.HelloReply(message=f"Hello, {request.name}")


class NumberService(number_stream_pb2_grpc.NumberServiceServicer):
    async def GetNumbers(self, request, context):
        for number in range(request.limit):
            yield number_stream_pb2.NumberResponse(number=number)


class SumService(sum_stream_pb2_grpc.SumServiceServicer):
    async def CalculateSum(self, request_iterator, context):
        return sum_stream_pb2.SumResponse(sum=sum([request.number async for request in request_iterator]))


class ChatService(chat_pb2_grpc.ChatServiceServicer):
    async def Chat(self, request_iterator, context):
        # With the read/write API, which the others do not use.
        while (request := await context.read()) is not grpc.aio.EOF:
            await context.write(chat_pb2.ChatResponse(message=f"You said: {request.message}"))


class Echo(echo_pb2_grpc.EchoServicer):
    async def Reply(self, request, context):
        return echo_pb2.EchoReply(message=f"You said: {request.message}")


class UserService(user_pb2_grpc.UserServiceServicer):
    async def GetUser(self, request, context):
        if request.id not in lab.USERS:
            await context.abort(grpc.StatusCode.NOT_FOUND, "User not found")
        return lab.user(request.id)

    async def ListUsers(self, request, context):
        for user in lab.page(request.page):
            yield user

    async def CreateUsers(self, request_iterator, context):
        return lab.batch(len([request async for request in request_iterator]))


class Handler:
    """One handler of the lab at work; its token is noted when it is cancelled before it has finished."""

    def __init__(self, context):
        self.context = context
        self.token = ""

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind in (asyncio.CancelledError, GeneratorExit):
            lab.CANCELLATIONS.note(self.token)

    async def start(self, request):
        self.token = request.cancel_token or self.token
        self.context.set_trailing_metadata(lab.trailing(request, self.context))
        if request.compression in lab.COMPRESSION:
            self.context.set_compression(lab.COMPRESSION[request.compression])
        await self.context.send_initial_metadata(lab.sent_back(self.context, "x-peer-initial"))

    async def end(self, request):
        metadata = lab.trailing(request, self.context)
        self.context.set_trailing_metadata(metadata)
        if request.raise_message:
            raise ValueError(request.raise_message)
        if not lab.wants_status(request):
            return
        code = lab.CODES[request.status_code]
        if request.set_only:
            self.context.set_code(code)
            self.context.set_details(request.status_message)
        else:
            await self.context.abort(code, request.status_message, metadata)


class Lab(peer_lab_pb2_grpc.LabServicer):
    async def Unary(self, request, context):
        attempt = lab.failing_attempt(request, context)
        if attempt is not None:
            await context.abort(lab.CODES[request.status_code], f"attempt {attempt}")
        with Handler(context) as handler:
            await handler.start(request)
            await asyncio.sleep(request.delay_ms / 1000)
            await handler.end(request)
            return lab.response(request, context)

    async def ServerStream(self, request, context):
        with Handler(context) as handler:
            await handler.start(request)
            await asyncio.sleep(request.delay_ms / 1000)
            for index in range(request.response_count):
                if index:
                    await asyncio.sleep(request.interval_ms / 1000)
                yield lab.response(request, context, index)
            await handler.end(request)

    async def ClientStream(self, request_iterator, context):
        total = lab.Sum()
        with Handler(context) as handler:
            async for request in request_iterator:
                if not total.texts:
                    await handler.start(request)
                await asyncio.sleep(request.delay_ms / 1000)
                total.add(request)
                await handler.end(request)
                if request.stop_reading:
                    break
            if not total.texts:
                await handler.start(pb.LabRequest())
            await asyncio.sleep(lab.MOMENT)
            return total.result()

    async def Bidi(self, request_iterator, context):
        index = 0
        with Handler(context) as handler:
            await handler.start(pb.LabRequest())
            async for request in request_iterator:
                handler.token = request.cancel_token or handler.token
                await asyncio.sleep(request.delay_ms / 1000)
                await handler.end(request)
                yield lab.response(request, context, index)
                index += 1
                if request.stop_reading:
                    break
            await asyncio.sleep(lab.MOMENT)

    async def WasCancelled(self, request, context):
        seen = asyncio.to_thread(lab.CANCELLATIONS.has, request.token, request.wait_ms)
        return pb.CancelReport(seen=await seen)


def all_servicers():
    return [Greeter(), PlainGreeter(), HelloGreeter(), NumberService(), SumService(), ChatService(), Echo(),
            UserService(), Lab()]
