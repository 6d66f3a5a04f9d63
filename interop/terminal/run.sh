#!/usr/bin/env bash
# On a terminal the bundled compiler shows how far it is and sums up; elsewhere it is silent. Needs Python.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
cd "$root"
cargo build --quiet --bin protoc-gen-rustgrpc
python3 "$here/test_terminal.py" "$CARGO_TARGET_DIR/debug/protoc-gen-rustgrpc"
