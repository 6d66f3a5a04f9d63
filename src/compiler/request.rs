//! The bytes that protoc and a plugin exchange.
//!
//! File descriptors are copied as encoded: decoding them into types that do not know a file's
//! custom options would lose these.

use prost::Message as _;
use prost_types::compiler::CodeGeneratorResponse;

use super::GeneratedFile;

// Tags are the field's number and wire type 2 (bytes).
const FILE_TO_GENERATE: u8 = 1 << 3 | 2;
const PARAMETER: u8 = 2 << 3 | 2;
const PROTO_FILE: u8 = 15 << 3 | 2;

/// A `CodeGeneratorRequest`; `files` are encoded descriptors, each after those that it imports.
pub(super) fn encode(
    files_to_generate: &[String],
    parameter: &str,
    files: impl Iterator<Item = Vec<u8>>,
) -> Vec<u8> {
    let mut request = Vec::new();
    for name in files_to_generate {
        put(&mut request, FILE_TO_GENERATE, name.as_bytes());
    }
    if !parameter.is_empty() {
        put(&mut request, PARAMETER, parameter.as_bytes());
    }
    for file in files {
        put(&mut request, PROTO_FILE, &file);
    }
    request
}

/// What the plugin answered: files, or the text of its errors.
pub(super) fn read_response(response: &[u8]) -> Result<Vec<GeneratedFile>, String> {
    let response = CodeGeneratorResponse::decode(response).map_err(|error| error.to_string())?;
    if let Some(error) = response.error.filter(|error| !error.is_empty()) {
        return Err(error);
    }
    let files = response.file.into_iter();
    let files = files.map(|mut file| GeneratedFile {
        content: file.content.take().unwrap_or_default(),
        name: file.name.take().unwrap_or_default(),
    });
    Ok(files.collect())
}

/// Runs the plugin on the bytes of a `CodeGeneratorRequest`.
///
/// # Errors
///
/// When the bytes are not a request; what is wrong in the files is part of the response.
pub fn run_plugin(request: &[u8]) -> Result<Vec<u8>, String> {
    crate::generate_bytes(request)
}

fn put(message: &mut Vec<u8>, tag: u8, value: &[u8]) {
    message.push(tag);
    prost::encode_length_delimiter(value.len(), message).expect("a Vec takes any length");
    message.extend_from_slice(value);
}
