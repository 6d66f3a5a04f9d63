"""The services for grpc.server."""
import time

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
    def SayHello(self, request, context):
        return greet_pb2.HelloReply(message=f"Hello, {request.name}!")


class PlainGreeter(plain_pb2_grpc.GreeterServicer):
    def SayHello(self, request, context):
        return plain_pb2.HelloReply(message=f"Hello, {request.name}")


class HelloGreeter(hello_pb2_grpc.GreeterServicer):
    def SayHello(self, request, context):
        return hello_pb2.HelloReply(message=f"Hello, {request.name}")


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


class UserService(user_pb2_grpc.UserServiceServicer):
    def GetUser(self, request, context):
        if request.id not in lab.USERS:
            context.abort(grpc.StatusCode.NOT_FOUND, "User not found")
        return lab.user(request.id)

    def ListUsers(self, request, context):
        yield from lab.page(request.page)

    def CreateUsers(self, request_iterator, context):
        return lab.batch(sum(1 for _ in request_iterator))


class Handler:
    """One handler of the lab at work; its token is noted when the call ends before it has finished."""

    def __init__(self, context):
        self.context = context
        self.token = ""
        self.finished = False
        context.add_callback(lambda: self.finished or lab.CANCELLATIONS.note(self.token))

    def start(self, request):
        self.token = request.cancel_token or self.token
        self.context.set_trailing_metadata(lab.trailing(request, self.context))
        if request.compression in lab.COMPRESSION:
            self.context.set_compression(lab.COMPRESSION[request.compression])
        self.context.send_initial_metadata(lab.sent_back(self.context, "x-peer-initial"))

    def pause(self, ms):
        """Sleeps, no longer than the call lasts."""
        end = time.monotonic() + ms / 1000
        while self.context.is_active() and (left := end - time.monotonic()) > 0:
            time.sleep(min(0.01, left))

    def end(self, request):
        self.context.set_trailing_metadata(lab.trailing(request, self.context))
        if request.raise_message:
            self.finished = self.context.is_active()
            raise ValueError(request.raise_message)
        if not lab.wants_status(request):
            return
        code = lab.CODES[request.status_code]
        if request.set_only:
            self.context.set_code(code)
            self.context.set_details(request.status_message)
        else:
            self.finished = self.context.is_active()
            self.context.abort(code, request.status_message)

    def finish(self):
        self.finished = self.context.is_active()


class Lab(peer_lab_pb2_grpc.LabServicer):
    def Unary(self, request, context):
        attempt = lab.failing_attempt(request, context)
        if attempt is not None:
            context.abort(lab.CODES[request.status_code], f"attempt {attempt}")
        handler = Handler(context)
        handler.start(request)
        handler.pause(request.delay_ms)
        handler.end(request)
        handler.finish()
        return lab.response(request, context)

    def ServerStream(self, request, context):
        handler = Handler(context)
        handler.start(request)
        handler.pause(request.delay_ms)
        for index in range(request.response_count):
            if index:
                handler.pause(request.interval_ms)
            if not context.is_active():
                return
            yield lab.response(request, context, index)
        handler.end(request)
        handler.finish()

    def ClientStream(self, request_iterator, context):
        handler = Handler(context)
        total = lab.Sum()
        for request in request_iterator:
            if not total.texts:
                handler.start(request)
            handler.pause(request.delay_ms)
            total.add(request)
            handler.end(request)
            if request.stop_reading:
                break
        if not total.texts:
            handler.start(pb.LabRequest())
        time.sleep(lab.MOMENT)
        handler.finish()
        return total.result()

    def Bidi(self, request_iterator, context):
        handler = Handler(context)
        handler.start(pb.LabRequest())
        for index, request in enumerate(request_iterator):
            handler.token = request.cancel_token or handler.token
            handler.pause(request.delay_ms)
            handler.end(request)
            yield lab.response(request, context, index)
            if request.stop_reading:
                break
        time.sleep(lab.MOMENT)
        handler.finish()

    def WasCancelled(self, request, context):
        return pb.CancelReport(seen=lab.CANCELLATIONS.has(request.token, request.wait_ms))


def all_servicers():
    return [Greeter(), PlainGreeter(), HelloGreeter(), NumberService(), SumService(), ChatService(), Echo(),
            UserService(), Lab()]
