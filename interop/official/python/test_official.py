"""The official interop test cases between Rust and gRPC Python, both ways."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
BINARIES = Path(os.environ["RUST_BINARIES"])
CREDENTIALS = Path(os.environ["TEST_CREDENTIALS"])
NAME = "foo.test.google.fr"

# What both clients and all servers know; gRPC Python has no test cases of compression and no soak.
COMMON = [
    "empty_unary", "large_unary", "client_streaming", "server_streaming", "ping_pong", "empty_stream", "custom_metadata",
    "status_code_and_message", "special_status_message", "unimplemented_method", "unimplemented_service",
    "cancel_after_begin", "cancel_after_first_response", "timeout_on_sleeping_server",
]
SOAK = ["rpc_soak", "channel_soak"]

FACES = ["sync", "aio"]
SECURITIES = ["plain", "tls"]


class Server:
    """A server on a free port, as a context manager."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("Listening on port "), repr(line)
        self.port = line.split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def client_flags(server, security):
    flags = ["--server_host=127.0.0.1", f"--server_port={server.port}"]
    if security == "tls":
        flags += ["--use_tls=true", "--use_test_ca=true", f"--server_host_override={NAME}"]
    return flags


def expect_all(cases, *command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    passed = [line.removesuffix(": passed") for line in done.stdout.splitlines() if line.endswith(": passed")]
    assert (done.returncode, passed) == (0, cases), done.stdout + done.stderr


@pytest.mark.parametrize("security", SECURITIES)
@pytest.mark.parametrize("face", FACES)
def test_rust_client_with_python_server(face, security):
    with Server(sys.executable, HERE / "python_server.py", face, security) as server:
        cases = COMMON + SOAK
        flags = ["--ca_file", CREDENTIALS / "ca.pem", "--soak_per_iteration_max_acceptable_latency_ms=20000"]
        expect_all(cases, BINARIES / "interop-client", f"--test_case={','.join(cases)}", *flags,
                   *client_flags(server, security))


@pytest.mark.parametrize("security", SECURITIES)
@pytest.mark.parametrize("client_face", FACES)
@pytest.mark.parametrize("server_face", FACES)
def test_python_client_with_rust_server(server_face, client_face, security):
    flags = ["--port=0", f"--face={server_face}"]
    if security == "tls":
        flags += ["--use_tls=true", f"--tls_cert_file={CREDENTIALS / 'server1.pem'}",
                  f"--tls_key_file={CREDENTIALS / 'server1.key'}"]
    with Server(BINARIES / "interop-server", *flags) as server:
        expect_all(COMMON, sys.executable, HERE / "python_client.py", client_face, ",".join(COMMON),
                   *client_flags(server, security))
