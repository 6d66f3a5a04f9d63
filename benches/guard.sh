#!/usr/bin/env bash
# Measures a short form of the benchmarks as ratios that a busy machine does not change, and fails when one is under its floor
# in floors.toml. Each topic's guard is a script guards/TOPIC.sh that prints `topic.figure.column<TAB>ratio` lines.
#
#     benches/guard.sh [TOPIC …]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$here/../target}
if [[ $# == 0 ]]; then
    set -- $(cd "$here/guards" && basename --suffix .sh -- *.sh)
fi
for topic; do
    "$here/guards/$topic.sh"
done | python3 "$here/guard.py" "$@"
