//! Generates prost's code, with or without tonic's, as a crate's `src`:
//!
//!     build_cost prost|tonic INCLUDE OUT FILE…

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [peer, include, out, files @ ..] = &arguments[..] else {
        return Err("build_cost prost|tonic INCLUDE OUT FILE…".into());
    };
    std::fs::create_dir_all(Path::new(out))?;
    let descriptors = protox::compile(files, [include])?;
    let mut config = prost_build::Config::new();
    config.out_dir(out).include_file("lib.rs");
    match peer.as_str() {
        "prost" => config.compile_fds(descriptors)?,
        "tonic" => tonic_prost_build::configure()
            .out_dir(out)
            .include_file("lib.rs")
            .compile_fds_with_config(descriptors, config)?,
        _ => return Err("the peer is prost or tonic".into()),
    }
    Ok(())
}
