//! Generates the messages and services of the interop tests. The protos are those of gRPC (Debian package grpc-proto).

fn main() -> Result<(), rustgrpc_build::Error> {
    let protos =
        ["empty", "messages", "test"].map(|name| format!("proto/grpc/testing/{name}.proto"));
    rustgrpc_build::compile_protos(&protos, &["proto"])
}
