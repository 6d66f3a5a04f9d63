//! What is checked in under `src/generated` is what the plugin writes. Files with an edition need protoc:
//! `regenerate.sh --check` compares those too.

use std::fs;
use std::path::{Path, PathBuf};

const PROTOS: [&str; 3] = [
    "proto/conformance/conformance.proto",
    "proto/google/protobuf/test_messages_proto2.proto",
    "proto/google/protobuf/test_messages_proto3.proto",
];

#[test]
fn the_bundled_compiler_writes_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let written = tempfile::tempdir().unwrap();
    rustgrpc_build::configure()
        .out_dir(written.path())
        .runtime_path("::rustgrpc_protobuf")
        .services(false)
        .compile_protos(&PROTOS.map(|proto| root.join(proto)), &[root.join("proto")])
        .unwrap();
    for proto in PROTOS {
        let module = PathBuf::from(proto.replace(".proto", "_pb2.rs"));
        let module = module.strip_prefix("proto").unwrap();
        let [checked_in, expected] = [&root.join("src/generated"), written.path()]
            .map(|directory| fs::read_to_string(directory.join(module)).unwrap());
        assert!(
            checked_in == expected,
            "{} is out of date: run conformance/regenerate.sh",
            module.display()
        );
    }
}
