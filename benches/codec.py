"""Makes the results of the codec from what the program `codec` prints; codec.sh calls it.

    codec.py RESULTS MEASURED ALLOCATIONS
"""

import datetime
import json
import os
import statistics
import sys
import tomllib
from math import exp, log
from pathlib import Path

OURS, BASE = "rustgrpc", "prost"
TITLES = {
    "decode": "Decode to an owned message",
    "encode": "Encode to a fresh `Vec`",
    "encode_reused": "Encode into a `Vec` that was used before",
}
SHAPES = {
    "flat": "flat scalars",
    "log": "log record with a map",
    "deep": "deep nesting, oneofs",
    "google1": "Google's message 1",
    "media": "media frame",
    "packed": "small packed fields",
    "small": "small sub-messages",
    "columns": "packed columns",
}


def main(results, measured, allocations):
    times, sizes = {}, {}
    for line in read(measured):
        times.setdefault(line["operation"], {}).setdefault(line["peer"], {})[line["shape"]] = line["nanoseconds"]
        sizes[line["shape"]] = line["bytes"]
    counts = {}
    for line in read(allocations):
        counts.setdefault(line["operation"], {}).setdefault(line["peer"], {})[line["shape"]] = line["allocations"]
    shapes = list(sizes)
    columns = [f"{SHAPES[shape]}, {sizes[shape]:,} B" for shape in shapes]
    figures = [speed(name, title, times[name], sizes, columns) for name, title in TITLES.items()]
    figures += [to_clone(times, shapes, columns), allocated(counts, shapes, columns)]
    Path(results).parent.mkdir(parents=True, exist_ok=True)
    Path(results).write_text(json.dumps({**head(times["decode"]), "figures": figures}, indent=1) + "\n")


def read(path):
    with open(path) as lines:
        return [json.loads(line) for line in lines]


def speed(name, title, times, sizes, columns):
    """Rates whose quotients are the medians of the rounds' quotients: a round's neighbours share its disturbances."""
    rows = []
    for peer, by_shape in ordered(times):
        values, spreads = [], []
        for shape, size in sizes.items():
            if shape not in by_shape:
                values.append(None)
                spreads.append(None)
                continue
            base = times[BASE][shape]
            ratios = [theirs / ours for theirs, ours in zip(base, by_shape[shape])]
            rate = size / statistics.median(base) * 1e9 / 2**20
            values.append(round(rate * statistics.median(ratios), 1))
            spreads.append(spread(by_shape[shape] if peer == BASE else ratios))
        rows.append({"name": peer, "values": values, "spread": spreads})
    figure = {"name": name, "title": title, "kind": "bars", "unit": "MiB/s", "better": "more", "base": BASE, "mean": True}
    return {**figure, "columns": columns, "rows": rows}


def to_clone(times, shapes, columns):
    rows = []
    for peer, by_shape in ordered(times["decode"])[:2]:
        ratios = [[d / c for d, c in zip(by_shape[shape], times["clone"][peer][shape])] for shape in shapes]
        values = [round(statistics.median(ratio), 2) for ratio in ratios]
        rows.append({"name": peer, "values": values, "spread": [spread(ratio) for ratio in ratios]})
    mean = exp(sum(map(log, next(row["values"] for row in rows if row["name"] == OURS))) / len(shapes))
    figure = {"name": "clone", "title": "Decoding, against `clone()` of what is decoded", "kind": "bars", "unit": "times"}
    note = (
        f"How many times as long as the message's own `clone()` its decoding takes; {OURS} {mean:.2f} in geometric mean. "
        "A clone allocates as often and copies as much, so this is what reading the bytes costs. Where the message is one "
        "block of memory (small sub-messages, packed columns) a clone is a copy of that block."
    )
    return {**figure, "better": "less", "columns": columns, "rows": rows, "note": note}


def allocated(counts, shapes, columns):
    rows = [{"name": f"{peer}, {operation}", "values": [counts[operation][peer][shape] for shape in shapes], "spread": [0] * len(shapes)}
            for peer, _ in ordered(counts["decode"]) if peer != "protobuf" for operation in ("decode", "clone")]
    figure = {"name": "allocations", "title": "Allocations of a decoding and of a clone", "kind": "bars", "unit": "allocations"}
    note = "Google's runtime takes its memory from arenas of its own, which are not counted."
    return {**figure, "better": "less", "columns": columns, "rows": rows, "note": note}


def ordered(by_peer):
    """Ours first, then the one that all are compared with."""
    return sorted(by_peer.items(), key=lambda item: [OURS, BASE].index(item[0]) if item[0] in (OURS, BASE) else 2)


def spread(values):
    values = sorted(values)
    quarter = len(values) // 4
    return round((values[-1 - quarter] - values[quarter]) / statistics.median(values), 3)


def head(peers):
    here = Path(__file__).parent
    manifest = tomllib.loads((here / "Cargo.toml").read_text())["dependencies"]
    versions = {peer: manifest[peer]["version"].lstrip("=") for peer in peers if peer != OURS}
    return {
        "title": "The codec",
        "about": [
            "Messages of eight kinds (`benches/proto/shapes.proto`) with seeded data, the same bytes for all; each implementation encodes to "
            "the same number of the same bytes, which is checked. All keep what they are made to keep: rustgrpc and buffa and Google's "
            "protobuf keep unknown fields, prost and quick-protobuf drop them.",
            "Release builds with link-time optimisation in one program, glibc's allocator, CPU time of one thread in turns of 0.2 ms. In each "
            "round each implementation has a turn; ratios are medians of the rounds' ratios, spreads are between their quartiles.",
        ],
        "command": "benches/codec.sh",
        "machine": f"{os.cpu_count()} x86-64 cores that others used as well",
        "date": datetime.date.today().isoformat(),
        "versions": versions,
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
