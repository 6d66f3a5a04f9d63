"""Runs servers and callers of each stack in interleaved rounds: calls.py PROGRAM PYTHON RESULTS [--short]

Called by calls.sh, which builds PROGRAM (benches/calls) and names a Python with grpcio. Servers run on the first processor,
callers on the last. CPU time is what the kernel counts for the threads of a process.
"""

import contextlib
import datetime
import json
import os
import platform
import re
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CPUS = sorted(os.sched_getaffinity(0))
STACKS = ["rustgrpc", "tonic", "connectrpc", "bare hyper", "rustgrpc, blocking", "grpcio, asyncio", "grpcio"]
UNARY = {
    "1 at once": {"concurrency": 1},
    "16": {"concurrency": 16},
    "64": {"concurrency": 64, "connections": 4},
    "256": {"concurrency": 256, "connections": 4},
}
KINDS = {
    **UNARY,
    "10 kB": {"kind": "large", "concurrency": 16},
    "22 kB of logs": {"kind": "batch", "concurrency": 16},
    "logs, gzip": {"kind": "batch", "concurrency": 16, "compressed": 1},
    "TLS": {"concurrency": 64, "connections": 4, "tls": 1},
    "10 kB, TLS": {"kind": "large", "concurrency": 16, "tls": 1},
}
STREAMS = {"to the caller": {"kind": "download"}, "to the server": {"kind": "upload"}, "both ways": {"kind": "chat"}}
# What a stack cannot do, or is not asked to.
LIMITS = {
    "bare hyper": set(UNARY),
    "rustgrpc, blocking": set(UNARY),
    "grpcio, asyncio": {*UNARY, "10 kB", "22 kB of logs", "to the caller", "to the server"},
    "grpcio": {*UNARY, "10 kB", "22 kB of logs"},
}


def main(program, python, results, short):
    bench = Bench(program, python, rounds=2 if short else 5, time=0.3 if short else 0.7)
    sent = bench.rounds_of("load", KINDS, STACKS)
    streams = bench.rounds_of("load", STREAMS, ["rustgrpc", "tonic", "connectrpc", "grpcio, asyncio"])
    own = bench.rounds_of("call", {**UNARY, **STREAMS}, ["rustgrpc", "tonic", "connectrpc", "rustgrpc, blocking"])
    figures = [
        bars("server", "CPU time of the server for a call", "µs", "less", KINDS, sent, lambda run: 1e6 * run["server_cpu"] / run["calls"]),
        bars("throughput", "Calls in a second", "calls/s", "more", KINDS, sent, lambda run: run["calls"] / run["seconds"]),
        bars("latency", "Median latency with each stack's own client", "µs", "less", UNARY, own, lambda run: run["p50"]),
        bars("client", "CPU time of each stack's own client for a call", "µs", "less", UNARY, own, lambda run: 1e6 * run["own_cpu"] / run["calls"]),
        bars("stream_server", "CPU time of the server for a thousand messages of a stream", "µs", "less", STREAMS, streams,
             lambda run: 1e9 * run["server_cpu"] / run["messages"]),
        bars("streams", "Messages in a second, own client and server", "messages/s", "more", STREAMS, own, lambda run: run["messages"] / run["seconds"]),
        counts(bench),
    ]
    figures[5]["note"] = ("connectrpc's server closes the connection over a frame for each message, which is what its client sends; both "
                          "ways it was not asked to.")
    Path(results).write_text(json.dumps({
        "title": "Calls",
        "about": [
            "A server on one processor, callers on another, over loopback; every server runs in a runtime of one thread, the "
            "blocking one in its own. The same program sends the same HTTP/2 frames to each server; where a client is measured, it "
            "is the stack's own against the stack's own server. A unary call echoes a text of 64 bytes unless the column says "
            "otherwise; streams carry 100,000 texts of 64 bytes. Bare hyper reads the request and answers with fixed bytes.",
            f"Medians of {bench.rounds} interleaved rounds of {bench.time} s, but the best round where it says `in a second`: other "
            "work on the machine only ever takes away. CPU time for a call is what compares best.",
        ],
        "command": "benches/calls.sh",
        "machine": machine(),
        "date": datetime.date.today().isoformat(),
        "versions": versions(),
        "figures": figures,
    }, indent=1) + "\n")


class Bench:
    def __init__(self, program, python, rounds, time):
        self.program, self.python, self.rounds, self.time = program, python, rounds, time

    def rounds_of(self, command, columns, stacks):
        """The runs of each stack for each column; stacks take turns."""
        runs = {}
        for column, options in columns.items():
            with contextlib.ExitStack() as servers:
                started = {}
                for stack in stacks:
                    if column in LIMITS.get(stack, KINDS | STREAMS):
                        started[stack] = servers.enter_context(self.server(stack, options))
                for _ in range(self.rounds):
                    for stack, server in list(started.items()):
                        if run := self.run(command, stack, *server, options):
                            runs.setdefault((stack, column), []).append(run)
                        else:
                            del started[stack]
            print(column, command, file=sys.stderr)
        return runs

    @contextlib.contextmanager
    def server(self, stack, options):
        arguments = [f"stack={name(stack)}", *assignments(options, "tls", "compressed")]
        command = [self.program, "serve", *arguments]
        if stack.startswith("grpcio"):
            command = [self.python, str(HERE / "calls" / "python" / "server.py"), stack]
        server = subprocess.Popen(pinned(CPUS[0], command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            yield server.pid, int(server.stdout.readline())
        finally:
            server.kill()
            server.wait()

    def run(self, command, stack, pid, port, options):
        # Python takes its time for each message of a stream.
        count = 10_000 if stack.startswith("grpcio") else 100_000
        arguments = [f"port={port}", f"pid={pid}", f"stack={name(stack)}", f"time={self.time}", f"count={count}", *assignments(options)]
        command = pinned(CPUS[-1], [self.program, command, *arguments])
        try:
            caller = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            print(f"{stack} {options}: {error} {error.stderr}", file=sys.stderr)
            return None
        return json.loads(caller.stdout)

    def within(self, stack, kind, calls, count):
        """Allocations and instructions of the server for one call, by the difference between `calls` and twice as many."""
        seen = []
        for calls in calls, 2 * calls:
            out = Path(os.environ["CARGO_TARGET_DIR"]) / "callgrind.calls"
            for old in out.parent.glob(f"{out.name}*"):
                old.unlink()
            options = [f"stack={name(stack)}", f"kind={kind}", f"calls={calls}", f"count={count}", "concurrency=16", "warm_up=0"]
            command = ["valgrind", "--quiet", "--tool=callgrind", "--separate-threads=yes", f"--callgrind-out-file={out}",
                       self.program, "within", *options]
            told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            # The first thread sends, the second one serves.
            totals = re.search(r"^totals: (\d+)", Path(f"{out}-02").read_text(), re.MULTILINE)
            seen.append((told["allocations"], int(totals[1])))
        return tuple((twice - once) / (calls / 2) for once, twice in zip(*seen))


def counts(bench):
    rows = []
    for stack in ["rustgrpc", "tonic", "connectrpc", "bare hyper"]:
        allocations, instructions = bench.within(stack, "unary", 1000, 0)
        rows.append({"name": stack, "values": [round(allocations, 2), round(instructions)], "spread": [None, None]})
    return {"name": "counts", "title": "What the server does for a unary call", "kind": "bars", "unit": "a call", "better": "less",
            "base": "tonic", "columns": ["allocations", "instructions"], "rows": rows,
            "note": "Instructions outside of the kernel, counted by callgrind."}


def bars(figure, title, unit, better, columns, runs, value):
    rows = []
    for stack in STACKS:
        values, spread = [], []
        for column in columns:
            seen = [value(run) for run in runs.get((stack, column), [])]
            middle = statistics.median(seen) if seen else None
            values.append(None if not seen else max(seen) if better == "more" else middle)
            spread.append((max(seen) - min(seen)) / 2 / middle if len(seen) > 1 else None)
        if any(value is not None for value in values):
            rows.append({"name": stack, "values": values, "spread": spread})
    return {"name": figure, "title": title, "kind": "bars", "unit": unit, "better": better, "base": "tonic",
            "columns": list(columns), "rows": rows}


def name(stack):
    return {"bare hyper": "hyper", "rustgrpc, blocking": "rustgrpc-sync"}.get(stack, stack)


def assignments(options, *names):
    return [f"{key}={value}" for key, value in options.items() if not names or key in names]


def pinned(cpu, command):
    return ["taskset", "--cpu-list", str(cpu), *command]


def machine():
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return f"{len(CPUS)} processors, {model[1] if model else platform.machine()}, Linux {platform.release()}"


def versions():
    lock = (HERE / "calls" / "Cargo.lock").read_text()
    found = {crate: re.search(rf'name = "{crate}"\nversion = "(.*)"', lock)[1] for crate in ["tonic", "connectrpc", "hyper", "h2", "tokio"]}
    requirements = (HERE.parent / "interop" / "requirements.txt").read_text()
    grpcio = re.search(r"^grpcio==(\S+)", requirements, re.MULTILINE)
    return found | ({"grpcio": grpcio[1]} if grpcio else {})


def guard(program):
    """Prints how much less the server does than tonic's for a call."""
    bench = Bench(program, None, 1, 1)
    # What the server does for large requests and uploads depends on how much has arrived when it reads: counts vary by a tenth.
    for kind, calls, count, rounds in [("unary", 500, 0, 1), ("large", 200, 0, 3), ("download", 1, 20_000, 1), ("upload", 1, 20_000, 3)]:
        runs = [[bench.within(stack, kind, calls, count) for _ in range(rounds)] for stack in ["rustgrpc", "tonic"]]
        ours, theirs = ([statistics.median(counts) for counts in zip(*run)] for run in runs)
        allocations, instructions = (their / our for our, their in zip(ours, theirs))
        print(f"calls.instructions.{kind}\t{instructions:.3f}")
        if kind == "unary":
            print(f"calls.allocations.{kind}\t{allocations:.3f}")


if __name__ == "__main__":
    if sys.argv[1] == "guard":
        guard(sys.argv[2])
    else:
        main(*sys.argv[1:4], short="--short" in sys.argv)
