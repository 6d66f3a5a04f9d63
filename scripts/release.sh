#!/usr/bin/env bash
# What has to hold before a release: versions, changelog, packages, the public interface, the oldest compiler, features.
#
#     scripts/release.sh               everything
#     scripts/release.sh --quick       what takes seconds, for CI: versions, changelog, contents of the packages
#
# The public interface is compared with the last tag `v*`, or with the commit that the variable BASELINE names; without
# either there is nothing to compare with. That is done by cargo-semver-checks: yours if there is one, else it is compiled
# into the target folder on first use, some 330 crates and 20 minutes on one busy core. Needs cargo, Python, git, and crates.io.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
target=${CARGO_TARGET_DIR:-$root/target}
export CARGO_TARGET_DIR=$target CARGO_INCREMENTAL=0
# In the order in which they are published.
crates=(rustgrpc-protobuf rustgrpc protoc-gen-rustgrpc rustgrpc-build)

step() {
    printf '\n== %s\n' "$1"
}

step 'Versions and changelog'
python3 scripts/release_facts.py "${crates[@]}"

step 'Packages'
python3 scripts/release_packages.py "${crates[@]}"
if [[ ${1-} == --quick ]]; then exit; fi
packages=()
for crate in "${crates[@]}"; do packages+=(--package "$crate"); done
# Builds each from its package, with the others' packages in place of what is not published yet.
cargo package --quiet --locked --allow-dirty "${packages[@]}"

step 'Public interface'
baseline=${BASELINE:-$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null || true)}
if [[ -z $baseline ]]; then
    echo 'No release to compare with.'
else
    PATH=$PATH:$target/tools/bin
    if [[ ! $(command -v cargo-semver-checks) ]]; then
        CARGO_TARGET_DIR=$target/tools/build cargo install --quiet --locked --root "$target/tools" cargo-semver-checks
        rm -rf "$target/tools/build"
    fi
    cargo-semver-checks semver-checks --baseline-rev "$baseline" "${packages[@]}"
fi

step 'Oldest compiler'
scripts/msrv.sh

step 'Features'
scripts/features.sh

step 'Ready'
