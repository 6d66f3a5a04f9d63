"""The add-ons of gRPC Python, as clients, against the Rust server, with servicers on the runtime and on threads."""
import asyncio
import socket

import grpc
import lab_pb2
import lab_pb2_grpc
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.rpc import error_details_pb2
from grpc_channelz.v1 import channelz_pb2, channelz_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status
from process import BINARIES, Server

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
SERVICE_UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
TIMEOUT = 20


@pytest.fixture(params=["aio", "sync"])
def server(request):
    with Server([BINARIES / "addons-server", *(["--sync"] if request.param == "sync" else []), "127.0.0.1:0"]) as started:
        yield started


@pytest.fixture
def channel(server):
    with grpc.insecure_channel(server.target) as opened:
        yield opened


def test_health(channel):
    stub, lab = health_pb2_grpc.HealthStub(channel), lab_pb2_grpc.LabStub(channel)
    assert stub.Check(health_pb2.HealthCheckRequest(), timeout=TIMEOUT).status == SERVING
    with pytest.raises(grpc.RpcError) as error:
        stub.Check(health_pb2.HealthCheckRequest(service="addons.Lab"), timeout=TIMEOUT)
    assert error.value.code() == grpc.StatusCode.NOT_FOUND
    watch = stub.Watch(health_pb2.HealthCheckRequest(service="addons.Lab"), timeout=TIMEOUT)
    assert next(watch).status == SERVICE_UNKNOWN
    for status in (SERVING, NOT_SERVING):
        lab.SetHealth(lab_pb2.SetHealthRequest(service="addons.Lab", status=status), timeout=TIMEOUT)
        assert next(watch).status == status
    watch.cancel()
    listed = stub.List(health_pb2.HealthListRequest(), timeout=TIMEOUT).statuses
    assert {name: response.status for name, response in listed.items()} == {"": SERVING, "addons.Lab": NOT_SERVING}


def test_reflection(channel):
    database = ProtoReflectionDescriptorDatabase(channel)
    assert sorted(database.get_services()) == [
        "addons.Lab", "grpc.channelz.v1.Channelz", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"]
    assert list(database.FindAllExtensionNumbers("addons.FailRequest")) == [100]
    # The database asks, and does not return what it is told.
    extension = reflection_pb2.ExtensionRequest(containing_type="addons.FailRequest", extension_number=100)
    request = reflection_pb2.ServerReflectionRequest(file_containing_extension=extension)
    response = next(reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(iter([request]), timeout=TIMEOUT))
    file = response.file_descriptor_response.file_descriptor_proto[0]
    assert descriptor_pb2.FileDescriptorProto.FromString(file).name == "lab.proto"
    with pytest.raises(KeyError):
        database.FindFileByName("no/such.proto")
    with pytest.raises(KeyError):
        database.FindFileContainingSymbol("no.Such")
    pool = descriptor_pool.DescriptorPool(database)
    # What it imports comes with it.
    assert pool.FindFileByName("grpc/channelz/v1/channelz.proto").dependencies[0].name == "google/protobuf/any.proto"
    service = pool.FindServiceByName("addons.Lab")
    assert [method.name for method in service.methods] == ["Fail", "SetHealth"]
    method = service.methods_by_name["SetHealth"]
    request = message_factory.GetMessageClass(method.input_type)(service="dynamic", status=SERVING)
    call = channel.unary_unary(
        "/addons.Lab/SetHealth", type(request).SerializeToString, message_factory.GetMessageClass(method.output_type).FromString)
    call(request, timeout=TIMEOUT)
    checked = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service="dynamic"), timeout=TIMEOUT)
    assert checked.status == SERVING
    hint = pool.FindExtensionByName("addons.hint")
    assert (hint.number, hint.containing_type.full_name) == (100, "addons.FailRequest")


def fail_request():
    request = lab_pb2.FailRequest(code=8, message="too many, 太多")
    request.Extensions[lab_pb2.hint] = "quota"
    return request


def check_rich(status):
    assert (status.code, status.message) == (8, "too many, 太多")
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    assert info.reason == "quota"


def test_rich_status(channel):
    with pytest.raises(grpc.RpcError) as error:
        lab_pb2_grpc.LabStub(channel).Fail(fail_request(), timeout=TIMEOUT)
    assert error.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    check_rich(rpc_status.from_call(error.value))


def test_rich_status_of_an_aio_call(server):
    async def fail():
        async with grpc.aio.insecure_channel(server.target) as channel:
            call = lab_pb2_grpc.LabStub(channel).Fail(fail_request(), timeout=TIMEOUT)
            return await rpc_status.aio.from_call(call)

    check_rich(asyncio.run(fail()))


def test_channelz(server, channel):
    with pytest.raises(grpc.RpcError):
        lab_pb2_grpc.LabStub(channel).Fail(fail_request(), timeout=TIMEOUT)
    stub = channelz_pb2_grpc.ChannelzStub(channel)
    assert stub.GetTopChannels(channelz_pb2.GetTopChannelsRequest(), timeout=TIMEOUT) == \
        channelz_pb2.GetTopChannelsResponse(end=True)
    servers = stub.GetServers(channelz_pb2.GetServersRequest(), timeout=TIMEOUT)
    (told,) = servers.server
    assert servers.end
    # The call that asks runs.
    assert (told.data.calls_started, told.data.calls_succeeded, told.data.calls_failed) == (3, 1, 1)
    assert told.data.last_call_started_timestamp.ToNanoseconds() >= told.data.trace.creation_timestamp.ToNanoseconds() > 0
    again = stub.GetServer(channelz_pb2.GetServerRequest(server_id=told.ref.server_id), timeout=TIMEOUT)
    assert again.server.ref == told.ref
    (listener,) = told.listen_socket
    local = stub.GetSocket(channelz_pb2.GetSocketRequest(socket_id=listener.socket_id), timeout=TIMEOUT).socket.local
    port = int(server.target.split(":")[1])
    assert local.tcpip_address == channelz_pb2.Address.TcpIpAddress(ip_address=socket.inet_aton("127.0.0.1"), port=port)
    sockets = stub.GetServerSockets(
        channelz_pb2.GetServerSocketsRequest(server_id=told.ref.server_id), timeout=TIMEOUT).socket_ref
    connection = stub.GetSocket(channelz_pb2.GetSocketRequest(socket_id=sockets[0].socket_id), timeout=TIMEOUT).socket
    assert connection.data.streams_started == 7
    assert (connection.data.messages_received, connection.data.messages_sent) == (7, 5)
    assert connection.security.other.name == "insecure"
    for name, request in [
        ("channel", channelz_pb2.GetChannelRequest(channel_id=99999)),
        ("subchannel", channelz_pb2.GetSubchannelRequest(subchannel_id=99999)),
        ("server", channelz_pb2.GetServerRequest(server_id=99999)),
        ("socket", channelz_pb2.GetSocketRequest(socket_id=99999)),
    ]:
        with pytest.raises(grpc.RpcError) as error:
            getattr(stub, f"Get{name.capitalize()}")(request, timeout=TIMEOUT)
        assert error.value.code() == grpc.StatusCode.NOT_FOUND
        assert error.value.details() == f"Failed to get the {name}, please ensure your {name}_id==99999 is valid"
