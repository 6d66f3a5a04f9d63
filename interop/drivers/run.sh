#!/usr/bin/env bash
# The drivers test with Google's protoc among the drivers (PyPI grpcio-tools). Needs Python and PyPI;
# everything is installed into the target folder.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
venv=$("$root/interop/venv.sh")
cd "$root"
GRPC_TOOLS_PYTHON=$venv/bin/python cargo test --quiet --package protoc-gen-rustgrpc --test drivers --test protoc -- --ignored
