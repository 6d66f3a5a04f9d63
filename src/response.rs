//! What protoc gets back.

use std::error::Error;
use std::fmt;
use std::io::{self, Write};

use prost::Message as _;

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
    let mut response = supported();
    match outcome {
        Ok(files) => response.file = files.into_iter().map(file).collect(),
        Err(diagnostics) => response.error = Some(diagnostics.to_string()),
    }
    response
}

fn supported() -> CodeGeneratorResponse {
    CodeGeneratorResponse {
        supported_features: Some(FEATURE_PROTO3_OPTIONAL | FEATURE_SUPPORTS_EDITIONS),
        minimum_edition: Some(Edition::PROTO2.0),
        maximum_edition: Some(Edition::_2024.0),
        ..Default::default()
    }
}

/// Writes a response in pieces, each of which is an encoded one: the fields of messages add up.
pub(crate) struct Writer<'a> {
    output: &'a mut dyn Write,
    outcome: io::Result<()>,
    encoded: Vec<u8>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(output: &'a mut dyn Write) -> Self {
        let mut writer = Self {
            output,
            outcome: Ok(()),
            encoded: Vec::new(),
        };
        writer.write(&supported());
        writer
    }

    pub(crate) fn file(&mut self, generated: GeneratedFile) {
        self.write(&CodeGeneratorResponse {
            file: vec![file(generated)],
            ..Default::default()
        });
    }

    pub(crate) fn finish(mut self, outcome: Result<(), Diagnostics>) -> io::Result<()> {
        if let Err(diagnostics) = outcome {
            self.write(&CodeGeneratorResponse {
                error: Some(diagnostics.to_string()),
                ..Default::default()
            });
        }
        self.outcome?;
        self.output.flush()
    }

    fn write(&mut self, part: &CodeGeneratorResponse) {
        self.encoded.clear();
        // A vector has room.
        let _ = part.encode(&mut self.encoded);
        if self.outcome.is_ok() {
            self.outcome = self.output.write_all(&self.encoded);
        }
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
