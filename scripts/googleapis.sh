#!/usr/bin/env bash
# Generates Google's public protos (npm google-proto-files: some 8000 files) with the bundled compiler and
# compiles the result: rustc, clippy, rustdoc and doctests, each with warnings as errors.
#
# Needs cargo and npm. Everything goes to the target folder and nothing is installed.
#
#     scripts/googleapis.sh               all parts
#     scripts/googleapis.sh --quick       a part that has a bit of everything, for CI
#     scripts/googleapis.sh PART…         parts by name, such as `rest` or `ads/v21`; `list` shows them
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
export CARGO_INCREMENTAL=0
version=5.0.3
work=$CARGO_TARGET_DIR/googleapis
protos=$work/protos-$version

# fetch: the protos, in $protos.
fetch() {
    [[ -d $protos ]] && return
    local unpacked
    unpacked=$(mktemp -d "$work/unpacking.XXXXXX")
    (cd "$unpacked" && npm pack --silent "google-proto-files@$version" >/dev/null)
    tar --extract --gzip --file "$unpacked"/*.tgz --directory "$unpacked"
    # These are built in.
    rm -r "$unpacked/package/google/protobuf"
    mv "$unpacked/package" "$protos"
    rm -rf "$unpacked"
}

# parts: every part's name. Each becomes a crate that a compiler can hold.
parts() {
    (cd "$protos/google/ads/googleads" && printf 'ads/%s\n' v*)
    printf 'cloud/%s\n' a b c d e-l m-n o-r s-u v-z
    printf '%s\n' rest
}

# files PART: its files, relative to $protos.
files() {
    cd "$protos"
    case $1 in
    ads/*) find "google/ads/googleads/${1#ads/}" -name '*.proto' ;;
    cloud/*) find google/cloud/[${1#cloud/}]* -name '*.proto' ;;
    quick) find google/api google/iam google/longrunning google/pubsub google/rpc google/spanner google/type -name '*.proto' ;;
    rest) find . -name '*.proto' -not -path './google/cloud/*' -not -path './google/ads/googleads/*' -printf '%P\n' ;;
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

# timed TITLE COMMAND…: runs it and notes how long it took.
timed() {
    local title=$1 start=$EPOCHREALTIME log=$work/log status=0
    shift
    "$@" >"$log" 2>&1 || status=$?
    printf ', %s %.0f s' "$title" "$(bc <<<"$EPOCHREALTIME - $start")"
    if [[ $status != 0 ]]; then
        printf '\n'
        grep --extended-regexp --after-context=12 '^(error|warning)' "$log" | head -n 200 || cat "$log"
        printf '%s: %s failed\n' "$part" "$title"
        failed=true
    fi
}

run() {
    local part=$1 crate=$work/crates/${1//\//_} names
    rm -rf "$crate"
    mkdir -p "$crate/src"
    mapfile -t names < <(files "$part")
    mapfile -t names < <(with_imports "${names[@]}")
    cat >"$crate/Cargo.toml" <<TOML
[package]
name = "googleapis_${part//[\/-]/_}"
version = "0.0.0"
edition = "2024"

[dependencies]
rustgrpc = { path = "$root/crates/rustgrpc" }

[workspace]
TOML
    cp "$root/Cargo.lock" "$crate/"
    printf '%s: %s files' "$part" "${#names[@]}"
    cd "$protos"
    timed generate "$plugin" -I. --rustgrpc_out="$crate/src" --rustgrpc_opt=mod_file=lib.rs "${names[@]}"
    cd "$crate"
    printf ' (%s messages, %s lines)' "$(grep -r --count '^ *rt::impl_message!' src | awk -F: '{ n += $2 } END { print n }')" \
        "$(find src -name '*.rs' -print0 | xargs -0 cat | wc -l)"
    timed check nice cargo check --quiet
    timed clippy nice cargo clippy --quiet -- -D warnings
    RUSTDOCFLAGS='-D warnings' timed doc nice cargo doc --quiet --no-deps
    # There are none, so rustdoc has nothing to link and the crate need not be built.
    timed doctest nice cargo rustdoc --quiet -- --test
    printf '\n'
}

mkdir -p "$work"
fetch
cargo build --quiet --release --manifest-path "$root/Cargo.toml" --package protoc-gen-rustgrpc
plugin=$CARGO_TARGET_DIR/release/protoc-gen-rustgrpc
failed=false
case ${1-} in
list) parts ;;
--quick) run quick ;;
'') for part in $(parts); do run "$part"; done ;;
*) for part; do run "$part"; done ;;
esac
! $failed
