"""Compares ratios from standard input, one `topic.figure.column<TAB>ratio` a line, with floors.toml: guard.py TOPIC …

Only the floors of the named topics count. Fails when a ratio is under its floor, and when a floor has no ratio.
"""

import sys
import tomllib
from pathlib import Path


def main(topics):
    floors = tomllib.loads(Path(__file__).with_name("floors.toml").read_text())
    floors = {key: floor for topic in topics for key, floor in flatten(floors[topic], topic)}
    measured = {}
    for line in sys.stdin:
        key, value = line.rstrip("\n").split("\t")
        measured[key] = float(value)
    failed = False
    for key, floor in floors.items():
        ratio = measured.get(key)
        fine = ratio is not None and ratio >= floor
        failed |= not fine
        print(f"{'  ' if fine else '! '}{key:44} {'not measured' if ratio is None else f'{ratio:8.2f}'}   floor {floor}")
    for key in measured.keys() - floors.keys():
        failed = True
        print(f"! {key} has no floor in floors.toml")
    return failed


def flatten(table, path):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from flatten(value, f"{path}.{key}")
        else:
            yield f"{path}.{key}", value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
