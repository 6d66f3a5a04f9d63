#!/usr/bin/env bash
# Measures the generator against protoc-gen-prost with protoc-gen-tonic on Google's public protos: 1, 10, 100, 1000 and all
# files in one request. Some twenty minutes on first use; `--short` runs fewer rounds over fewer files and writes below the
# target folder.
#
#     benches/generator.sh [--short]
#
# Needs cargo, npm, Python and PyPI (for protoc).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
tools=$CARGO_TARGET_DIR/tools
for peer in prost tonic; do
    if [[ ! -x $tools/bin/protoc-gen-$peer ]]; then
        cargo install --quiet --locked --root "$tools" "protoc-gen-$peer@0.5.0"
    fi
done
cargo build --quiet --release --manifest-path "$root/Cargo.toml" --package protoc-gen-rustgrpc
results=$root/docs/benchmarks/generator.json
if [[ ${1-} == --short ]]; then
    mkdir -p "$CARGO_TARGET_DIR/benchmarks"
    results=$CARGO_TARGET_DIR/benchmarks/generator.json
fi
python=$("$root/interop/venv.sh")/bin/python
protos=$("$root/scripts/googleapis_protos.sh")
"$python" "$here/generator.py" "$protos" "$CARGO_TARGET_DIR/generator" "$results" \
    "$CARGO_TARGET_DIR/release/protoc-gen-rustgrpc" "$tools/bin/protoc-gen-prost" "$tools/bin/protoc-gen-tonic" "$@"
"$here/report.sh" "$results"
