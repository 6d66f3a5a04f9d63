"""The Rust client of the add-ons against the servers of gRPC Python, blocking and asyncio."""
import subprocess
import sys
from pathlib import Path

import pytest
from process import BINARIES, Server

OUTPUT = """health: SERVING
unknown: StatusCode.NOT_FOUND ""
watched: SERVICE_UNKNOWN
watched: SERVING
watched: NOT_SERVING
services: addons.Lab grpc.health.v1.Health grpc.reflection.v1alpha.ServerReflection
files: lab.proto
extensions: [100]
no file: 5
failed: StatusCode.RESOURCE_EXHAUSTED "too many, 太多" quota
channels: 0
failed calls: 3
messages: true
missing: StatusCode.NOT_FOUND Failed to get the socket, please ensure your socket_id==99999 is valid
"""


@pytest.mark.parametrize("face", ["sync", "aio"])
def test_a_rust_client(face):
    with Server([sys.executable, Path(__file__).with_name("server.py"), face]) as server:
        done = subprocess.run([BINARIES / "addons-client", server.target], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == OUTPUT
