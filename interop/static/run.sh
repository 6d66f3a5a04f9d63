#!/usr/bin/env bash
# The static builds are static, give the bytes that the ordinary build gives, and need neither a file system nor a
# network: each runs as the Dockerfile says, in an empty root with an empty environment, and its system calls show it.
# glibc's build always, musl's where that target is installed.
# Needs Linux, cargo, Python and PyPI (for a protoc to send a request), readelf, unshare; strace if it is there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
profile=${1:-release}
venv=$("$root/interop/venv.sh")
(cd "$root" && cargo build --quiet --bin protoc-gen-rustgrpc)
ordinary=$CARGO_TARGET_DIR/debug/protoc-gen-rustgrpc
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "static: $*" >&2
    exit 1
}

# What protoc sends for all samples.
cat >"$work/protoc-gen-request" <<SH
#!/bin/sh
cat >"$work/request"
# That it knows optional fields and editions.
printf '\020\003\030\346\007\040\351\007'
SH
chmod +x "$work/protoc-gen-request"
cd "$root/testdata/protos"
find . -name '*.proto' -not -path './options/*' -printf '%P\n' | sort |
    xargs "$venv/bin/python" -m grpc_tools.protoc -I. "--plugin=$work/protoc-gen-request" "--request_out=$work"
"$ordinary" <"$work/request" >"$work/expected"
[[ $(wc -c <"$work/expected") -gt 100000 ]] || fail 'the ordinary build has hardly anything to say'

# instruction NAME: what the Dockerfile says after that word.
instruction() {
    sed -n "s/^$1 //p" "$root/interop/buf/plugin/Dockerfile"
}

# check TARGET: builds for that target and looks at what came out.
check() {
    local target=$1 folder static version copied user image enter
    folder=$("$here/build.sh" "$profile" "$target")
    static=$folder/protoc-gen-rustgrpc
    if readelf --program-headers "$static" | grep -q INTERP; then fail 'it asks for a dynamic linker'; fi
    if readelf --dynamic "$static" | grep -q NEEDED; then fail 'it asks for shared libraries'; fi
    version=$("$static" --version)
    grep -qx "plugin_version: v${version##* }" "$folder/buf.plugin.yaml" || fail "buf.plugin.yaml is not about $version"

    # The Dockerfile by hand. The shell has opened the two files before; the program finds nothing there but itself.
    [[ $(instruction FROM) == scratch ]] || fail 'the Dockerfile builds on something'
    image=$(mktemp -d "$work/image.XXXXXX")
    chmod 755 "$image"
    read -ra copied <<<"$(instruction COPY)"
    cp "$folder/${copied[0]}" "$image/${copied[1]}"
    user=$(instruction USER)
    enter=("$(command -v unshare)" --user --map-user="${user%:*}" --map-group="${user#*:}" --net --root="$image")
    # Where namespaces are forbidden, the network stays.
    if ! unshare --user --net true 2>/dev/null; then enter=("$(PATH=$PATH:/usr/sbin command -v chroot)" --userspec="$user" "$image"); fi
    env -i "${enter[@]}" "$(instruction ENTRYPOINT | tr -d '["]')" <"$work/request" >"$work/response"
    cmp "$work/expected" "$work/response"
    echo "static: $target, $(stat --format=%s "$static") bytes; the same $(wc -c <"$work/response") bytes from an empty root"

    if command -v strace >/dev/null; then
        strace -f -qq -o "$work/calls" -e trace=file,network,process env -i "$static" <"$work/request" >"$work/response"
        cmp "$work/expected" "$work/response"
        # From its own start on. glibc looks up where the program and its stack are and how memory and processors are
        # counted, Rust how many of them it may use.
        sed '0,/execve.*protoc-gen-rustgrpc/d' "$work/calls" |
            grep -Ev 'exit|"/(proc/(self/(exe|maps|cgroup|mountinfo)|sys/vm/overcommit_memory)|sys/(fs/cgroup/[^"]*|devices/system/cpu/online))"|(newfstatat|statx)\([0-9]+, ""' |
            grep -Ev 'CLONE_THREAD|clone3? resumed' >"$work/strange" || true
        if [[ -s $work/strange ]]; then
            cat "$work/strange" >&2
            fail "$target: it does more than read and write"
        fi
        # Where no thread may be started, it does without.
        strace -f -qq -o "$work/calls" -e trace=clone,clone3 -e inject=clone,clone3:error=EAGAIN "$static" <"$work/request" >"$work/response"
        cmp "$work/expected" "$work/response"
        echo "static: $target asks for nothing but the number of processors, and needs no threads"
    fi
}

host=$(rustc -vV | sed -n 's/^host: //p')
musl=${host%-*}-musl
if [[ $host != "$musl" ]]; then check "$host"; fi
if [[ -d $(rustc --print sysroot)/lib/rustlib/$musl ]]; then
    check "$musl"
else
    echo "static: $musl is not installed (rustup target add $musl), so it is left out"
fi
