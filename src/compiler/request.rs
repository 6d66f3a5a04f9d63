//! What protoc would send to the plugin, and what the plugin answers.

use prost::Message as _;
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::{FileDescriptorProto, FileDescriptorSet};

use super::source_tree::SourceTree;
use super::{Errors, GeneratedFile, Step, as_protoc};
use crate::Tree;
use crate::diagnostics::Diagnostics;
use crate::request::{File, Request};

/// Every file that protox has read, each after those that it imports.
///
/// They come as bytes, because protox's own types do not know the files' custom options.
pub(super) fn descriptors(
    protox: &protox::Compiler,
    tree: &SourceTree,
) -> Result<Vec<FileDescriptorProto>, Errors> {
    let pool = protox.descriptor_pool();
    let mut files = Vec::new();
    for file in pool.files() {
        let mut descriptor = FileDescriptorProto::decode(file.encode_to_vec().as_slice())
            .map_err(|error| Errors::from_text(format!("{}: {error}", file.name())))?;
        as_protoc::rewrite(&mut descriptor, tree.source(file.name()).as_deref());
        files.push(descriptor);
    }
    Ok(files)
}

/// Runs the plugin.
pub(super) fn generate(
    names: &[String],
    parameter: &str,
    files: &[FileDescriptorProto],
    tree: Tree,
    begin: impl FnMut(Step<'_>),
) -> Result<Vec<GeneratedFile>, Diagnostics> {
    let request = Request {
        file_to_generate: names,
        parameter,
        files: files.iter().map(File::from).collect(),
    };
    let mut generated = Vec::new();
    crate::files(&request, tree, begin, |file| {
        generated.push(GeneratedFile::from(file));
    })?;
    Ok(generated)
}

/// An encoded `FileDescriptorSet`.
pub(super) fn encode_set(file: Vec<FileDescriptorProto>) -> Vec<u8> {
    FileDescriptorSet {
        file,
        ..Default::default()
    }
    .encode_to_vec()
}
