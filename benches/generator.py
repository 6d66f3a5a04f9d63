"""Runs generators on the same requests, in interleaved rounds; generator.sh calls it.

    generator.py PROTOS WORK RESULTS RUSTGRPC PROST TONIC [--short]
"""

import datetime
import json
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

OURS, PROST, TONIC = "rustgrpc", "protoc-gen-prost", "protoc-gen-tonic"
BOTH = "protoc-gen-prost + protoc-gen-tonic"
# Of the largest request, a round takes half a minute on a busy machine.
ROUNDS = {1: 31, 10: 15, 100: 9, 1000: 5, "all": 5}
SHORT = {1: 11, 10: 5, 100: 3}


def main(protos, work, results, *programs):
    short = programs[-1] == "--short"
    programs = dict(zip([OURS, PROST, TONIC], programs))
    rounds = SHORT if short else ROUNDS
    files = sorted(str(path.relative_to(protos)) for path in Path(protos).rglob("*.proto"))
    random.Random(1).shuffle(files)
    runs = {}
    for count, times in rounds.items():
        chosen = files if count == "all" else files[:count]
        request = capture(Path(protos), Path(work), chosen)
        runs[len(chosen)] = measure(programs, request, times)
        print(len(chosen), {name: summary(measured) for name, measured in runs[len(chosen)].items()}, file=sys.stderr)
    start = [run([programs[OURS], "--version"], os.devnull).wall for _ in range(31)]
    Path(results).parent.mkdir(parents=True, exist_ok=True)
    Path(results).write_text(json.dumps(report(runs, statistics.median(start), programs), indent=1) + "\n")


def capture(protos, work, files):
    """The request that protoc sends for the files."""
    work.mkdir(parents=True, exist_ok=True)
    request = work / f"request-{len(files)}"
    plugin = Path(__file__).with_name("capture")
    arguments = work / "arguments"
    arguments.write_text("\n".join(files))
    # It complains about the plugin, which answers nothing.
    subprocess.run(
        [sys.executable, "-m", "grpc_tools.protoc", "-I.", f"--plugin=protoc-gen-x={plugin}", f"--x_out={work}", f"@{arguments}"],
        cwd=protos,
        env={**os.environ, "REQUEST": str(request)},
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return request


class Run:
    def __init__(self, wall, usage):
        self.wall = wall
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024


def run(command, request):
    with open(request, "rb") as input, open(os.devnull, "wb") as output:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdin=input, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return Run(wall, usage)


def measure(programs, request, rounds):
    measured = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            measured[name].append(run([program], request))
    measured[BOTH] = [together(prost, tonic) for prost, tonic in zip(measured[PROST], measured[TONIC])]
    return measured


def together(prost, tonic):
    """One after the other."""
    both = object.__new__(Run)
    both.wall, both.cpu = prost.wall + tonic.wall, prost.cpu + tonic.cpu
    both.memory = max(prost.memory, tonic.memory)
    return both


def middle(measured, what):
    return statistics.median(getattr(run, what) for run in measured)


def spread(measured, what):
    values = sorted(getattr(run, what) for run in measured)
    quarter = len(values) // 4
    return round((values[-1 - quarter] - values[quarter]) / middle(measured, what), 3)


def summary(measured):
    return f"{middle(measured, 'cpu'):.3f} s, {middle(measured, 'wall'):.3f} s wall, {middle(measured, 'memory'):.0f} MB"


def report(runs, start, programs):
    names = [OURS, BOTH, PROST, TONIC]

    def bars(name, title, what, unit, least=1, note=None):
        shown = {count: run for count, run in runs.items() if count >= least}
        columns = [f"{count:,} file{'s' * (count > 1)}" for count in shown]
        rows = [
            {
                "name": program,
                "values": [round(middle(run[program], what), 5) for run in shown.values()],
                "spread": [spread(run[program], what) for run in shown.values()],
            }
            for program in names
        ]
        figure = {"name": name, "title": title, "kind": "bars", "unit": unit, "better": "less", "base": BOTH}
        return {**figure, "columns": columns, "rows": rows, **({"note": note} if note else {})}

    def lines(name, title, what, unit):
        series = [{"name": program, "points": [[count, middle(run[program], what)] for count, run in runs.items()]} for program in names]
        axes = {"x": {"label": "files", "scale": "log"}, "y": {"label": unit, "scale": "log"}}
        return {"name": name, "title": title, "kind": "lines", **axes, "series": series}

    one = middle(next(iter(runs.values()))[OURS], "wall")
    return {
        "title": "The generator",
        "about": [
            "One `CodeGeneratorRequest` on standard input, answers to `/dev/null`. The files are a random choice of Google's public protos, "
            "with all that they import; the last column is all of them. protoc-gen-prost writes messages and protoc-gen-tonic services, "
            "so their sum does what protoc-gen-rustgrpc does; the memory is that of the larger of the two. Their messages leave the code "
            "of the codec to a derive macro, so their answers are a fifth as large.",
        ],
        "command": "benches/generator.sh",
        "machine": f"{os.cpu_count()} x86-64 cores that others used as well",
        "date": datetime.date.today().isoformat(),
        "versions": {"protoc-gen-prost": "0.5.0", "protoc-gen-tonic": "0.5.0"},
        "figures": [
            bars("cpu", "Processor time", "cpu", "s"),
            bars("wall", "Wall time", "wall", "s", note=f"The process alone (`--version`) takes {start * 1000:.1f} ms, one file {one * 1000:.1f} ms."),
            # Below, what this process had when it forked counts for its children.
            bars("memory", "Peak memory", "memory", "MB", least=1000),
            lines("linear", "Processor time by number of files", "cpu", "s"),
        ],
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
