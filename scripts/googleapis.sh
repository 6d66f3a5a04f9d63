#!/usr/bin/env bash
# Generates Google's public protos (npm google-proto-files: some 8000 files) with the bundled compiler and
# compiles the result: rustc with clippy, rustdoc and doctests, each with warnings as errors.
#
# Needs cargo and npm. Everything goes to the target folder and nothing is installed.
#
#     scripts/googleapis.sh               all parts
#     scripts/googleapis.sh --quick       a part that has a bit of everything, for CI
#     scripts/googleapis.sh PART…         parts by name, such as `cloud/a` or `ads/v21`; `list` shows them
#     scripts/googleapis.sh together      generates all files in one request, and compares with the parts' own
#
# Measured with Rust 1.95 on two cores that others used as well (an idle machine is faster); the memory is that of
# the largest process, clippy:
#
#     part                        messages      lines   clippy, rustdoc, doctests      memory
#     quick                            932    190 000   25 s, clippy alone              1.3 GB
#     ads/v21 … v25, each             2000    490 000   2 minutes                       2.9 GB
#     cloud/a                         4400    840 000   5 minutes                       5.4 GB
#     cloud/d                         5600  1 090 000   13 minutes, at a busy time      7.1 GB
#     cloud/compute                   4300  1 200 000   6 minutes                       6.4 GB
#     cloud/…, others, each      1500…2700  … 560 000   2…7 minutes                     3.4 GB
#     rest/a, rest/b-m                3600    750 000   5 minutes                       4.8 GB
#     rest/n-z                        2100    460 000   3 minutes                       2.8 GB
#
# Types and borrows of functions take most of it; nothing else stands out.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
export CARGO_INCREMENTAL=0
work=$CARGO_TARGET_DIR/googleapis

# parts: every part's name. Each becomes a crate that a compiler can hold.
parts() {
    printf 'rest/%s\n' a b-m n-z others
    printf 'cloud/%s\n' a b c compute d e-l m-n o-r s-u v-z
    # Nearly the same five times over.
    (cd "$protos/google/ads/googleads" && printf 'ads/%s\n' v*)
}

# files PART: its files, relative to $protos.
files() {
    cd "$protos"
    case $1 in
    all) find . -name '*.proto' -printf '%P\n' ;;
    quick) find google/api google/iam google/longrunning google/pubsub google/rpc google/spanner google/type -name '*.proto' ;;
    ads/*) find "google/ads/googleads/${1#ads/}" -name '*.proto' ;;
    cloud/compute) find google/cloud/compute -name '*.proto' ;;
    cloud/*) find google/cloud/[${1#cloud/}]* -name '*.proto' -not -path 'google/cloud/compute/*' ;;
    rest/others) find gapic grafeas -name '*.proto' ;;
    rest/*) find google/[${1#rest/}]* -name '*.proto' -not -path 'google/cloud/*' -not -path 'google/ads/googleads/*' ;;
    *)
        echo "there is no part $1" >&2
        exit 1
        ;;
    esac
}

# with_imports FILE…: the files and all that they import, but for those that are not there (they are built in).
with_imports() {
    local known next
    known=$(printf '%s\n' "$@" | sort -u)
    cd "$protos"
    while true; do
        next=$(xargs grep --no-filename --only-matching --extended-regexp '^import (public |weak )?"[^"]+"' <<<"$known" |
            cut --delimiter='"' --fields=2 | sort -u | comm -23 - <(echo "$known") | grep -v '^google/protobuf/' || true)
        [[ -z $next ]] && break
        known=$(printf '%s\n%s\n' "$known" "$next" | sort -u)
    done
    echo "$known"
}

# measured TITLE COMMAND…: runs it; notes how long it took and, where GNU time is there, its largest process.
measured() {
    local title=$1 start=$EPOCHREALTIME log=$work/log status=0 memory=()
    shift
    [[ -x /usr/bin/time ]] && memory=(/usr/bin/time --quiet --format=%M --output="$work/memory")
    "${memory[@]}" "$@" >"$log" 2>&1 || status=$?
    printf ', %s %.0f s' "$title" "$(bc <<<"$EPOCHREALTIME - $start")"
    [[ -n ${memory-} ]] && printf ' %.1f GB' "$(bc <<<"scale=1; $(<"$work/memory") / 1048576")"
    if [[ $status != 0 ]]; then
        printf '\n'
        grep --extended-regexp --after-context=12 '^(error|warning)' "$log" | head -n 200 || cat "$log"
        printf '%s: %s failed\n' "$part" "$title"
        failed=true
    fi
}

# generate PART: its modules, in $crate/src.
generate() {
    local names
    part=$1
    crate=$work/crates/${part//\//_}
    rm -rf "$crate"
    mkdir -p "$crate/src"
    mapfile -t names < <(files "$part")
    ((${#names[@]})) || exit 1
    mapfile -t names < <(with_imports "${names[@]}")
    printf '%s: %s files' "$part" "${#names[@]}"
    cd "$protos"
    measured generate "$plugin" -I. --rustgrpc_out="$crate/src" --rustgrpc_opt=mod_file=lib.rs "${names[@]}"
    printf ' (%s messages, %s lines)' "$(grep -r --count '^ *rt::impl_message!' "$crate/src" | awk -F: '{ n += $2 } END { print n }')" \
        "$(find "$crate/src" -name '*.rs' -print0 | xargs -0 cat | wc -l)"
}

# run PART: generates it and compiles it. Clippy shows what rustc says, too.
run() {
    generate "$1"
    cat >"$crate/Cargo.toml" <<TOML
[package]
name = "googleapis_${part//[\/-]/_}"
version = "0.0.0"
edition = "2024"

[dependencies]
rustgrpc = { path = "$root/crates/rustgrpc", default-features = false, features = ["transport"] }

[workspace]
TOML
    cp "$root/Cargo.lock" "$crate/"
    cd "$crate"
    measured clippy cargo clippy --quiet -- -D warnings
    # Rustdoc's lints without its pages.
    RUSTDOC=$work/rustdoc-check RUSTDOCFLAGS='-D warnings' measured rustdoc cargo doc --quiet --no-deps
    # There are none, so rustdoc has nothing to link and the crate need not be built.
    measured doctest cargo rustdoc --quiet -- --test
    printf '\n'
}

# together: generates all files in one request, and every part in its own. A file gives the same bytes in both.
together() {
    local all=$work/crates/all part
    generate all
    printf '\n'
    for part in $(parts); do
        generate "$part"
        printf '\n'
        # Directories know what is beside them, and parts import files that others have, too.
        if diff --recursive --brief "$crate/src" "$all/src" |
            grep --invert-match --extended-regexp "^Only in $all/|/(mod|lib)\.rs differ"; then
            failed=true
        fi
    done
}

mkdir -p "$work"
protos=$("$root/scripts/googleapis_protos.sh")
if [[ ${1-} == list ]]; then
    parts
    exit
fi
cat >"$work/rustdoc-check" <<'SH'
#!/bin/sh
# Only the bootstrap variable makes stable rustdoc know --check; cargo and what it compiles must not see it.
RUSTC_BOOTSTRAP=1 exec rustdoc -Zunstable-options --check "$@"
SH
chmod +x "$work/rustdoc-check"
cargo build --quiet --release --manifest-path "$root/Cargo.toml" --package protoc-gen-rustgrpc
plugin=$CARGO_TARGET_DIR/release/protoc-gen-rustgrpc
failed=false
case ${1-} in
--quick) run quick ;;
together) together ;;
'')
    for part in $(parts); do run "$part"; done
    together
    ;;
*) for part; do run "$part"; done ;;
esac
! $failed
