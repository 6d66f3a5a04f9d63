#!/usr/bin/env bash
# Writes src/generated/ and src/code_size/ anew from proto/, with this repository's plugin and protoc (PyPI grpcio-tools).
# With --check it compares instead, and fails if what is checked in is not what the plugin writes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/..
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
python=$("$root/interop/venv.sh")/bin/python
cargo build --quiet --manifest-path "$root/Cargo.toml" --package protoc-gen-rustgrpc

check=false
out=$here/src
if [[ ${1-} == --check ]]; then
    check=true
    out=$(mktemp -d)
    trap 'rm -rf "$out"' EXIT
fi

# generate FOLDER PATTERN PARAMETERS: the files whose path is like the pattern.
generate() {
    rm -rf "${out:?}/$1"
    mkdir -p "$out/$1"
    # -I of the working folder alone: the well-known types come from protoc.
    find . -path "$2" -printf '%P\0' | LC_ALL=C sort --zero-terminated |
        xargs -0 "$python" -m grpc_tools.protoc -I. \
            --plugin="protoc-gen-rustgrpc=$CARGO_TARGET_DIR/debug/protoc-gen-rustgrpc" \
            --rustgrpc_out="$out/$1" \
            --rustgrpc_opt="runtime_path=::rustgrpc_protobuf,services=false$3"
    if $check; then
        diff --recursive --brief "$here/src/$1" "$out/$1"
        echo "conformance/src/$1 is what the plugin writes"
    fi
}

cd "$here/proto"
generate generated '*.proto' ''
generate code_size './google/*.proto' ,optimize=.=code_size
