"""gRPC Python clients against a server with the services of peer-server, whatever it is written in.

    pytest --target 127.0.0.1:50051 --tls localhost:50443 --mtls localhost:50444 --certs DIR [--flavour sync|aio]

The flavour says whose texts the server gives to errors that handlers let out: those of grpc.server, which are rustgrpc's
as well, or those of grpc.aio.server.
"""
from pathlib import Path
from types import SimpleNamespace

import grpc
import peer_lab_pb2 as pb
import peer_lab_pb2_grpc
import pytest


def pytest_addoption(parser):
    group = parser.getgroup("peer")
    for option in ("target", "tls", "mtls"):
        group.addoption(f"--{option}", required=True)
    group.addoption("--certs", required=True, type=Path)
    group.addoption("--flavour", choices=("sync", "aio"), default="sync")


@pytest.fixture(scope="session")
def peer(request):
    options = {name: request.config.getoption(name) for name in ("target", "tls", "mtls", "certs", "flavour")}
    return SimpleNamespace(**options, pem=lambda name: (options["certs"] / name).read_bytes())


@pytest.fixture
def channel(peer):
    with grpc.insecure_channel(peer.target) as channel:
        yield channel


@pytest.fixture
def lab(channel):
    return peer_lab_pb2_grpc.LabStub(channel)


@pytest.fixture
def raised(peer):
    """The details of an error that left a handler of one response, or (iterating) of a stream."""
    def details(text, iterating=False):
        if peer.flavour == "aio":
            return f"Unexpected <class 'ValueError'>: {text}"
        return f"Exception {'iterating responses' if iterating else 'calling application'}: {text}"

    return details


@pytest.fixture
def cancelled(channel):
    """Whether the server saw the call with a token end before its handler."""
    stub = peer_lab_pb2_grpc.LabStub(channel)
    return lambda token, wait_ms=30_000: stub.WasCancelled(pb.CancelQuery(token=token, wait_ms=wait_ms)).seen
