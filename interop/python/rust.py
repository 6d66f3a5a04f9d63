"""Starts the example binaries that Cargo built."""
import os
import subprocess
from pathlib import Path

BINARIES = Path(os.environ["RUST_BINARIES"])

# What the names of the binaries end with.
FACES = ["", "-sync"]

# As in the tutorial.
ONLY_AIO = ["user"]

# What the clients print, those in Python too.
OUTPUTS = {
    "greet": "Greeter client received: Hello, world!\n",
    "number-stream": "".join(f"Received number: {n}\n" for n in range(10)),
    "sum-stream": "Sum: 15\n",
    "chat": "".join(f"Received: You said: {m}\n" for m in ("Hello", "How are you?", "Goodbye")),
    "user": "User: Alice <alice@example.com>\nListed: Alice\nListed: Bob\nCreated 3 users: [101, 102, 103]\n"
            "StatusCode.NOT_FOUND: User not found\n",
    "hello": "Hello, Alice\nStatusCode.OK, 0 trailing metadata\n",
    "helloworld": "Greeter client received: Hello, World\n",
    "echo": "You said: test-data\n",
}


class Started:
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


class Server(Started):
    """A Rust example server on a free port. `face` is "" or "-sync"."""

    def __init__(self, example, face):
        super().__init__([BINARIES / f"{example}-server{face}", "127.0.0.1:0"])


def run_client(example, face, target):
    """What a Rust example client prints."""
    done = subprocess.run([BINARIES / f"{example}-client{face}", target], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout
