//! The runtime's well-known types and the descriptor types, which this plugin decodes requests with, are its own work.

mod compile;

use std::path::Path;

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
    let files: Vec<String> =
        FILES.iter().map(|name| format!("google/protobuf/{name}.proto")).collect();
    let parameter = "runtime_path=crate,compile_well_known_types,services=false,mod_file=none";
    let request = compile::request(&runtime.join("proto"), &files, parameter);
    let response = protoc_gen_rustgrpc::generate(&request);
    compile::compare(&runtime.join("src"), &compile::files(&response));
}
