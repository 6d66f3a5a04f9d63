//! What is generated from: the files, and what was asked for.
//!
//! Source information is most of a request, and most of that are places without comments. It stays encoded until its file's
//! turn comes: reading all of it took half of a run's memory.

use prost::bytes::Buf;
use prost::encoding::{self, DecodeContext, WireType};
use prost::{DecodeError, Message as _};

use crate::descriptor::{CodeGeneratorRequest, FileDescriptorProto, SourceCodeInfo, number};

/// A request, in whichever form it came.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) file_to_generate: &'a [String],
    pub(crate) parameter: &'a str,
    /// Those to generate and all that they import.
    pub(crate) files: Vec<File<'a>>,
}

/// A file of a request.
#[derive(Debug)]
pub(crate) struct File<'a> {
    pub(crate) proto: &'a FileDescriptorProto,
    pub(crate) source: SourceInfo<'a>,
}

/// Where things stand in a file, and the comments beside them.
#[derive(Clone, Debug)]
pub(crate) enum SourceInfo<'a> {
    Decoded(Option<&'a SourceCodeInfo>),
    /// Encoded `SourceCodeInfo`s, which together are one.
    Encoded(&'a [&'a [u8]]),
}

impl<'a> From<&'a CodeGeneratorRequest> for Request<'a> {
    fn from(request: &'a CodeGeneratorRequest) -> Self {
        Self {
            file_to_generate: &request.file_to_generate,
            parameter: request.parameter(),
            files: request.proto_file.iter().map(File::from).collect(),
        }
    }
}

impl<'a> From<&'a FileDescriptorProto> for File<'a> {
    fn from(proto: &'a FileDescriptorProto) -> Self {
        Self {
            proto,
            source: SourceInfo::Decoded(proto.source_code_info.as_ref()),
        }
    }
}

/// An encoded `CodeGeneratorRequest`, of which all but source information has been read.
#[derive(Debug)]
pub(crate) struct EncodedRequest<'a> {
    file_to_generate: Vec<String>,
    pub(crate) parameter: String,
    files: Vec<EncodedFile<'a>>,
}

#[derive(Debug)]
struct EncodedFile<'a> {
    proto: FileDescriptorProto,
    source: Vec<&'a [u8]>,
}

impl<'a> EncodedRequest<'a> {
    pub(crate) fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut files = Vec::new();
        let mut others = Vec::new();
        for field in fields(bytes) {
            let field = field?;
            match (field.number, field.payload) {
                (number::REQUEST_FILE, Some(file)) => files.push(EncodedFile::decode(file)?),
                // The files to generate once more, with options that are meant for compilers alone.
                (number::REQUEST_SOURCE_FILE, _) => {}
                _ => others.extend_from_slice(field.whole),
            }
        }
        let others = CodeGeneratorRequest::decode(others.as_slice())?;
        Ok(Self {
            file_to_generate: others.file_to_generate,
            parameter: others.parameter.unwrap_or_default(),
            files,
        })
    }

    pub(crate) fn as_request(&self) -> Request<'_> {
        let files = self.files.iter().map(|file| File {
            proto: &file.proto,
            source: SourceInfo::Encoded(&file.source),
        });
        Request {
            file_to_generate: &self.file_to_generate,
            parameter: &self.parameter,
            files: files.collect(),
        }
    }
}

impl<'a> EncodedFile<'a> {
    fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut source = Vec::new();
        let mut others = Vec::with_capacity(bytes.len() / 4);
        for field in fields(bytes) {
            let field = field?;
            match (field.number, field.payload) {
                (number::FILE_SOURCE, Some(info)) => source.push(info),
                _ => others.extend_from_slice(field.whole),
            }
        }
        let proto = FileDescriptorProto::decode(others.as_slice())?;
        Ok(Self { proto, source })
    }
}

/// A field of an encoded message.
pub(crate) struct EncodedField<'a> {
    pub(crate) number: u32,
    /// With its tag.
    whole: &'a [u8],
    /// What follows the length, of a field that has one.
    pub(crate) payload: Option<&'a [u8]>,
}

/// The fields of an encoded message, in their order. Ends after an error.
pub(crate) fn fields(bytes: &[u8]) -> impl Iterator<Item = Result<EncodedField<'_>, DecodeError>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let field = first_field(&mut rest);
        if field.is_err() {
            rest = &[];
        }
        Some(field)
    })
}

fn first_field<'a>(rest: &mut &'a [u8]) -> Result<EncodedField<'a>, DecodeError> {
    let all = *rest;
    let (number, wire_type) = encoding::decode_key(rest)?;
    let value = *rest;
    encoding::skip_field(wire_type, number, rest, DecodeContext::default())?;
    let value = &value[..value.len() - rest.len()];
    let payload = (wire_type == WireType::LengthDelimited).then(|| {
        let mut payload = value;
        // It has just been read.
        let length = encoding::decode_varint(&mut payload).unwrap_or_default();
        debug_assert_eq!(length, payload.remaining() as u64);
        payload
    });
    Ok(EncodedField {
        number,
        whole: &all[..all.len() - rest.len()],
        payload,
    })
}
