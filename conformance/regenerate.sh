#!/usr/bin/env bash
# Writes src/generated/ anew from proto/, with this repository's plugin and protoc (PyPI grpcio-tools).
# With --check it compares instead, and fails if what is checked in is not what the plugin writes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/..
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
python=$("$root/interop/venv.sh")/bin/python
cargo build --quiet --manifest-path "$root/Cargo.toml" --package protoc-gen-rustgrpc

out=$here/src/generated
if [[ ${1-} == --check ]]; then
    out=$(mktemp -d)
    trap 'rm -rf "$out"' EXIT
else
    rm -rf "$out"
    mkdir -p "$out"
fi

cd "$here/proto"
# -I of the working folder alone: the well-known types come from protoc.
find . -name '*.proto' -printf '%P\0' | LC_ALL=C sort --zero-terminated |
    xargs -0 "$python" -m grpc_tools.protoc -I. \
        --plugin="protoc-gen-rustgrpc=$CARGO_TARGET_DIR/debug/protoc-gen-rustgrpc" \
        --rustgrpc_out="$out" \
        --rustgrpc_opt=runtime_path=::rustgrpc_protobuf,services=false

if [[ ${1-} == --check ]]; then
    diff --recursive --brief "$here/src/generated" "$out"
    echo 'conformance/src/generated is what the plugin writes'
fi
