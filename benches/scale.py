"""What connections and streams cost a server in memory, and latencies under load: scale.py PROGRAM RESULTS [--short]

Called by scale.sh, which builds PROGRAM (benches/calls).
"""

import datetime
import json
import statistics
import subprocess
import sys
from pathlib import Path

from calls import CPUS, Bench, machine, pinned, versions

STACKS = ["rustgrpc", "tonic", "connectrpc"]
CONNECTIONS = 1000
# No more on one connection than every stack allows.
STREAMS = {"connections": 50, "streams": 200}
LOAD = {"concurrency": 256, "connections": 4}


def main(program, results, short):
    bench = Bench(program, None, rounds=2 if short else 5, time=0.5 if short else 2)
    memory = [kibibytes_each(bench, stack) for stack in STACKS]
    peaks = peak(bench)
    latencies = {stack: [] for stack in STACKS}
    rate = peaks["tonic"] / 2
    for _ in range(bench.rounds):
        for stack in STACKS:
            with bench.server(stack, {}) as server:
                own, same = (bench.run("load", stack, *server, LOAD | {"rate": load}) for load in (peaks[stack] / 2, rate))
                latencies[stack].append([run[key] for run in (own, same) for key in ("p50", "p99", "p999")])
    figures = [
        figure("memory", "Resident memory of the server", "KiB", ["a connection", "an open stream"],
               [(stack, [[value] for value in row]) for stack, row in zip(STACKS, memory)],
               f"{CONNECTIONS} connections that have made one call each; {STREAMS['streams']} streams, which have echoed one message "
               f"each, on each of {STREAMS['connections']} connections."),
        figure("tail", "Latency at half of the peak load", "µs",
               [f"{share} %, {of}" for of in ("own peak", "tonic's peak") for share in ("50", "99", "99.9")],
               [(stack, list(zip(*latencies[stack]))) for stack in STACKS],
               "Unary echo of 64 bytes over 4 connections at a fixed rate, from the moment that a call was due. Half of the own peak: "
               + ", ".join(f"{stack} {peaks[stack] / 2:,.0f} calls/s" for stack in STACKS) + "."),
    ]
    Path(results).write_text(json.dumps({
        "title": "Scale",
        "about": ["A server on one processor in a runtime of one thread, the load generator on another, over loopback."],
        "command": "benches/scale.sh",
        "machine": machine(),
        "date": datetime.date.today().isoformat(),
        "versions": versions(),
        "figures": figures,
    }, indent=1) + "\n")


def guard(program):
    """Prints how much less memory connections and streams take than tonic's."""
    bench = Bench(program, None, rounds=1, time=0.5)
    ours, theirs = (kibibytes_each(bench, stack) for stack in ["rustgrpc", "tonic"])
    for name, our, their in zip(["connection", "stream"], ours, theirs):
        print(f"scale.memory.{name}\t{their / our:.3f}")


def kibibytes_each(bench, stack):
    """Of a connection, and of a stream beyond its share of a connection."""
    connection = held(bench, stack, {"connections": CONNECTIONS, "streams": 0}) / CONNECTIONS
    count = STREAMS["connections"] * STREAMS["streams"]
    stream = (held(bench, stack, STREAMS) - connection * STREAMS["connections"]) / count
    return round(connection, 2), round(stream, 2)


def held(bench, stack, options):
    """What the server's memory grows by."""
    with bench.server(stack, {}) as (pid, port):
        # What the first call costs is no connection's.
        bench.run("load", stack, pid, port, {"calls": 100, "warm_up": 0})
        before = resident(pid)
        arguments = [f"{key}={value}" for key, value in options.items()]
        holder = subprocess.Popen(pinned(CPUS[-1], [bench.program, "hold", f"port={port}", *arguments]),
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            if holder.stdout.readline().strip() != "held":
                raise SystemExit(f"{stack} did not hold {options}")
            return resident(pid) - before
        finally:
            holder.kill()
            holder.wait()


def resident(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise SystemExit("the server has gone")


def peak(bench):
    """The most calls in a second."""
    best = {}
    for _ in range(bench.rounds):
        for stack in STACKS:
            with bench.server(stack, {}) as server:
                run = bench.run("load", stack, *server, LOAD)
                best[stack] = max(best.get(stack, 0), run["calls"] / run["seconds"])
    return best


def figure(name, title, unit, columns, rows, note):
    return {"name": name, "title": title, "kind": "bars", "unit": unit, "better": "less", "base": "tonic", "columns": columns, "note": note,
            "rows": [{"name": stack,
                      "values": [statistics.median(seen) for seen in values],
                      "spread": [(max(seen) - min(seen)) / 2 / statistics.median(seen) if len(seen) > 1 else None for seen in values]}
                     for stack, values in rows]}


if __name__ == "__main__":
    if sys.argv[1] == "guard":
        guard(sys.argv[2])
    else:
        main(*sys.argv[1:3], short="--short" in sys.argv)
