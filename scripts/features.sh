#!/usr/bin/env bash
# Checks the crates of the product with each choice of features: none, each alone, each pair, and all at once, warnings as
# errors. Not each subset, of which there are 16,384: a feature that needs another or clashes with it shows in the pairs.
#
#     scripts/features.sh              all of them; takes about ten minutes
#     scripts/features.sh --single     none, each alone and all, for CI
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
    if len(features) > largest:
        print(package["name"], ",".join(features))
    for size in range(largest + 1):
        for choice in itertools.combinations(features, size):
            print(package["name"], ",".join(choice))' "$1"
}

largest=2
if [[ ${1-} == --single ]]; then largest=1; fi
list=$(choices "$largest")
count=0
while read -r package features; do
    if ! cargo check --quiet --locked --package "$package" --no-default-features --features "$features"; then
        echo "$package with the features [$features] does not compile" >&2
        exit 1
    fi
    count=$((count + 1))
done <<<"$list"
echo "$count choices of features compile without a warning"
