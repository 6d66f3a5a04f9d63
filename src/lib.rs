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
mod render;
mod resolve;
mod response;
mod schema;

use prost::Message as _;

pub use descriptor::{CodeGeneratorRequest, CodeGeneratorResponse};
pub use response::BrokenRequest;

use diagnostics::Diagnostics;
use options::Options;
use response::GeneratedFile;

/// Generates the modules of the files that `request` asks for.
///
/// What is wrong in a `.proto` or in a parameter stands in the response's `error`, one line per problem.
pub fn generate(request: &CodeGeneratorRequest) -> CodeGeneratorResponse {
    response::response(files(request))
}

/// `generate` between bytes, as protoc passes them.
///
/// Errors if the bytes are no `CodeGeneratorRequest`.
pub fn generate_bytes(request: &[u8]) -> Result<Vec<u8>, BrokenRequest> {
    let request = CodeGeneratorRequest::decode(request).map_err(BrokenRequest::new)?;
    Ok(generate(&request).encode_to_vec())
}

fn files(request: &CodeGeneratorRequest) -> Result<Vec<GeneratedFile>, Diagnostics> {
    let options = Options::parse(request.parameter())?;
    let schema = resolve::resolve(request, &options)?;
    let sources = render::render(&schema);
    let mut diagnostics = Diagnostics::default();
    let mut files = Vec::with_capacity(sources.len());
    for source in sources {
        match format::format(&source) {
            Ok(content) => files.push(GeneratedFile {
                path: source.path,
                content,
            }),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    diagnostics.finish(files)
}
