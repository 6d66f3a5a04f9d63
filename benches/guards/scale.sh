#!/usr/bin/env bash
# Memory of a server's connections and streams, beside tonic's.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$here/../target}
cargo build --quiet --locked --profile quick --no-default-features --manifest-path "$here/calls/Cargo.toml"
# Each connection is a file on both sides.
ulimit -n 4096
exec python3 "$here/scale.py" guard "$CARGO_TARGET_DIR/quick/calls"
