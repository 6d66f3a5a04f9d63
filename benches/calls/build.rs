//! Generates the service with this project's generator and with each peer's.

use std::error::Error;
use std::path::{Path, PathBuf};

const PROTOS: &[&str] = &["proto/echo.proto"];
const INCLUDES: &[&str] = &["proto"];

fn main() -> Result<(), Box<dyn Error>> {
    rustgrpc_build::compile_protos(PROTOS, INCLUDES)?;
    let descriptors = protox::compile(PROTOS, INCLUDES)?;
    #[cfg(feature = "connectrpc")]
    {
        use prost::Message;
        let folder = folder("connectrpc")?;
        let set = folder.join("echo.binpb");
        std::fs::write(&set, descriptors.encode_to_vec())?;
        connectrpc_build::Config::new()
            .files(&["echo.proto"])
            .descriptor_set(&set)
            .out_dir(&folder)
            .include_file("_connectrpc.rs")
            .generate_json(false)
            .compile()?;
    }
    tonic_prost_build::configure()
        .out_dir(folder("tonic")?)
        .compile_fds(descriptors)?;
    Ok(())
}

/// A folder for one peer's code.
fn folder(peer: &str) -> Result<PathBuf, Box<dyn Error>> {
    let folder = Path::new(&std::env::var("OUT_DIR")?).join(peer);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
