//! Generates the service three times.

use std::env;
use std::error::Error;
use std::path::PathBuf;

const PROTO: &str = "proto/library.proto";

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);

    // 1. As it was: messages by prost, the service by tonic.
    let tonic = out.join("tonic");
    std::fs::create_dir_all(&tonic)?;
    tonic_prost_build::configure()
        .out_dir(&tonic)
        .compile_fds(protox::compile([PROTO], ["proto"])?)?;

    // 2. Messages by rustgrpc, the service still by tonic.
    let between = out.join("between");
    std::fs::create_dir_all(&between)?;
    tonic_prost_build::configure()
        .out_dir(&between)
        .extern_path(".library", "crate::library_pb2")
        .compile_fds(protox::compile([PROTO], ["proto"])?)?;

    // 3. Both by rustgrpc.
    rustgrpc_build::compile_protos(&[PROTO], &["proto"])?;
    Ok(())
}
