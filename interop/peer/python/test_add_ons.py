"""Health and reflection, with the clients of grpcio-health-checking and grpcio-reflection."""
import grpc
import pytest
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

STATUS = health_pb2.HealthCheckResponse
SERVICES = {
    "greet.Greeter", "number_stream.NumberService", "sum_stream.SumService", "chat.ChatService", "Greeter", "echo.Echo",
    "user.UserService", "hello.Greeter", "peer.v1.Lab", "grpc.health.v1.Health",
    "grpc.reflection.v1alpha.ServerReflection",
}


@pytest.fixture
def health(channel):
    return health_pb2_grpc.HealthStub(channel)


@pytest.fixture
def database(channel):
    return ProtoReflectionDescriptorDatabase(channel)


@pytest.mark.parametrize("service, status", [
    ("", STATUS.SERVING), ("user.UserService", STATUS.SERVING), ("peer.down", STATUS.NOT_SERVING)])
def test_health_check(health, service, status):
    assert health.Check(health_pb2.HealthCheckRequest(service=service)).status == status


def test_health_check_of_an_unknown_service(health):
    with pytest.raises(grpc.RpcError) as error:
        health.Check(health_pb2.HealthCheckRequest(service="nobody"))
    assert (error.value.code(), error.value.details()) == (grpc.StatusCode.NOT_FOUND, "")


@pytest.mark.parametrize("service, status", [
    ("", STATUS.SERVING), ("peer.down", STATUS.NOT_SERVING), ("nobody", STATUS.SERVICE_UNKNOWN)])
def test_health_watch(health, service, status):
    updates = health.Watch(health_pb2.HealthCheckRequest(service=service))
    assert next(updates).status == status
    assert updates.is_active()
    assert updates.cancel()


def test_reflection_lists_every_service(database):
    assert set(database.get_services()) == SERVICES


@pytest.mark.parametrize("service, methods", [
    ("peer.v1.Lab", ["Unary", "ServerStream", "ClientStream", "Bidi", "NiUnary", "NiServerStream", "NiClientStream",
                     "NiBidi", "WasCancelled"]),
    ("Greeter", ["SayHello"]),
    ("user.UserService", ["GetUser", "ListUsers", "CreateUsers"]),
])
def test_reflection_describes_services(database, service, methods):
    pool = DescriptorPool(database)
    descriptor = pool.FindServiceByName(service)
    assert [method.name for method in descriptor.methods] == methods


def test_reflection_describes_messages(database):
    message = DescriptorPool(database).FindMessageTypeByName("peer.v1.LabRequest")
    assert message.fields_by_name["succeed_after_attempts"].number == 17
    assert message.fields_by_name["compression"].enum_type.values_by_name["DEFLATE"].number == 2


@pytest.mark.parametrize("fields, code", [
    ({"file_containing_symbol": "no.Such"}, 5), ({"file_by_filename": "no.proto"}, 5), ({}, 3)])
def test_reflection_says_what_it_does_not_know(channel, fields, code):
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    response, = stub.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(host="h", **fields)]))
    assert response.error_response.error_code == code
    assert response.original_request.host == "h"
