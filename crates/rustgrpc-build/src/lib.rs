//! Compiles `.proto` files in a build script, with no protoc needed.
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), rustgrpc_build::Error> {
//!     rustgrpc_build::compile_protos(&["proto/greet.proto"], &["proto"])
//! }
//! ```
//!
//! The generated modules are mounted with `rustgrpc::include_protos!()`, at the crate's root or in
//! any module: `greet.proto` becomes `greet_pb2` and `greet_pb2_grpc`. With
//! [`Builder::out_dir`] they go to a folder of the source tree instead, to be checked in and mounted
//! with `mod`.
//!
//! Cargo runs the build script again exactly when one of the given files or one of the files that
//! they import has changed. A file is written only when its bytes change.

mod builder;
mod error;
mod parameter;
mod stale;

use std::path::Path;

pub use builder::Builder;
pub use error::Error;

/// Compiles the given files into `OUT_DIR`, with every option at its default.
///
/// A file is named by its path, which must lie in one of the `includes`, or by the name under which
/// it would be imported. Mirrors `python -m grpc_tools.protoc -Iinclude --python_out=.
/// --grpc_python_out=. file.proto`.
///
/// # Errors
///
/// Every error in the files, each with its place and source line, or the path that cannot be read
/// or written. `main` may return it: Cargo then shows it as it stands.
pub fn compile_protos(
    protos: &[impl AsRef<Path>],
    includes: &[impl AsRef<Path>],
) -> Result<(), Error> {
    configure().compile_protos(protos, includes)
}

/// A [`Builder`] with every option at its default.
pub fn configure() -> Builder {
    Builder::new()
}
