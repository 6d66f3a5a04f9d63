"""The Python programs that the guide shows beside the Rust ones: each prints the same, with each other's servers."""
import subprocess
import sys
from pathlib import Path

import pytest

import rust

EXAMPLES = Path(__file__).parents[2] / "examples"


def program(example, role):
    name = example.replace("-", "_")
    return [sys.executable, EXAMPLES / name / "python" / f"{name}_{role}.py"]


def run_client(example, target):
    done = subprocess.run([*program(example, "client"), target], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("face", rust.FACES)
@pytest.mark.parametrize("example", rust.OUTPUTS)
def test_python_client(example, face):
    if face and example in rust.ONLY_AIO:
        pytest.skip("as in the tutorial, there is no synchronous one")
    with rust.Server(example, face) as server:
        assert run_client(example, server.target) == rust.OUTPUTS[example]


@pytest.mark.parametrize("example", rust.OUTPUTS)
def test_python_server(example):
    with rust.Started([*program(example, "server"), "127.0.0.1:0"]) as server:
        assert run_client(example, server.target) == rust.OUTPUTS[example]
        assert rust.run_client(example, "", server.target) == rust.OUTPUTS[example]
