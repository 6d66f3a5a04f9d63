//! Generates the modules of the tutorials' services and of `peer.v1.Lab`.

fn main() -> Result<(), rustgrpc_build::Error> {
    let protos = [
        "chat.proto",
        "echo.proto",
        "greet.proto",
        "hello.proto",
        "number_stream.proto",
        "peer_lab.proto",
        "sum_stream.proto",
        "tutorial1/hello.proto",
        "user.proto",
    ];
    rustgrpc_build::compile_protos(&protos.map(|proto| format!("proto/{proto}")), &["proto"])
}
