#!/usr/bin/env bash
# Puts servers and channels under load and faults, and prints what was measured; fails when a figure is out of its bound.
# Takes over an hour, most of it the soak; --short takes one to two minutes and is not optimised, for CI. Needs cargo and
# Linux. README.md says what each check does, and what was measured.
#
#     interop/faults/run.sh [--short] [--only CHECK] [--soak SECONDS] [--pause MILLISECONDS] [--json FILE]
#
# --only takes the beginning of a check's name and can be repeated. --pause is how long each of the soak's clients rests
# after each call, which leaves the machine to others.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
profile=release
for argument; do
    if [[ $argument == --short ]]; then
        profile=dev
    fi
done
cargo build --quiet --manifest-path "$root/Cargo.toml" --package faults --profile "$profile"
# A thousand connections need more files than many shells allow.
ulimit -S -n "$(ulimit -H -n)"
exec "$CARGO_TARGET_DIR/${profile/dev/debug}/faults" "$@"
