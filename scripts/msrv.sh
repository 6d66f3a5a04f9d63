#!/usr/bin/env bash
# Checks that the product compiles with the oldest compiler that Cargo.toml allows (`rust-version`).
#
# With rustup's toolchain of that version installed: all crates of the product, all features.
#
# Without it, on Debian: the two runtimes, generated code among them, with Debian trixie's rustc 1.85.1, which has
# what later became stable up to 1.88 behind feature gates, and the dependencies' word. The generator's dependencies
# call functions that 1.85 does not have: of the generator itself clippy's `incompatible_msrv` says which
# functions of the standard library are too new (`cargo clippy`, in .ci/run).
#
# Needs cargo; without the toolchain also Debian's apt-get and Python, on x86-64. Everything goes to the target
# folder and nothing is installed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=${CARGO_TARGET_DIR:-$root/target}/msrv
oldest=$(sed --quiet 's/^rust-version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
export CARGO_TARGET_DIR=$work/target CARGO_INCREMENTAL=0
cd "$root"

# Asked so, rustup does not install it.
if rustup toolchain list 2>/dev/null | grep --quiet "^$oldest"; then
    exec cargo "+$oldest" check --quiet --all-features --package rustgrpc-protobuf --package rustgrpc \
        --package rustgrpc-build --package protoc-gen-rustgrpc
fi

cargo metadata --format-version 1 --locked --all-features | python3 -c '
import json, sys
def number(version):
    return [int(part) for part in version.split(".")[:2]]
newer = [
    "{name} {version} wants Rust {rust_version}".format(**package)
    for package in json.load(sys.stdin)["packages"]
    if package["rust_version"] and number(package["rust_version"]) > number(sys.argv[1])
]
sys.exit("\n".join(newer) or None)' "$oldest"

# What became stable between the two. Anything else of a later compiler is an error here.
stable_by_now=(
    let_chains              # 1.88
    slice_as_chunks         # 1.88
    unsigned_is_multiple_of # 1.87
)
"$root/scripts/unpack-debian.sh" "$work/rust-1.85" trixie rustc libstd-rust-1.85 libstd-rust-dev libllvm19 \
    libc6 libgcc-s1 libstdc++6 libbsd0 libedit2 libffi8 libicu76 liblzma5 libmd0 libtinfo6 libxml2 libz3-4 libzstd1 zlib1g
cat >"$work/rustc" <<SH
#!/bin/sh
libraries=$work/rust-1.85/usr/lib/x86_64-linux-gnu
RUSTC_BOOTSTRAP=1 exec "\$libraries/ld-linux-x86-64.so.2" --library-path "\$libraries" \\
    "$work/rust-1.85/usr/bin/rustc" --sysroot "$work/rust-1.85/usr" "\$@"
SH
chmod +x "$work/rustc"
RUSTC=$work/rustc RUSTFLAGS="-Zcrate-attr=feature($(IFS=, && echo "${stable_by_now[*]}"))" \
    cargo check --quiet --ignore-rust-version --all-features --package rustgrpc-protobuf --package rustgrpc
