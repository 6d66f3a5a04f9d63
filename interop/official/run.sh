#!/usr/bin/env bash
# The official interop test cases between this library and gRPC Python, both ways: its own test client and server, in
# both flavours, plain and with TLS, as Debian's source package of gRPC has them, over the grpcio of PyPI.
# Rust with Rust is `cargo test -p interop`.
#
# Needs cargo, Python 3.10 or newer, PyPI and Debian's apt-get; everything is downloaded into the target folder, and
# nothing is installed. Arguments go to pytest.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
venv=$("$root/interop/venv.sh")
cache=$CARGO_TARGET_DIR/interop-official

# fetch_source: what of gRPC's source is used, in $cache/grpc.
fetch_source() {
    local apt mirror
    mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep --max-count=1 --extended-regexp '/debian/?$') || {
        echo 'interop/official/run.sh: apt-get knows no Debian mirror' >&2
        exit 1
    }
    apt=$(mktemp -d "$cache/apt.XXXXXX")
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/grpc"
    echo "deb-src $mirror bookworm main" >"$apt/sources.list"
    cat >"$apt/apt.conf" <<CONF
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "-";
Dir::State::Lists "$apt/lists";
Dir::Cache "$apt/cache";
APT::Sandbox::User "$(id --user --name)";
CONF
    apt-get --config-file="$apt/apt.conf" --quiet=2 update
    (cd "$apt" && apt-get --config-file="$apt/apt.conf" --quiet=2 source --download-only --only-source grpc >/dev/null)
    tar --extract --gzip --file "$apt"/grpc_*.orig.tar.gz --strip-components=1 --directory "$apt/grpc" --wildcards \
        '*/src/python/grpcio_tests' '*/src/proto/grpc/testing' '*/src/core/tsi/test_creds'
    # They load a test runner, which wants more packages.
    rm "$apt"/grpc/src/python/grpcio_tests/tests{,_aio}/__init__.py
    # Last, so that an interrupted download is not taken for a complete one.
    mv "$apt/grpc" "$cache/grpc"
    rm -rf "$apt"
}

mkdir -p "$cache"
if [[ ! -d $cache/grpc ]]; then
    fetch_source
fi
(cd "$cache/grpc" && "$venv/bin/python" -m grpc_tools.protoc -I. --python_out=. --grpc_python_out=. \
    src/proto/grpc/testing/{empty,messages,test}.proto)
cargo build --quiet --manifest-path "$root/Cargo.toml" --package interop
PYTHONPATH=$cache/grpc:$cache/grpc/src/python/grpcio_tests:$here/python PYTHONDONTWRITEBYTECODE=1 \
    RUST_BINARIES=$CARGO_TARGET_DIR/debug TEST_CREDENTIALS=$cache/grpc/src/core/tsi/test_creds \
    "$venv/bin/python" -m pytest -q -p no:cacheprovider "$here/python" "$@"
