#!/usr/bin/env bash
# Builds protoc-gen-rustgrpc so that it needs nothing of the system it runs on, and prints the folder with the binary
# and what makes it a remote plugin: a Dockerfile and buf.plugin.yaml.
#
#     interop/static/build.sh [PROFILE [TARGET]]     the default is release
#
# With musl where that target is installed (rustup target add x86_64-unknown-linux-musl), else with glibc's libc.a.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
profile=${1:-release}
target=${2:-}
if [[ -z $target ]]; then
    target=$(rustc -vV | sed -n 's/^host: //p')
    musl=${target%-*}-musl
    if [[ -d $(rustc --print sysroot)/lib/rustlib/$musl ]]; then target=$musl; fi
fi
# With a target, the flags are not for build scripts and macros, which have to be dynamic.
RUSTFLAGS='-C target-feature=+crt-static' \
    cargo build --quiet --manifest-path "$root/Cargo.toml" --profile "$profile" --target "$target" --bin protoc-gen-rustgrpc
folder=$CARGO_TARGET_DIR/static
mkdir -p "$folder"
case $profile in
dev) built=debug ;;
*) built=$profile ;;
esac
cp "$CARGO_TARGET_DIR/$target/$built/protoc-gen-rustgrpc" "$root"/interop/buf/plugin/* "$folder/"
echo "$folder"
