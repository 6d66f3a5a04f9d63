#!/usr/bin/env bash
# How many times fewer instructions than prost's the codec takes, how many decoding takes as part of clone()'s, and whether decoding
# allocates no more often than clone().
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
root=$(cd "$here/.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
cargo build --quiet --release --manifest-path "$here/Cargo.toml" --bin codec
codec=$CARGO_TARGET_DIR/release/codec

# instructions SHAPE OPERATION PEER: of many operations, without those of the preparation, which differ a little by the seed of maps.
instructions() {
    local few many times=20
    if [[ $1 == log ]]; then
        times=2000
    fi
    few=$("$here/instructions.sh" "$codec" run "$1" "$2" "$3" 5)
    many=$("$here/instructions.sh" "$codec" run "$1" "$2" "$3" $((5 + times)))
    echo $((many - few))
}

for shape in flat log deep google1 media packed small columns; do
    for operation in decode encode encode_reused; do
        ours=$(instructions "$shape" "$operation" rustgrpc)
        printf 'codec.%s.%s\t%s\n' "$operation" "$shape" \
            "$(bc <<<"scale=3; $(instructions "$shape" "$operation" prost) / $ours")"
        if [[ $operation == decode ]]; then
            printf 'codec.clone.%s\t%s\n' "$shape" "$(bc <<<"scale=3; $(instructions "$shape" clone rustgrpc) / $ours")"
        fi
    done
done
"$codec" allocations | python3 -c '
import json, sys
counts = {}
for line in map(json.loads, sys.stdin):
    if line["peer"] == "rustgrpc":
        counts.setdefault(line["shape"], {})[line["operation"]] = line["allocations"]
for shape, count in counts.items():
    ratio = count["clone"] / count["decode"]
    print(f"codec.allocations.{shape}\t{ratio:.3f}")
'
