"""gRPC's own interop servicers for Python on a free port, which is printed.

python_server.py sync|aio plain|tls
"""
import asyncio
import sys

import grpc
from src.proto.grpc.testing import test_pb2_grpc
from tests.interop import resources, service
from tests_aio.unit import _test_server

ADDRESS = "127.0.0.1:0"


def credentials():
    return grpc.ssl_server_credentials([(resources.private_key(), resources.certificate_chain())])


def listen(server, is_secure):
    if is_secure:
        port = server.add_secure_port(ADDRESS, credentials())
    else:
        port = server.add_insecure_port(ADDRESS)
    return f"Listening on port {port}"


def sync(is_secure):
    from concurrent.futures import ThreadPoolExecutor
    server = grpc.server(ThreadPoolExecutor(10))
    test_pb2_grpc.add_TestServiceServicer_to_server(service.TestService(), server)
    line = listen(server, is_secure)
    server.start()
    print(line, flush=True)
    server.wait_for_termination()


async def aio(is_secure):
    server = grpc.aio.server()
    test_pb2_grpc.add_TestServiceServicer_to_server(_test_server.TestServiceServicer(), server)
    line = listen(server, is_secure)
    await server.start()
    print(line, flush=True)
    await server.wait_for_termination()


_, face, security = sys.argv
if face == "aio":
    asyncio.run(aio(security == "tls"))
else:
    sync(security == "tls")
