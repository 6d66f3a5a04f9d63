"""TLS and mutual TLS."""
import asyncio

import grpc
import peer_lab_pb2 as pb
import peer_lab_pb2_grpc
import pytest


def call(target, channel_credentials, options=(), **kwargs):
    with grpc.secure_channel(target, channel_credentials, options) as channel:
        return peer_lab_pb2_grpc.LabStub(channel).Unary(pb.LabRequest(text="t", want_context=True), **kwargs)


def refused(target, credentials, options=()):
    """The details of a call that finds no connection."""
    with pytest.raises(grpc.RpcError) as error:
        call(target, credentials, options)
    assert error.value.code() is grpc.StatusCode.UNAVAILABLE
    return error.value.details()


@pytest.fixture
def trusting(peer):
    return grpc.ssl_channel_credentials(peer.pem("ca.crt"))


@pytest.fixture
def showing(peer):
    def credentials(name):
        return grpc.ssl_channel_credentials(peer.pem("ca.crt"), peer.pem(f"{name}.key"), peer.pem(f"{name}.crt"))

    return credentials


def test_by_name_and_by_address(peer, trusting):
    for host in ("localhost", "127.0.0.1"):
        assert call(f"{host}:{peer.tls.rsplit(':', 1)[1]}", trusting).text == "t"


def test_by_another_name(peer, trusting):
    for option in ("grpc.ssl_target_name_override", "grpc.default_authority"):
        assert call(peer.tls, trusting, [(option, "foo.test.example")]).text == "t"
    assert "Hostname Verification Check failed" in refused(
        peer.tls, trusting, [("grpc.ssl_target_name_override", "wrong.example")])


def test_another_authority(peer):
    credentials = grpc.ssl_channel_credentials(peer.pem("ca2.crt"))
    assert "CERTIFICATE_VERIFY_FAILED" in refused(peer.tls, credentials)


def test_without_tls(peer, trusting):
    assert "WRONG_VERSION_NUMBER" in refused(peer.target, trusting)
    with grpc.insecure_channel(peer.tls) as channel, pytest.raises(grpc.RpcError) as error:
        peer_lab_pb2_grpc.LabStub(channel).Unary(pb.LabRequest())
    assert error.value.code() is grpc.StatusCode.UNAVAILABLE


def test_call_credentials(peer, trusting):
    token = grpc.access_token_call_credentials("secret")
    headers = [("authorization", b"Bearer secret")]
    for response in (
        call(peer.tls, trusting, credentials=token),
        call(peer.tls, grpc.composite_channel_credentials(trusting, token)),
    ):
        seen = [(header.key, header.value) for header in response.context.metadata]
        assert [pair for pair in seen if pair[0] == "authorization"] == headers


def test_mutual(peer, showing):
    for name in ("client", "client_nosan"):
        assert call(peer.mtls, showing(name)).text == "t"
    # Who is not asked shows nothing.
    assert call(peer.tls, showing("client")).text == "t"


def test_mutual_without_a_good_certificate(peer, trusting, showing):
    # The texts depend on what comes first, the alert or the end of the connection.
    assert refused(peer.mtls, trusting).startswith("failed to connect to all addresses; last error: ")
    assert refused(peer.mtls, showing("badclient")).startswith("failed to connect to all addresses; last error: ")


def test_mutual_with_asyncio(peer, showing):
    async def main():
        async with grpc.aio.secure_channel(peer.mtls, showing("client")) as channel:
            stub = peer_lab_pb2_grpc.LabStub(channel)
            responses = stub.ServerStream(pb.LabRequest(response_count=3))
            return [response.index async for response in responses]

    assert asyncio.run(main()) == [0, 1, 2]


def test_large_messages(peer, trusting):
    with grpc.secure_channel(peer.tls, trusting) as channel:
        lab = peer_lab_pb2_grpc.LabStub(channel)
        responses = list(lab.Bidi(iter([pb.LabRequest(response_size=1_000_000)] * 10)))
    assert [len(response.payload) for response in responses] == [1_000_000] * 10
