"""A gRPC Python server with the services of peer-server: python peer_server.py sync|aio CERTS.

The first line on stdout is a JSON object with the ports, as peer-server prints it. Serves until it is killed.
"""
import asyncio
import json
import sys
from concurrent import futures
from pathlib import Path

import chat_pb2_grpc
import echo_pb2_grpc
import greet_pb2_grpc
import grpc
import hello_pb2_grpc
import number_stream_pb2_grpc
import peer_lab_pb2_grpc
import sum_stream_pb2_grpc
import user_pb2_grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from tutorial1 import hello_pb2_grpc as plain_pb2_grpc

import asyncio_servicers
import blocking_servicers

# In the order of `all_servicers`.
ADD = [
    greet_pb2_grpc.add_GreeterServicer_to_server,
    plain_pb2_grpc.add_GreeterServicer_to_server,
    hello_pb2_grpc.add_GreeterServicer_to_server,
    number_stream_pb2_grpc.add_NumberServiceServicer_to_server,
    sum_stream_pb2_grpc.add_SumServiceServicer_to_server,
    chat_pb2_grpc.add_ChatServiceServicer_to_server,
    echo_pb2_grpc.add_EchoServicer_to_server,
    user_pb2_grpc.add_UserServiceServicer_to_server,
    peer_lab_pb2_grpc.add_LabServicer_to_server,
]
SERVICES = [
    "greet.Greeter", "number_stream.NumberService", "sum_stream.SumService", "chat.ChatService", "Greeter", "echo.Echo",
    "user.UserService", "hello.Greeter", "peer.v1.Lab", health.SERVICE_NAME, reflection.SERVICE_NAME,
]
STATUSES = {
    "user.UserService": health_pb2.HealthCheckResponse.SERVING,
    "peer.down": health_pb2.HealthCheckResponse.NOT_SERVING,
}
WORKERS = 64
OPTIONS = [("grpc.so_reuseport", 0)]


def prepare(server, servicers, certs):
    """Adds services and ports; describes the ports."""
    for add, servicer in zip(ADD, servicers, strict=True):
        add(servicer, server)
    reflection.enable_server_reflection(SERVICES, server)
    pair = [((certs / "server.key").read_bytes(), (certs / "server.crt").read_bytes())]
    mutual = grpc.ssl_server_credentials(pair, (certs / "ca.crt").read_bytes(), True)
    return json.dumps({
        "insecure": server.add_insecure_port("127.0.0.1:0"),
        "tls": server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials(pair)),
        "mtls": server.add_secure_port("127.0.0.1:0", mutual),
    })


def serve_blocking(certs):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=WORKERS), options=OPTIONS)
    servicer = health.HealthServicer(
        experimental_non_blocking=True, experimental_thread_pool=futures.ThreadPoolExecutor(max_workers=4))
    for service, status in STATUSES.items():
        servicer.set(service, status)
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    ports = prepare(server, blocking_servicers.all_servicers(), certs)
    server.start()
    print(ports, flush=True)
    server.wait_for_termination()


async def serve_aio(certs):
    server = grpc.aio.server(options=OPTIONS)
    servicer = health.aio.HealthServicer()
    for service, status in STATUSES.items():
        await servicer.set(service, status)
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    ports = prepare(server, asyncio_servicers.all_servicers(), certs)
    await server.start()
    print(ports, flush=True)
    await server.wait_for_termination()


if __name__ == "__main__":
    kind, directory = sys.argv[1], Path(sys.argv[2])
    if kind == "sync":
        serve_blocking(directory)
    else:
        asyncio.run(serve_aio(directory))
