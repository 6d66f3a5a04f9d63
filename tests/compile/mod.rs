//! Requests as protoc would send them, made by the bundled compiler, and goldens.
#![allow(dead_code, reason = "each test uses a part")]

use std::path::{Path, PathBuf};

use prost::Message as _;
use protoc_gen_rustgrpc::compiler::Compiler;
use protoc_gen_rustgrpc::{CodeGeneratorRequest, CodeGeneratorResponse};
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::FileDescriptorSet;

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
    let request = request(protos, files, parameter);
    let response = protoc_gen_rustgrpc::generate(&request);
    compare(
        &testdata().join("golden").join(golden),
        &generated(&response),
    );
}

/// The request for `files`, which are named as imports and found in `include`, as protoc would send it.
pub(crate) fn request(include: &Path, files: &[String], parameter: &str) -> CodeGeneratorRequest {
    let mut compiler = Compiler::new();
    compiler.include(include);
    let compiled = compiler
        .compile(files)
        .unwrap_or_else(|error| panic!("{error}"));
    request_of(&compiled.descriptor_set(true, true), files, parameter)
}

/// The request for `files` of a `FileDescriptorSet`.
pub(crate) fn request_of(set: &[u8], files: &[String], parameter: &str) -> CodeGeneratorRequest {
    CodeGeneratorRequest {
        file_to_generate: files.to_vec(),
        parameter: Some(parameter.to_owned()),
        proto_file: FileDescriptorSet::decode(set)
            .expect("the set is sound")
            .file,
        ..Default::default()
    }
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
