#!/usr/bin/env bash
# Measures what generated code costs at each build, against prost and tonic; see build_cost.py.
#
# Needs cargo, npm and Python. Everything goes to the target folder and nothing is installed.
#
#     benches/build_cost.sh [--rounds N] [--folders NAME,…] [--only NAME,…] [--json FILE]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
version=5.0.3
work=$CARGO_TARGET_DIR/googleapis
protos=$work/protos-$version
mkdir -p "$work"
if [[ ! -d $protos ]]; then
    unpacked=$(mktemp -d "$work/unpacking.XXXXXX")
    (cd "$unpacked" && npm pack --silent "google-proto-files@$version" >/dev/null)
    tar --extract --gzip --file "$unpacked"/*.tgz --directory "$unpacked"
    # These are built into every generator.
    rm -r "$unpacked/package/google/protobuf"
    mv "$unpacked/package" "$protos"
    rm -rf "$unpacked"
fi
cargo build --quiet --manifest-path "$root/Cargo.toml" --package protoc-gen-rustgrpc
cargo build --quiet --manifest-path "$here/Cargo.toml" --package build_cost
python3 "$here/build_cost.py" "$CARGO_TARGET_DIR/build_cost" "$protos" \
    "$CARGO_TARGET_DIR/debug/protoc-gen-rustgrpc" "$CARGO_TARGET_DIR/debug/build_cost" "$@"
