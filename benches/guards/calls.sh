#!/usr/bin/env bash
# Instructions and allocations of the server for a call, beside tonic's.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$here/../target}
cargo build --quiet --locked --profile quick --no-default-features --manifest-path "$here/calls/Cargo.toml"
exec python3 "$here/calls.py" guard "$CARGO_TARGET_DIR/quick/calls"
