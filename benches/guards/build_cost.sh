#!/usr/bin/env bash
# What compiling generated code costs beside prost's, on a small part of Google's public protos: rustc's CPU time and bytes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
root=$(cd "$here/.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
protos=$("$root/scripts/googleapis_protos.sh")
cargo build --quiet --manifest-path "$root/Cargo.toml" --package protoc-gen-rustgrpc
cargo build --quiet --manifest-path "$here/Cargo.toml" --package build_cost
python3 "$here/build_cost.py" "$CARGO_TARGET_DIR/build_cost" "$protos" \
    "$CARGO_TARGET_DIR/debug/protoc-gen-rustgrpc" "$CARGO_TARGET_DIR/debug/build_cost" \
    --folders iam --only prost,rustgrpc,rustgrpc-CODE_SIZE --rounds 2 --ratios
