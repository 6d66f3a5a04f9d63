#!/usr/bin/env bash
# Writes tables and plots beside results: benches/report.sh docs/benchmarks/codec.json …
# Without arguments, for all of docs/benchmarks.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [[ $# == 0 ]]; then
    set -- "$here"/../docs/benchmarks/*.json
fi
exec "$("$here/venv.sh")/bin/python" "$here/report.py" "$@"
