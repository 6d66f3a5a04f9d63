#!/usr/bin/env bash
# Checks the crates of the product with each choice of features: none, each alone, and each pair, warnings as errors.
#
#     scripts/features.sh              all of them
#     scripts/features.sh --single     none and each alone, for CI
#
# Needs cargo and Python.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}/features CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=0
RUSTFLAGS="${RUSTFLAGS-} -D warnings"
export RUSTFLAGS

# choices: a line for each: the crate and its features, with commas between them.
choices() {
    cargo metadata --format-version 1 --no-deps --locked | python3 -c '
import itertools, json, sys
largest = int(sys.argv[1])
for package in json.load(sys.stdin)["packages"]:
    # Only what is published; what begins with _ is not for users.
    if package["publish"] == []:
        continue
    features = sorted(name for name in package["features"] if name != "default" and not name.startswith("_"))
    for size in range(largest + 1):
        for choice in itertools.combinations(features, size):
            print(package["name"], ",".join(choice))' "$1"
}

largest=2
if [[ ${1-} == --single ]]; then largest=1; fi
count=0
while read -r package features; do
    if ! cargo check --quiet --locked --package "$package" --no-default-features --features "$features"; then
        echo "$package with the features [$features] does not compile" >&2
        exit 1
    fi
    count=$((count + 1))
done < <(choices "$largest")
echo "$count choices of features compile without a warning"
