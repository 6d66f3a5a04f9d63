"""The service in gRPC Python: server.py grpcio|'grpcio, asyncio'. Prints its port and serves until its input ends."""

import asyncio
import sys
import tempfile
from concurrent import futures
from pathlib import Path

import grpc
from grpc_tools import protoc

PROTO = Path(__file__).resolve().parent.parent / "proto"

generated = tempfile.mkdtemp()
protoc.main(["", f"-I{PROTO}", f"--python_out={generated}", f"--grpc_python_out={generated}", "echo.proto"])
sys.path.insert(0, generated)
import echo_pb2  # noqa: E402
import echo_pb2_grpc  # noqa: E402

SMALL = echo_pb2.Text(text="abcdefgh" * 8)


class Echo(echo_pb2_grpc.EchoServicer):
    def Unary(self, request, context):
        return request

    Batch = Unary


class AsyncEcho(echo_pb2_grpc.EchoServicer):
    async def Unary(self, request, context):
        return request

    Batch = Unary

    async def Download(self, request, context):
        for _ in range(request.count):
            yield SMALL

    async def Upload(self, request_iterator, context):
        count = 0
        async for _ in request_iterator:
            count += 1
        return echo_pb2.Amount(count=count)


async def serve_async():
    server = grpc.aio.server()
    echo_pb2_grpc.add_EchoServicer_to_server(AsyncEcho(), server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    await server.start()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    if sys.argv[1] == "grpcio, asyncio":
        asyncio.run(serve_async())
    else:
        server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
        echo_pb2_grpc.add_EchoServicer_to_server(Echo(), server)
        print(server.add_insecure_port("127.0.0.1:0"), flush=True)
        server.start()
        sys.stdin.read()
