#!/usr/bin/env bash
# The drivers test with Google's protoc among the drivers, an old one (Debian 12: 3.21) and a new one (PyPI
# grpcio-tools). Needs Python, PyPI and, where no protoc 3.21 is installed, apt-get.
# Everything is put into the target folder.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
venv=$("$root/interop/venv.sh")
drivers=$CARGO_TARGET_DIR/interop-drivers
mkdir -p "$drivers"

# old_protoc: prints the path of a protoc 3.21.
old_protoc() {
    local installed unpacked=$drivers/debian
    installed=$(command -v protoc || true)
    if [[ -n $installed && $("$installed" --version) == 'libprotoc 3.21.'* ]]; then
        echo "$installed"
        return
    fi
    if [[ ! -x $unpacked/protoc ]]; then
        rm -rf "$unpacked"
        mkdir "$unpacked"
        (
            cd "$unpacked"
            apt-get download --quiet protobuf-compiler libprotoc32 libprotobuf32 libprotobuf-dev >&2
            for package in *.deb; do dpkg-deb --extract "$package" .; done
        )
        local libraries
        libraries=$(dirname "$(find "$unpacked" -name 'libprotoc.so.*' -print -quit)")
        # Last, so that an interrupted download is not taken for a complete one.
        printf '#!/bin/sh\nLD_LIBRARY_PATH=%q exec %q "$@"\n' "$libraries" "$unpacked/usr/bin/protoc" >"$unpacked/protoc"
        chmod +x "$unpacked/protoc"
    fi
    echo "$unpacked/protoc"
}

# grpcio-tools has no program, and finds the well-known types by itself.
printf '#!/bin/sh\nexec %q -m grpc_tools.protoc "$@"\n' "$venv/bin/python" >"$drivers/grpc-tools-protoc"
chmod +x "$drivers/grpc-tools-protoc"

old=$(old_protoc)
printf 'Drivers: %s and %s\n' "$("$old" --version)" "$("$drivers/grpc-tools-protoc" --version)"
cd "$root"
export PROTOCS=$old:$drivers/grpc-tools-protoc
GRPC_TOOLS_PYTHON=$venv/bin/python cargo test --quiet --package protoc-gen-rustgrpc --test drivers --test protoc -- --ignored
