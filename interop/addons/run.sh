#!/usr/bin/env bash
# The add-ons between this library and gRPC Python, both ways: health, reflection, google.rpc.Status and channelz, with
# servers of both faces. Needs cargo, Python 3.10 or newer and PyPI; everything is installed into the target folder.
# Arguments go to pytest.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
venv=$("$root/interop/venv.sh")
generated=$CARGO_TARGET_DIR/interop-addons
mkdir -p "$generated"
(cd "$here/proto" && "$venv/bin/python" -m grpc_tools.protoc -I. --python_out="$generated" --grpc_python_out="$generated" lab.proto)
cargo build --quiet --manifest-path "$root/Cargo.toml" --package addons
PYTHONPATH=$generated:$here/python PYTHONDONTWRITEBYTECODE=1 RUST_BINARIES=$CARGO_TARGET_DIR/debug \
    "$venv/bin/python" -m pytest -q -p no:cacheprovider "$here/python" "$@"
