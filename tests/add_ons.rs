//! The messages and services of the runtime's add-ons are this plugin's own work.

mod compile;

use std::path::Path;

#[test]
fn checked_in_services_are_what_the_plugin_generates() {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/rustgrpc");
    let protos = runtime.join("proto");
    let files = compile::protos_below(&protos);
    let request = compile::request(&protos, &files, "runtime_path=crate,mod_file=none");
    let response = protoc_gen_rustgrpc::generate(&request);
    let generated = compile::generated(&response);
    let written: Vec<_> = generated
        .into_iter()
        // Files without services give modules without content.
        .filter(|(path, _)| !(path.starts_with("google/") && path.ends_with("_grpc.rs")))
        .collect();
    assert!(!written.is_empty());
    compile::compare(&runtime.join("src/generated"), &written);
}
