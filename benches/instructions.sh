#!/usr/bin/env bash
# Prints how many instructions a program executes, which a busy machine does not change; its standard output is dropped.
# Takes valgrind from apt's mirror, into the target folder, where it is not installed.
#
#     benches/instructions.sh PROGRAM [ARGUMENT …] <INPUT
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
valgrind=valgrind
if ! command -v valgrind >/dev/null; then
    unpacked=${CARGO_TARGET_DIR:-$root/target}/valgrind
    "$root/scripts/unpack-debian.sh" "$unpacked" bookworm valgrind >&2
    valgrind=$unpacked/usr/bin/valgrind
    export VALGRIND_LIB=$unpacked/usr/libexec/valgrind
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$valgrind" --tool=callgrind --callgrind-out-file=/dev/null --log-file="$log" "$@" >/dev/null
sed --quiet 's/.*Collected : \([0-9]*\).*/\1/p' "$log"
