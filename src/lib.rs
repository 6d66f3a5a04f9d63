//! The protoc plugin that writes gRPC services and protobuf messages for Rust, as a pure function.
//!
//! ```text
//! CodeGeneratorRequest → Options → Schema → Sources → formatted files → CodeGeneratorResponse
//! ```

pub mod cli;
mod comments;
pub mod compiler;
mod descriptor;
mod diagnostics;
mod format;
mod names;
mod nearest;
mod options;
mod paths;
mod progress;
mod render;
mod resolve;
mod response;
mod schema;

use prost::Message as _;

/// The version of the plugin, which headers name and runtimes are asked for.
const VERSION: &str = env!("CARGO_PKG_VERSION");

pub use descriptor::{CodeGeneratorRequest, CodeGeneratorResponse};
pub use response::BrokenRequest;

use diagnostics::Diagnostics;
use options::{ModFile, Options};
use progress::{Step, Work};
use response::GeneratedFile;

/// Generates the modules of the files that `request` asks for.
///
/// What is wrong in a `.proto` or in a parameter stands in the response's `error`, one line per problem.
pub fn generate(request: &CodeGeneratorRequest) -> CodeGeneratorResponse {
    response::response(files(request, Tree::Shared, |_| ()))
}

/// `generate` between bytes, as protoc passes them.
///
/// Errors if the bytes are no `CodeGeneratorRequest`.
pub fn generate_bytes(request: &[u8]) -> Result<Vec<u8>, BrokenRequest> {
    let request = CodeGeneratorRequest::decode(request).map_err(BrokenRequest::new)?;
    Ok(generate(&request).encode_to_vec())
}

/// Whose modules the output's folder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tree {
    /// Those of this run and, for all that is known, of others.
    Shared,
    /// Those of this run, unless `mod_file=none` says otherwise.
    Whole,
}

/// The phases; `begin` hears of each file before it is laid out.
fn files(
    request: &CodeGeneratorRequest,
    tree: Tree,
    begin: impl FnMut(Step<'_>),
) -> Result<Vec<GeneratedFile>, Diagnostics> {
    let mut options = Options::parse(request.parameter())?;
    options.whole_tree |= tree == Tree::Whole && options.mod_file != ModFile::None;
    let schema = resolve::resolve(request, &options)?;
    let sources = render::render(&schema).into_iter();
    let sources = progress::steps(sources, Work::Generate, |source| &source.path, begin);
    Ok(sources.map(format::format).collect())
}

/// The files that declare `modules`, which are paths of generated files.
fn module_files(modules: &[String], mod_file: ModFile) -> Result<Vec<GeneratedFile>, Diagnostics> {
    let directories = resolve::directories::of_modules(modules, mod_file);
    let sources = directories.iter().map(render::directory);
    Ok(sources.map(format::format).collect())
}
