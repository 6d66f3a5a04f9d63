//! Generates the messages of proto2 and proto3 once more, with `optimize_for = CODE_SIZE`. Files with an edition need protoc.

use rustgrpc_build::Optimize;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files = ["proto2", "proto3"]
        .map(|syntax| format!("proto/google/protobuf/test_messages_{syntax}.proto"));
    rustgrpc_build::configure()
        .optimize(".", Optimize::CodeSize)
        .runtime_path("::rustgrpc_protobuf")
        .services(false)
        .compile_protos(&files, &["proto"])?;
    Ok(())
}
