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
    #[cfg(feature = "code_size")]
    rustgrpc_build::configure()
        .runtime_path("::rustgrpc_protobuf")
        .services(false)
        .optimize(".", rustgrpc_build::Optimize::CodeSize)
        .out_dir(folder("code_size")?)
        .compile_protos(PROTOS, INCLUDES)?;
    let descriptors = protox::compile(PROTOS, INCLUDES)?;
    prost_build::Config::new()
        .out_dir(folder("prost")?)
        .compile_fds(descriptors)?;
    #[cfg(feature = "peers")]
    peers::generate()?;
    Ok(())
}

/// A folder for one peer's code.
fn folder(peer: &str) -> Result<PathBuf, Box<dyn Error>> {
    let folder = Path::new(&std::env::var("OUT_DIR")?).join(peer);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Those beside prost. `PROTOC` has to be protoc 36.2, with which Google's generator for Rust comes; `codec.sh` sees
/// to it.
#[cfg(feature = "peers")]
mod peers {
    use std::error::Error;
    use std::path::{Path, PathBuf};

    use super::{INCLUDES, folder};

    pub fn generate() -> Result<(), Box<dyn Error>> {
        println!("cargo:rerun-if-env-changed=PROTOC");
        buffa_build::Config::new()
            .files(&["proto/shapes.proto"])
            .includes(INCLUDES)
            .out_dir(folder("buffa")?)
            .include_file("mod.rs")
            .generate_views(false)
            .compile()?;
        protobuf_codegen::CodeGen::new()
            .input("shapes.proto")
            .include("proto")
            .output_dir(folder("google")?)
            .generate_and_compile()?;
        let (proto, include) = (PathBuf::from("proto/shapes.proto"), PathBuf::from("proto"));
        let config =
            pb_rs::ConfigBuilder::new(&[proto], None, Some(&folder("quick")?), &[include])?
                .dont_use_cow(true)
                .headers(false)
                .build();
        pb_rs::types::FileDescriptor::run(&config)?;
        mend(&folder("quick")?.join("shapes.rs"))?;
        Ok(())
    }

    /// pb-rs gives a lifetime to a message of packed fields that has none.
    fn mend(path: &Path) -> Result<(), Box<dyn Error>> {
        let text = std::fs::read_to_string(path)?;
        std::fs::write(path, text.replace("Row<'a>", "Row"))?;
        Ok(())
    }
}
