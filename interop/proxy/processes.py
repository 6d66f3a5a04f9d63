"""nginx, the answering servers and their caller as context managers."""
import os
import signal
import socket
import subprocess
import tempfile
import time

from rust import BINARIES

PATIENCE = 60

CONFIGURATION = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    fastcgi_temp_path {folder}/fastcgi;
    proxy_temp_path {folder}/proxy;
    scgi_temp_path {folder}/scgi;
    uwsgi_temp_path {folder}/uwsgi;
    upstream servers {{
        {servers}
    }}
    server {{
        listen unix:{folder}/socket http2;
        location / {{
            grpc_pass grpc://servers;
        }}
    }}
}}
"""


def listens(path):
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def wait_until(holds):
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


class Nginx:
    """nginx before the servers at `targets`; its own target is a Unix socket in `folder`.

    `upstream` has more directives for the block of this name.
    """

    def __init__(self, folder, targets, upstream):
        servers = " ".join(f"server {target};" for target in targets)
        configuration = folder / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(folder=folder, servers=f"{servers} {upstream}"))
        self.target = f"unix:{folder}/socket"
        self.process = subprocess.Popen(
            [os.environ["NGINX_BINARY"], "-p", folder, "-e", folder / "error.log", "-c", configuration])
        wait_until(lambda: listens(folder / "socket") or self.process.poll() is not None)
        assert self.process.poll() is None, (folder / "error.log").read_text()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


class Server:
    """An answering server called `name`."""

    def __init__(self, name):
        self.name = name
        self.process = subprocess.Popen(
            [BINARIES / "answering-server", "127.0.0.1:0", name], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("Listening on port "), repr(line)
        self.target = f"127.0.0.1:{line.split()[-1]}"

    def stop(self):
        """Gracefully."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(PATIENCE) == 0

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        self.process.stdout.close()


class Caller:
    """Calls without a pause, eight calls at a time."""

    def __init__(self, target, *options):
        self.said = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [BINARIES / "answering-client", target, *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.said, text=True)

    def counts(self):
        """How many calls each server has answered, and how many ended with which status."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.parse(self.process.stdout.readline())

    def wait_for(self, calls, *keys):
        """Until each of the `keys` has that many more calls."""
        before = self.counts()
        wait_until(lambda: all(self.counts().get(key, 0) >= before.get(key, 0) + calls for key in keys))

    def finish(self):
        """The counts when every call has ended, and what the failures said."""
        out, _ = self.process.communicate(timeout=PATIENCE)
        self.said.seek(0)
        return self.parse(out), self.said.read()

    @staticmethod
    def parse(line):
        return {key: int(count) for key, count in (pair.split("=") for pair in line.split())}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.said.close()
