#!/usr/bin/env bash
# A new crate in an empty folder with a new proto, built without a hand edit and without a warning:
# once through the build script, once through `protoc --rustgrpc_out`. A Python client talks to both.
# Needs Python and PyPI; everything is installed into the target folder.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
venv=$("$root/interop/venv.sh")
work=$(mktemp -d)
server=
finish() {
    if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap finish EXIT
files=(common/money.proto shop/v1/order-types.proto shop/v1/shop.proto)

mkdir "$work/python"
"$venv/bin/python" -m grpc_tools.protoc -I"$here/proto" --python_out="$work/python" --grpc_python_out="$work/python" "${files[@]}"
(cd "$root" && cargo build --quiet --bin protoc-gen-rustgrpc)

# new_crate NAME MOUNT: a crate whose `protos` module is mounted by the line MOUNT.
new_crate() {
    mkdir -p "$work/$1/src"
    cp "$here/crate/src/server.rs" "$work/$1/src/"
    while IFS= read -r line; do
        if [ "$line" = @PROTOS@ ]; then line=$2; fi
        printf '%s\n' "$line"
    done <"$here/crate/src/main.rs.in" >"$work/$1/src/main.rs"
    cp "$root/Cargo.lock" "$work/$1/"
    cat >"$work/$1/Cargo.toml" <<TOML
[package]
name = "$1"
version = "0.0.0"
edition = "2024"

[dependencies]
rustgrpc = { path = "$root/crates/rustgrpc" }
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }

[workspace]
TOML
}

# check NAME: builds the crate, starts its server and calls it from Python.
check() {
    (cd "$work/$1" && cargo build --quiet)
    "$CARGO_TARGET_DIR/debug/$1" >"$work/$1.out" &
    server=$!
    for _ in $(seq 100); do
        if [ -s "$work/$1.out" ]; then break; fi
        sleep 0.1
    done
    port=$(sed -n 's/^Listening on port //p' "$work/$1.out")
    PYTHONPATH=$work/python "$venv/bin/python" "$here/client.py" "127.0.0.1:$port"
    kill "$server"
    wait "$server" 2>/dev/null || true
    server=
    echo "$1: built without a warning, and Python talks to it"
}

new_crate fresh-built 'mod protos { rustgrpc::include_protos!(); }'
cp -r "$here/proto" "$work/fresh-built/proto"
cp "$here/crate/build.rs" "$work/fresh-built/"
printf '\n[build-dependencies]\nrustgrpc-build = { path = "%s/crates/rustgrpc-build" }\n' "$root" >>"$work/fresh-built/Cargo.toml"
check fresh-built

new_crate fresh-protoc 'mod protos;'
mkdir "$work/fresh-protoc/src/protos"
PATH=$CARGO_TARGET_DIR/debug:$PATH "$venv/bin/python" -m grpc_tools.protoc -I"$here/proto" --rustgrpc_out="$work/fresh-protoc/src/protos" "${files[@]}"
check fresh-protoc
