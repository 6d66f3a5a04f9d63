#!/usr/bin/env bash
# Measures the memory of a connection and of a stream, and latencies at half of the peak load. A few minutes after the build.
#
#     benches/scale.sh [--short]
#
# Needs cargo and Python. Wants a machine that does nothing else.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
cargo build --quiet --locked --release --manifest-path "$here/calls/Cargo.toml"
results=$root/docs/benchmarks/scale.json
if [[ ${1-} == --short ]]; then
    results=$CARGO_TARGET_DIR/benchmarks/scale.json
fi
mkdir -p "$(dirname "$results")"
# Each connection is a file on both sides.
ulimit -n 4096
python3 "$here/scale.py" "$CARGO_TARGET_DIR/release/calls" "$results" "$@"
"$here/report.sh" "$results"
