#!/usr/bin/env bash
# grpc-go against peer-server and peer-client, each in both of its faces: the services greet.Greeter and
# user.UserService. Needs Debian's apt-get, Python 3.10 or newer and PyPI; the packages are unpacked into the target
# folder, and nothing is installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
work=$CARGO_TARGET_DIR/interop-go
debian=$work/debian
packages=(
    golang-google-grpc-dev golang-google-genproto-dev golang-google-protobuf-dev golang-github-golang-protobuf-1-5-dev
    golang-golang-x-net-dev golang-golang-x-sys-dev golang-golang-x-text-dev protoc-gen-go-1-5 protoc-gen-go-grpc
)

# fetch_go: the compiler, the plugins and the libraries, in $debian.
fetch_go() {
    if [[ -d $debian ]]; then
        return
    fi
    local apt=$work/apt compiler package
    rm -rf "$apt"
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/root"
    local options=(-o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o "APT::Sandbox::User=$(id --user --name)")
    apt-get "${options[@]}" --quiet=2 update
    compiler=$(apt-cache "${options[@]}" depends golang-go | sed --quiet 's/^ *Depends: \(golang-[0-9.]*-go\)$/\1/p')
    (cd "$apt" && apt-get "${options[@]}" --quiet=2 download "$compiler" "${compiler%-go}-src" "${packages[@]}")
    for package in "$apt"/*.deb; do
        dpkg-deb --extract "$package" "$apt/root"
    done
    mv "$apt/root" "$debian"
    rm -rf "$apt"
}

# build_go: the server and the client, in $work.
build_go() {
    local source=$work/src/interop venv
    venv=$("$root/interop/venv.sh")
    rm -rf "$source"
    mkdir -p "$source"
    cp -r "$here/server" "$here/client" "$source"
    for proto in greet user; do
        mkdir "$source/$proto"
        PATH=$debian/usr/bin:$PATH "$venv/bin/python" -m grpc_tools.protoc -I"$root/interop/peer/proto" \
            --go_out="$source/$proto" --go_opt="paths=source_relative,M$proto.proto=interop/$proto" \
            --go-grpc_out="$source/$proto" --go-grpc_opt="paths=source_relative,M$proto.proto=interop/$proto" \
            "$proto.proto"
    done
    local goroot
    goroot=$(echo "$debian"/usr/lib/go-*)
    for program in server client; do
        GOROOT=$goroot GOPATH=$work:$debian/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache GOFLAGS=-p=2 \
            "$goroot/bin/go" build -o "$work/go-$program" "interop/$program"
    done
}

mkdir -p "$work"
fetch_go
build_go
(cd "$root" && cargo build --quiet --package peer --bins)

server=
stop() {
    if [[ -n $server ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=
    fi
}
trap stop EXIT

# start COMMAND…: starts a server and sets `port`, the first number that it prints.
start() {
    stop
    rm -f "$work/ports"
    mkfifo "$work/ports"
    "$@" >"$work/ports" &
    server=$!
    local line
    read -r line <"$work/ports"
    [[ $line =~ [0-9]+ ]]
    port=${BASH_REMATCH[0]}
}

for face in '' --sync; do
    echo "grpc-go's client and peer-server $face"
    start "$CARGO_TARGET_DIR/debug/peer-server" $face
    "$work/go-client" "127.0.0.1:$port"
done
start "$work/go-server"
for face in '' --sync; do
    echo "grpc-go's server and peer-client $face"
    "$CARGO_TARGET_DIR/debug/peer-client" --target "127.0.0.1:$port" $face tutorials::greets tutorials::knows_users \
        tutorials::lists_users tutorials::creates_users tutorials::answers_a_one_shot_call
done
