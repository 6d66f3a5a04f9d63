//! Generates the shapes with this project's generator and with each peer's.

use std::error::Error;
use std::path::{Path, PathBuf};

const PROTOS: &[&str] = &["shapes.proto"];
const INCLUDES: &[&str] = &["proto"];

fn main() -> Result<(), Box<dyn Error>> {
    rustgrpc_build::configure()
        .runtime_path("::rustgrpc_protobuf")
        .services(false)
        .compile_protos(PROTOS, INCLUDES)?;
    let descriptors = protox::compile(PROTOS, INCLUDES)?;
    prost_build::Config::new()
        .out_dir(folder("prost")?)
        .compile_fds(descriptors)?;
    Ok(())
}

/// A folder for one peer's code.
fn folder(peer: &str) -> Result<PathBuf, Box<dyn Error>> {
    let folder = Path::new(&std::env::var("OUT_DIR")?).join(peer);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
