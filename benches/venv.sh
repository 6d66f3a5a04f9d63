#!/usr/bin/env bash
# Prints the folder of a Python virtual environment that draws plots. It is made from PyPI on first use, in the target folder.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=${CARGO_TARGET_DIR:-$here/../target}
mkdir -p "$target"
venv=$(cd "$target" && pwd)/benches-venv
if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/requirements.txt" >&2
    # Last, so that an interrupted installation is not taken for a complete one.
    cp "$here/requirements.txt" "$venv/requirements.txt"
fi
echo "$venv"
