#!/usr/bin/env bash
# gRPC Python against the examples, both ways: Python clients with the Rust servers, Rust clients with
# Python servers. Needs Python 3.10 or newer and PyPI; everything is installed into the target folder.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
venv=$("$root/interop/venv.sh")
generated=$CARGO_TARGET_DIR/interop-python
rm -rf "$generated"
mkdir -p "$generated"
for bins in "$root"/examples/*/src/bin; do
    (cd "$bins/../../proto" && "$venv/bin/python" -m grpc_tools.protoc -I. --python_out="$generated" --grpc_python_out="$generated" *.proto)
done
packages=()
for bins in "$root"/examples/*/src/bin; do
    packages+=(-p "$(basename "${bins%/src/bin}" | tr _ -)")
done
(cd "$root" && cargo build --quiet --bins "${packages[@]}")
PYTHONPATH=$generated:$here PYTHONDONTWRITEBYTECODE=1 RUST_BINARIES=$CARGO_TARGET_DIR/debug \
    "$venv/bin/python" -m pytest -q -p no:cacheprovider "$here" "$@"
