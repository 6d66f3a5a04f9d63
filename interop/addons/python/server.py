"""A server with all add-ons of gRPC Python: `server.py sync|aio`. Says its port."""
import asyncio
import sys
from concurrent import futures

import grpc
import lab_pb2
import lab_pb2_grpc
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_channelz.v1 import channelz
from grpc_health.v1 import health, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from grpc_status import rpc_status

NAMES = ("addons.Lab", health.SERVICE_NAME, reflection.SERVICE_NAME)


def rich(request):
    detail = any_pb2.Any()
    detail.Pack(error_details_pb2.ErrorInfo(reason=request.Extensions[lab_pb2.hint]))
    return rpc_status.to_status(status_pb2.Status(code=request.code, message=request.message, details=[detail]))


class Lab(lab_pb2_grpc.LabServicer):
    def __init__(self, servicer):
        self.health = servicer

    def Fail(self, request, context):
        context.abort_with_status(rich(request))

    def SetHealth(self, request, context):
        self.health.set(request.service, request.status)
        return lab_pb2.SetHealthReply()


class AioLab(lab_pb2_grpc.LabServicer):
    def __init__(self, servicer):
        self.health = servicer

    async def Fail(self, request, context):
        await context.abort_with_status(rich(request))

    async def SetHealth(self, request, context):
        await self.health.set(request.service, request.status)
        return lab_pb2.SetHealthReply()


def add(server, servicer, lab):
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    lab_pb2_grpc.add_LabServicer_to_server(lab, server)
    channelz.add_channelz_servicer(server)
    reflection.enable_server_reflection(NAMES, server)
    print("Listening on port", server.add_insecure_port("127.0.0.1:0"), flush=True)


def sync():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=10))
    servicer = health.HealthServicer()
    add(server, servicer, Lab(servicer))
    server.start()
    server.wait_for_termination()


async def aio():
    server = grpc.aio.server()
    servicer = health.aio.HealthServicer()
    add(server, servicer, AioLab(servicer))
    await server.start()
    await server.wait_for_termination()


if sys.argv[1] == "sync":
    sync()
else:
    asyncio.run(aio())
