#!/usr/bin/env bash
# Prints the folder of Google's public protos, which come from npm on first use and lie in the target folder.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
version=5.0.3
work=${CARGO_TARGET_DIR:-$root/target}/googleapis
protos=$work/protos-$version
if [[ ! -d $protos ]]; then
    mkdir -p "$work"
    unpacked=$(mktemp -d "$work/unpacking.XXXXXX")
    (cd "$unpacked" && npm pack --silent "google-proto-files@$version" >/dev/null)
    tar --extract --gzip --file "$unpacked"/*.tgz --directory "$unpacked"
    # These are built into every compiler.
    rm -r "$unpacked/package/google/protobuf"
    # Last, so that an interrupted run is not taken for a complete one.
    mv "$unpacked/package" "$protos"
    rm -rf "$unpacked"
fi
cd "$protos" && pwd
