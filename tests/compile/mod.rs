//! Requests as protoc would send them, made by the bundled compiler, and goldens.
#![allow(dead_code, reason = "each test uses a part")]

use std::path::{Path, PathBuf};

use prost::Message as _;
use protoc_gen_rustgrpc::{CodeGeneratorRequest, CodeGeneratorResponse};
use protox::file::{ChainFileResolver, FileResolver, GoogleFileResolver, IncludeFileResolver};

/// The package of samples and goldens.
pub(crate) fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

/// The protos below a directory, relative to it, sorted.
pub(crate) fn protos_below(directory: &Path) -> Vec<String> {
    let mut open = vec![directory.to_owned()];
    let mut found = Vec::new();
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("the directory exists") {
            let path = entry.expect("entries can be read").path();
            if path.is_dir() {
                open.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "proto")
            {
                let relative = path.strip_prefix(directory).expect("it is below");
                found.push(relative.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// Compares what `files` become with the goldens below `golden`.
pub(crate) fn check(protos: &Path, files: &[String], parameter: &str, golden: &str) {
    let request = request(resolver(protos), files, parameter);
    let response = protoc_gen_rustgrpc::generate(&request);
    compare(
        &testdata().join("golden").join(golden),
        &generated(&response),
    );
}

/// Finds files in `include`, and Google's everywhere.
pub(crate) fn resolver(include: &Path) -> ChainFileResolver {
    let mut resolver = ChainFileResolver::new();
    resolver.add(IncludeFileResolver::new(include.to_owned()));
    resolver.add(GoogleFileResolver::new());
    resolver
}

/// The request for `files`, which `resolver` finds.
pub(crate) fn request(
    resolver: impl FileResolver + 'static,
    files: &[String],
    parameter: &str,
) -> CodeGeneratorRequest {
    let mut compiler = protox::Compiler::with_file_resolver(resolver);
    compiler.include_imports(true).include_source_info(true);
    compiler
        .open_files(files)
        .unwrap_or_else(|error| panic!("{error:?}"));
    let mut bytes = Vec::new();
    for file in files {
        push(&mut bytes, 1, file.as_bytes());
    }
    push(&mut bytes, 2, parameter.as_bytes());
    let mut set = &compiler.encode_file_descriptor_set()[..];
    while !set.is_empty() {
        assert_eq!(
            varint(&mut set),
            1 << 3 | 2,
            "a descriptor set holds nothing but files"
        );
        let length = usize::try_from(varint(&mut set)).expect("a length");
        let (file, rest) = set.split_at(length);
        push(&mut bytes, 15, file);
        set = rest;
    }
    CodeGeneratorRequest::decode(&bytes[..]).expect("the request is sound")
}

/// The files of a response as path and content; a response with an error fails the test.
pub(crate) fn generated(response: &CodeGeneratorResponse) -> Vec<(String, String)> {
    assert_eq!(response.error, None);
    response
        .file
        .iter()
        .map(|file| (file.name().to_owned(), file.content().to_owned()))
        .collect()
}

/// Compares the files of a response with those below `directory`, or writes them there if `UPDATE_GOLDEN` is set.
pub(crate) fn compare(directory: &Path, files: &[(String, String)]) {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut differing = Vec::new();
    for (path, content) in files {
        let path = directory.join(path);
        if std::fs::read_to_string(&path).is_ok_and(|found| found == *content) {
            continue;
        }
        if update {
            std::fs::create_dir_all(path.parent().expect("a file is in a directory"))
                .and_then(|()| std::fs::write(&path, content))
                .expect("goldens can be written");
        } else {
            differing.push(path);
        }
    }
    assert!(
        differing.is_empty(),
        "run with UPDATE_GOLDEN=1 if this is right: {differing:#?}"
    );
}

fn push(out: &mut Vec<u8>, number: u64, bytes: &[u8]) {
    prost::encoding::encode_varint(number << 3 | 2, out);
    prost::encoding::encode_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

fn varint(bytes: &mut &[u8]) -> u64 {
    prost::encoding::decode_varint(bytes).expect("a varint")
}
