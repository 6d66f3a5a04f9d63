#!/usr/bin/env bash
# `buf generate` with both strategies, offline, gives the bytes that the bundled compiler gives.
# Needs cargo, and npm for buf itself and for some of Google's public protos, which are put into the target folder.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
packages=(@bufbuild/buf@1.75.0 google-proto-files@5.0.3)
tools=$CARGO_TARGET_DIR/interop-buf
if [[ $(cat "$tools/packages" 2>/dev/null) != "${packages[*]}" ]]; then
    rm -rf "$tools"
    npm install --silent --no-audit --no-fund --prefix "$tools" "${packages[@]}"
    # Last, so that an interrupted installation is not taken for a complete one.
    echo "${packages[*]}" >"$tools/packages"
fi
(cd "$root" && cargo build --quiet --bin protoc-gen-rustgrpc)
export PATH=$CARGO_TARGET_DIR/debug:$tools/node_modules/.bin:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work/home

# offline COMMAND…: runs it without a network, where the system lets us.
if unshare --map-root-user --net true 2>/dev/null; then
    echo 'buf runs in a network namespace of its own, in which there is no network'
    offline() { unshare --map-root-user --net "$@"; }
else
    echo 'buf is not cut off from the network here: there are no namespaces for us'
    offline() { "$@"; }
fi

# same ROOT [STEM]…: compares all ways for the protos below a folder; what becomes of the STEMs may differ.
same() {
    local package=$work/package files compare=(diff --recursive)
    rm -rf "$package"
    mkdir "$package"
    cp "$here"/buf*.yaml "$package"
    cp -r "$1" "$package/proto"
    cd "$package"
    for stem in "${@:2}"; do compare+=("--exclude=${stem}_pb2.rs" "--exclude=${stem}_pb2_grpc.rs"); done
    # buf reads no octal literal as a float, and no group by its name in an option.
    rm -f proto/defaults.proto proto/option_groups.proto
    mapfile -t files < <(cd proto && find . -name '*.proto' -printf '%P\n' | sort)
    mkdir bundled
    protoc-gen-rustgrpc -Iproto --rustgrpc_out=bundled "${files[@]}"
    offline buf generate
    "${compare[@]}" bundled src/protos
    mv src/protos all
    offline buf generate --template buf.gen.directory.yaml
    protoc-gen-rustgrpc tree src/protos
    "${compare[@]}" bundled src/protos
    diff --recursive all src/protos
    local shown=${1#"$root/"}
    echo "${shown#"$work/"}: ${#files[@]} protos${2+ (without ${*:2})}, the same bytes from buf with both strategies"
}

same "$root/interop/fresh/proto"
same "$root/testdata/protos"
same "$root/testdata/names"
# buf takes comments in such places for those of other declarations.
same "$root/tests/protos" comments layout
same "$root/examples/user/proto"

mkdir -p "$work/googleapis/google"
for part in api iam logging/type longrunning pubsub rpc spanner type; do
    mkdir -p "$work/googleapis/google/$part"
    cp -r "$tools/node_modules/google-proto-files/google/$part/." "$work/googleapis/google/$part"
done
same "$work/googleapis"
