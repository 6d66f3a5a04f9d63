"""Writes tables (Markdown) and plots (SVG) beside results (JSON): report.py docs/benchmarks/codec.json …

The form of the results is in README.md beside this file.
"""

import json
import math
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
# The same results give the same bytes.
matplotlib.rcParams["svg.hashsalt"] = "rustgrpc"
# Letters, not their outlines.
matplotlib.rcParams["svg.fonttype"] = "none"
import matplotlib.pyplot as plt

COLORS = ["#c2410c", "#64748b", "#2563eb", "#16a34a", "#9333ea", "#ca8a04", "#0891b2", "#be185d"]
BARS_PER_ROW = 44


def main(paths):
    for path in map(Path, paths):
        results = json.loads(path.read_text())
        parts = [head(results)]
        for figure in results["figures"]:
            plot = f"{path.stem}-{figure['name']}.svg"
            KINDS[figure["kind"]]["draw"](figure)
            plt.savefig(path.with_name(plot), metadata={"Date": None, "Creator": None}, bbox_inches="tight")
            plt.close()
            parts += [f"## {figure['title']}", f"![{figure['title']}]({plot})", KINDS[figure["kind"]]["table"](figure)]
            if note := figure.get("note"):
                parts.append(note)
        path.with_suffix(".md").write_text("\n\n".join(parts) + "\n")


def head(results):
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    facts = f"Measured on {results['date']} by `{results['command']}` on {results['machine']}; {versions}."
    return "\n\n".join([f"# {results['title']}", *results["about"], facts])


# Bars: a value for each row and column.


def base_row(figure):
    return next((row for row in figure["rows"] if row["name"] == figure.get("base")), None)


def ratio(figure, value, base):
    """How many times better than the base, whichever way is better."""
    return value / base if figure["better"] == "more" else base / value


def ratios(figure, row):
    base = base_row(figure)
    return [None if v is None or b is None else ratio(figure, v, b) for v, b in zip(row["values"], base["values"])]


def geometric_mean(values):
    known = [value for value in values if value is not None]
    return math.exp(sum(map(math.log, known)) / len(known)) if known else None


def number(value):
    if value is None:
        return "–"
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}"


def times(value):
    return "–" if value is None else f"{value:.2f}"


def markdown(columns, rows):
    lines = ["| " + " | ".join(columns) + " |", "| --- |" + " --: |" * (len(columns) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def bars_table(figure):
    base = base_row(figure)
    values = markdown(
        [figure["unit"], *figure["columns"]],
        [[row["name"], *(number(v) for v in row["values"])] for row in figure["rows"]],
    )
    spreads = [s for row in figure["rows"] for s in row.get("spread") or [] if s is not None]
    parts = [values]
    if base:
        mean = figure.get("mean", False)
        rows = []
        for row in figure["rows"]:
            if row is base:
                continue
            cells = ratios(figure, row)
            rows.append([row["name"], *map(times, cells), *([times(geometric_mean(cells))] if mean else [])])
        columns = [f"times better than {figure['base']}", *figure["columns"], *(["geometric mean"] if mean else [])]
        parts.append(markdown(columns, rows))
    if spreads:
        parts.append(f"Spread between rounds: {100 * sorted(spreads)[len(spreads) // 2]:.0f} % (median), {100 * max(spreads):.0f} % at most.")
    return "\n\n".join(parts)


def draw_bars(figure):
    base = base_row(figure)
    rows = figure["rows"]
    columns = len(figure["columns"])
    width = min(14, max(6, columns * len(rows) / BARS_PER_ROW * 14))
    _, axes = plt.subplots(figsize=(width, 3.6))
    step = 0.84 / len(rows)
    for index, row in enumerate(rows):
        heights = ratios(figure, row) if base else row["values"]
        places = [column - 0.42 + step * (index + 0.5) for column in range(columns)]
        axes.bar(places, [height or 0 for height in heights], step * 0.94, label=row["name"], color=COLORS[index % len(COLORS)])
    axes.set_xticks(range(columns), figure["columns"])
    if base:
        axes.axhline(1, color="#334155", linewidth=0.8)
        axes.set_ylabel(f"times better than {figure['base']}")
    else:
        axes.set_ylabel(f"{figure['unit']} ({figure['better']} is better)")
    finish(axes, figure)


# Lines and points.


def lines_table(figure):
    xs = sorted({x for series in figure["series"] for x, _ in series["points"]})
    rows = [[s["name"], *(number(dict(map(tuple, s["points"])).get(x)) for x in xs)] for s in figure["series"]]
    return markdown([f"{figure['y']['label']} by {figure['x']['label']}", *(f"{x:,}" for x in xs)], rows)


def draw_lines(figure):
    _, axes = plt.subplots(figsize=(7, 4))
    for index, series in enumerate(figure["series"]):
        axes.plot(*zip(*series["points"]), marker="o", label=series["name"], color=COLORS[index % len(COLORS)])
    scales(axes, figure)
    finish(axes, figure)


def scatter_table(figure):
    rows = [[p["name"], number(p["x"]), number(p["y"])] for p in figure["points"]]
    return markdown(["", figure["x"]["label"], figure["y"]["label"]], rows)


def draw_scatter(figure):
    _, axes = plt.subplots(figsize=(7, 4))
    for index, point in enumerate(figure["points"]):
        axes.scatter(point["x"], point["y"], color=COLORS[index % len(COLORS)], label=point["name"])
        axes.annotate(point["name"], (point["x"], point["y"]), textcoords="offset points", xytext=(6, 4))
    scales(axes, figure)
    finish(axes, figure, legend=False)


def scales(axes, figure):
    for name in "xy":
        getattr(axes, f"set_{name}label")(figure[name]["label"])
        getattr(axes, f"set_{name}scale")(figure[name].get("scale", "linear"))


def finish(axes, figure, legend=True):
    axes.set_title(figure["title"], loc="left", fontsize=11)
    axes.grid(axis="y", color="#e2e8f0")
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if legend:
        axes.legend(frameon=False, fontsize=8, ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.14))


KINDS = {
    "bars": {"table": bars_table, "draw": draw_bars},
    "lines": {"table": lines_table, "draw": draw_lines},
    "scatter": {"table": scatter_table, "draw": draw_scatter},
}

if __name__ == "__main__":
    main(sys.argv[1:])
