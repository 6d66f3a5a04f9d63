#!/usr/bin/env bash
# peer-server and peer-client against gRPC Python, each in both of its faces:
#   the tests in python/ against peer-server, and against the Python servers that they are taken from;
#   peer-client against peer-server and against the Python servers;
#   where there is another suite for servers with these services beside the repository (../shared/peer), that as well.
# Needs Python 3.10 or newer and PyPI; everything is installed into the target folder.
#
#     interop/peer/run.sh            all of that
#     interop/peer/run.sh --quick    without what has Python on both sides, or rustgrpc
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
case $* in
    '') quick=false ;;
    --quick) quick=true ;;
    *) echo "$0: unknown arguments: $*" >&2; exit 2 ;;
esac
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
venv=$("$root/interop/venv.sh")
generated=$CARGO_TARGET_DIR/interop-peer
certs=$generated/certs
rm -rf "$generated"
mkdir -p "$generated"
(cd "$here/proto" && "$venv/bin/python" -m grpc_tools.protoc -I. --python_out="$generated" --grpc_python_out="$generated" \
    *.proto */*.proto)
"$venv/bin/python" "$here/python/certificates.py" "$certs"
(cd "$root" && cargo build --quiet --package peer --bins)
export PYTHONPATH=$generated PYTHONDONTWRITEBYTECODE=1

server=
stop() {
    if [[ -n $server ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=
    fi
}
trap stop EXIT

# start COMMAND…: starts a server and sets its addresses.
start() {
    stop
    local line=$generated/ports
    rm -f "$line"
    mkfifo "$line"
    # TLS handshakes that are meant to fail are nothing to tell.
    GRPC_VERBOSITY=NONE "$@" >"$line" &
    server=$!
    local ports
    read -r ports <"$line"
    addresses=(
        --target "127.0.0.1:$(port_of "$ports" insecure)"
        --tls "localhost:$(port_of "$ports" tls)"
        --mtls "localhost:$(port_of "$ports" mtls)"
        --certs "$certs"
    )
}

# port_of JSON NAME
port_of() {
    [[ $1 =~ \"$2\":\ ([0-9]+) ]] && echo "${BASH_REMATCH[1]}"
}

# suite ARGUMENTS…: the tests against the server that runs.
suite() {
    "$venv/bin/python" -m pytest -q "$here/python" "${addresses[@]}" "$@"
}

# other_suite: the suite beside the repository, if there is one, against the server that runs.
other_suite() {
    local suite=$root/../shared/peer
    if [[ -d $suite ]]; then
        rm -rf "$generated/other"
        cp -r "$suite" "$generated/other"
        (
            export PATH=$venv/bin:$PATH
            cd "$generated/other"
            sh gen.sh
            python -m pytest -q "${addresses[@]:0:2}"
        )
    fi
}

# client ARGUMENTS…: peer-client against the server that runs; what went well is not told.
client() {
    "$CARGO_TARGET_DIR/debug/peer-client" "${addresses[@]}" "$@" | grep --invert-match '^ok '
}

for face in '' --sync; do
    echo "peer-server $face"
    start "$CARGO_TARGET_DIR/debug/peer-server" --certs "$certs" $face
    suite
    other_suite
    if ! $quick; then
        client --flavour sync
        client --flavour sync --sync
    fi
done
for kind in sync aio; do
    echo "gRPC Python, $kind"
    start "$venv/bin/python" "$here/python/peer_server.py" "$kind" "$certs"
    if ! $quick; then
        suite --flavour "$kind"
    fi
    client --flavour "$kind"
    client --flavour "$kind" --sync
done
