//! The runtime's well-known types and the descriptor types, which this plugin decodes requests with, are its own work.

mod compile;

use std::path::{Path, PathBuf};

use protox::file::{File, FileResolver};

/// Below `google/protobuf/`.
const FILES: &[&str] = &[
    "any",
    "api",
    "compiler/plugin",
    "descriptor",
    "duration",
    "empty",
    "field_mask",
    "source_context",
    "struct",
    "timestamp",
    "type",
    "wrappers",
];

#[test]
fn checked_in_types_are_what_the_plugin_generates() {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/rustgrpc-protobuf");
    let files: Vec<String> = FILES
        .iter()
        .map(|name| format!("google/protobuf/{name}.proto"))
        .collect();
    let parameter = "runtime_path=crate,compile_well_known_types,services=false,mod_file=none";
    let mut compiler = protox::Compiler::with_file_resolver(Vendored(runtime.join("proto")));
    compiler.include_imports(true).include_source_info(true);
    compiler
        .open_files(&files)
        .expect("Google's files are sound");
    let set = compiler.encode_file_descriptor_set();
    let request = compile::request_of(&set, &files, parameter);
    let response = protoc_gen_rustgrpc::generate(&request);
    let files = compile::generated(&response);
    compile::compare(&runtime.join("src"), &files);
}

/// Google's files, in words that protox 0.10 understands: it wants `to` before the options of an extension range.
struct Vendored(PathBuf);

impl FileResolver for Vendored {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        let source = std::fs::read_to_string(self.0.join(name))
            .map_err(|_| protox::Error::file_not_found(name))?;
        let source = source.replace(
            "extensions 536000000 [",
            "extensions 536000000 to 536000000 [",
        );
        File::from_source(name, &source)
    }
}
