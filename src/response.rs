//! What protoc gets back.

use std::error::Error;
use std::fmt;

use crate::descriptor::{CodeGeneratorResponse, Edition, code_generator_response};
use crate::diagnostics::Diagnostics;

const FEATURE_PROTO3_OPTIONAL: u64 = 1;
const FEATURE_SUPPORTS_EDITIONS: u64 = 2;

/// A file of the output.
#[derive(Debug)]
pub(crate) struct GeneratedFile {
    pub(crate) path: String,
    pub(crate) content: String,
    /// Whether it is a file to begin with, which belongs to the user from then on.
    pub(crate) is_starter: bool,
}

/// The response for files, or for what was wrong. What the plugin supports is said in both.
pub(crate) fn response(outcome: Result<Vec<GeneratedFile>, Diagnostics>) -> CodeGeneratorResponse {
    let (error, file) = match outcome {
        Ok(files) => (None, files.into_iter().map(file).collect()),
        Err(diagnostics) => (Some(diagnostics.to_string()), Vec::new()),
    };
    CodeGeneratorResponse {
        error,
        supported_features: Some(FEATURE_PROTO3_OPTIONAL | FEATURE_SUPPORTS_EDITIONS),
        minimum_edition: Some(Edition::PROTO2.0),
        maximum_edition: Some(Edition::_2024.0),
        file,
        ..Default::default()
    }
}

fn file(file: GeneratedFile) -> code_generator_response::File {
    code_generator_response::File {
        name: Some(file.path),
        content: Some(file.content),
        ..Default::default()
    }
}

/// The bytes on stdin are no `CodeGeneratorRequest`.
#[derive(Debug)]
pub struct BrokenRequest {
    source: prost::DecodeError,
}

impl BrokenRequest {
    pub(crate) fn new(source: prost::DecodeError) -> Self {
        Self { source }
    }
}

impl fmt::Display for BrokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the input is not a CodeGeneratorRequest: protoc starts this program, see --help",
        )
    }
}

impl Error for BrokenRequest {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}
