#!/usr/bin/env bash
# Bytes of output for a thousand instructions of the generator: on one file, and on a part of Google's public protos.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
root=$(cd "$here/.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
cargo build --quiet --release --manifest-path "$root/Cargo.toml" --package protoc-gen-rustgrpc
plugin=$CARGO_TARGET_DIR/release/protoc-gen-rustgrpc
python=$("$root/interop/venv.sh")/bin/python
request=$(mktemp)
trap 'rm -f "$request"' EXIT
cd "$("$root/scripts/googleapis_protos.sh")"

# measure NAME FILE…
measure() {
    local name=$1 bytes instructions
    shift
    # It complains about the plugin, which answers nothing.
    REQUEST=$request "$python" -m grpc_tools.protoc -I. --plugin=protoc-gen-x="$here/capture" --x_out=/tmp "$@" 2>/dev/null || true
    bytes=$("$plugin" <"$request" | wc --bytes)
    instructions=$("$here/instructions.sh" "$plugin" <"$request")
    printf 'generator.%s\t%s\n' "$name" "$(bc <<<"scale=2; 1000 * $bytes / $instructions")"
}

measure one_file google/type/money.proto
mapfile -t files < <(find google/spanner google/pubsub google/iam -name '*.proto' | sort)
measure many_files "${files[@]}"
