#!/usr/bin/env bash
# Measures calls against tonic, connectrpc, a bare HTTP/2 service and gRPC Python. Some ten minutes after the build; `--short`
# runs fewer and shorter rounds and writes below the target folder.
#
#     benches/calls.sh [--short]
#
# Needs cargo, Python, PyPI (for grpcio) and valgrind. Wants a machine that does nothing else.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
cargo build --quiet --locked --release --manifest-path "$here/calls/Cargo.toml"
python=$("$root/interop/venv.sh")/bin/python
results=$root/docs/benchmarks/calls.json
if [[ ${1-} == --short ]]; then
    results=$CARGO_TARGET_DIR/benchmarks/calls.json
fi
mkdir -p "$(dirname "$results")"
"$python" "$here/calls.py" "$CARGO_TARGET_DIR/release/calls" "$python" "$results" "$@"
"$here/report.sh" "$results"
