#!/usr/bin/env bash
# Two Rust servers behind nginx, and behind `round_robin` without a proxy: calls spread, and when one server stops in
# the middle, gracefully or killed, no call is lost that need not be.
#
# Needs cargo, Python and PyPI, and nginx: the one on the PATH, or else Debian's package, which is unpacked into the
# target folder.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
venv=$("$root/interop/venv.sh")

# find_nginx: its path.
find_nginx() {
    local unpacked=$CARGO_TARGET_DIR/nginx
    if command -v nginx; then return; fi
    if [[ ! -x $unpacked/usr/sbin/nginx ]]; then
        rm -rf "$unpacked"
        mkdir -p "$unpacked"
        (
            cd "$unpacked"
            apt-get --quiet=2 download nginx 2>/dev/null || { apt-get --quiet=2 update && apt-get --quiet=2 download nginx; }
            dpkg-deb --extract nginx_*.deb .
        ) >&2
    fi
    echo "$unpacked/usr/sbin/nginx"
}

NGINX_BINARY=$(find_nginx)
export NGINX_BINARY
examples=(chat echo greet number-stream sum-stream user)
packages=(-p proxy)
for example in "${examples[@]}"; do packages+=(-p "$example"); done
(cd "$root" && cargo build --quiet --bins "${packages[@]}")
EXAMPLES=${examples[*]} RUST_BINARIES=$CARGO_TARGET_DIR/debug PYTHONPATH=$root/interop/python PYTHONDONTWRITEBYTECODE=1 \
    "$venv/bin/python" -m pytest -q -p no:cacheprovider "$here" "$@"
