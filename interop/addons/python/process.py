"""Starts the programs, and knows what they print first."""
import os
import subprocess
from pathlib import Path

BINARIES = Path(os.environ["RUST_BINARIES"])


class Server:
    """A server that says its port, started by `command`, as a context manager."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("Listening on port "), repr(line)
        self.target = f"127.0.0.1:{line.split()[-1]}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
