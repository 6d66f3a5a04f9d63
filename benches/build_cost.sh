#!/usr/bin/env bash
# Measures what generated code costs at each build, and what speed that buys, against prost and tonic. Some twenty minutes on first
# use; `--short` runs one round over fewer messages and writes below the target folder.
#
#     benches/build_cost.sh [--short]
#
# Needs cargo, npm, Python and PyPI.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
results=$root/docs/benchmarks/build_cost.json
rounds=101
options=(--rounds 3)
if [[ ${1-} == --short ]]; then
    mkdir -p "$CARGO_TARGET_DIR/benchmarks"
    results=$CARGO_TARGET_DIR/benchmarks/build_cost.json
    rounds=15
    options=(--rounds 1 --folders iam)
fi
protos=$("$root/scripts/googleapis_protos.sh")
cargo build --quiet --manifest-path "$root/Cargo.toml" --package protoc-gen-rustgrpc
cargo build --quiet --manifest-path "$here/Cargo.toml" --package build_cost
cargo build --quiet --release --manifest-path "$here/Cargo.toml" --bin codec --features code_size
# Before anything is compiled: the two would disturb each other.
speeds=$(mktemp)
trap 'rm -f "$speeds"' EXIT
"$CARGO_TARGET_DIR/release/codec" measure "$rounds" >"$speeds"
python3 "$here/build_cost.py" "$CARGO_TARGET_DIR/build_cost" "$protos" \
    "$CARGO_TARGET_DIR/debug/protoc-gen-rustgrpc" "$CARGO_TARGET_DIR/debug/build_cost" "${options[@]}" \
    --codec "$speeds" --json "$results"
"$here/report.sh" "$results"
