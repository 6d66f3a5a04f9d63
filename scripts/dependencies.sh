#!/usr/bin/env bash
# Counts the crates that a user's crate gets with its dependencies, here and with prost and tonic, as a Markdown table.
#
# Needs cargo and crates.io's index. Everything goes to the target folder.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=${CARGO_TARGET_DIR:-$root/target}/dependencies
rustgrpc="path = \"$root/crates/rustgrpc\""
tokio='tokio = { version = "1", features = ["macros", "rt-multi-thread"] }'

# count DEPENDENCIES: of a crate whose manifest has these lines, the crates that are compiled for it. Those that only its
# build script or another crate's needs do not count; macros do.
count() {
    rm -rf "$work"
    mkdir -p "$work/src"
    touch "$work/src/lib.rs"
    printf '[package]\nname = "counted"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n[dependencies]\n%s\n' "$1" >"$work/Cargo.toml"
    cd "$work"
    cargo generate-lockfile --quiet
    cargo tree --edges normal --prefix none --format '{p}' --target x86_64-unknown-linux-gnu |
        sed 's/ (.*//' | sort --unique | grep --count --invert-match '^counted '
}

printf '| what a crate needs | rustgrpc | prost and tonic |\n| --- | --- | --- |\n'
printf '| generated messages | %s | %s |\n' \
    "$(count "rustgrpc = { $rustgrpc, default-features = false }")" \
    "$(count 'prost = "0.14"')"
printf '| the same, with well-known types and JSON | %s | %s |\n' \
    "$(count "rustgrpc = { $rustgrpc, default-features = false }")" \
    "$(count $'prost = "0.14"\nprost-types = "0.14"\npbjson = "0.9"\npbjson-types = "0.9"\nserde = "1"\nserde_json = "1"')"
printf '| a server and a client | %s | %s |\n' \
    "$(count "$tokio
rustgrpc = { $rustgrpc, default-features = false, features = [\"transport\"] }")" \
    "$(count "$tokio
prost = \"0.14\"
tonic = { version = \"0.14\", features = [\"gzip\", \"deflate\"] }
tonic-prost = \"0.14\"")"
printf '| the same, with TLS and public roots | %s | %s |\n' \
    "$(count "$tokio
rustgrpc = { $rustgrpc }")" \
    "$(count "$tokio
prost = \"0.14\"
tonic = { version = \"0.14\", features = [\"gzip\", \"deflate\", \"tls-ring\", \"tls-webpki-roots\"] }
tonic-prost = \"0.14\"")"
printf '| the same, with health and reflection | %s | %s |\n' \
    "$(count "$tokio
rustgrpc = { $rustgrpc, features = [\"health\", \"reflection\"] }")" \
    "$(count "$tokio
prost = \"0.14\"
tonic = { version = \"0.14\", features = [\"gzip\", \"deflate\", \"tls-ring\", \"tls-webpki-roots\"] }
tonic-prost = \"0.14\"
tonic-health = \"0.14\"
tonic-reflection = \"0.14\"")"
printf '| a build script, with a compiler | %s | %s |\n' \
    "$(count "rustgrpc-build = { path = \"$root/crates/rustgrpc-build\" }")" \
    "$(count $'tonic-prost-build = "0.14"\nprotox = "0.9"')"
printf '| a build script that runs protoc | – | %s |\n' "$(count $'tonic-prost-build = "0.14"')"
