"""Starts the example binaries that Cargo built."""
import os
import subprocess
from pathlib import Path

BINARIES = Path(os.environ["RUST_BINARIES"])

# What the names of the binaries end with.
FACES = ["", "-sync"]

# As in the tutorial.
ONLY_AIO = ["user"]


class Server:
    """A Rust example server on a free port, as a context manager. `face` is "" or "-sync"."""

    def __init__(self, example, face):
        self.process = subprocess.Popen(
            [BINARIES / f"{example}-server{face}", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("Listening on port "), repr(line)
        self.target = f"127.0.0.1:{line.split()[-1]}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def run_client(example, face, target):
    """What a Rust example client prints."""
    done = subprocess.run([BINARIES / f"{example}-client{face}", target], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout
