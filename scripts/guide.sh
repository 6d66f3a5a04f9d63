#!/usr/bin/env bash
# Builds the guide under docs/ as a book, in the target folder, and fails on what is missing in it: files that are included,
# links, pages. Its Rust code is compiled and run by `cargo test -p guide`. Needs cargo; mdbook is built on first use.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
version=0.5.4
tools=$CARGO_TARGET_DIR/tools
if [[ $("$tools/bin/mdbook" --version 2>/dev/null) != "mdbook v$version" ]]; then
    cargo install --quiet --locked --debug --no-default-features --features search --version "$version" --root "$tools" mdbook
fi
book=$CARGO_TARGET_DIR/book
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$tools/bin/mdbook" build "$root/docs" --dest-dir "$book" 2>"$log" || { cat "$log"; exit 1; }
if grep -E 'ERROR|WARN' "$log"; then
    exit 1
fi
python3 "$root/scripts/guide_links.py" "$book"
echo "$book/index.html"
