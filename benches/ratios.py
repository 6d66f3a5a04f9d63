"""Prints what `codec measure` printed as ratios to prost: python3 ratios.py < results"""
import json, statistics, sys
from math import exp, log
from collections import defaultdict
rows = defaultdict(dict); size = {}
for line in sys.stdin:
    r = json.loads(line); rows[r["operation"], r["shape"]][r["peer"]] = r["nanoseconds"]; size[r["shape"]] = r["bytes"]
med = statistics.median
for op in ("decode", "encode", "encode_reused", "clone"):
    print(op)
    g = defaultdict(list)
    for (o, shape), peers in rows.items():
        if o != op: continue
        line = f"  {shape:8} {size[shape]:6} B"
        for peer, ns in peers.items():
            ratio = med(p / n for p, n in zip(peers["prost"], ns)); g[peer].append(ratio)
            line += f"   {peer} {med(ns):9.0f} ns {ratio:5.2f}x"
        if op == "decode":
            q = rows["clone", shape]["rustgrpc"]; d = med(a / b for a, b in zip(peers["rustgrpc"], q)); g["decode/clone"].append(d); line += f"   decode/clone {d:.2f}"
        print(line)
    print("  mean    ", "  ".join(f"{p} {exp(sum(map(log, v)) / len(v)):.2f}" for p, v in g.items()))
