//! Generates prost's messages, and those of the schemas of this package.

use std::error::Error;
use std::path::Path;

const PEERS: &[&str] = &[
    "google/protobuf/test_messages_proto2.proto",
    "google/protobuf/test_messages_proto3.proto",
];
const INCLUDES: &[&str] = &["../conformance/proto", "proto"];

fn main() -> Result<(), Box<dyn Error>> {
    rustgrpc_build::configure()
        .runtime_path("::rustgrpc_protobuf")
        .services(false)
        .compile_protos(&["evolution.proto"], INCLUDES)?;
    let prost = Path::new(&std::env::var("OUT_DIR")?).join("prost");
    std::fs::create_dir_all(&prost)?;
    prost_build::Config::new()
        .out_dir(prost)
        .include_file("mod.rs")
        .compile_fds(protox::compile(PEERS, INCLUDES)?)?;
    Ok(())
}
