//! Generated code in the source tree, and a test that it is up to date.

use std::fs;

use crate::package::Package;

#[test]
fn a_check_finds_what_was_forgotten_and_writes_it_when_told_to() {
    let package = Package::new(&[("a.proto", "message A {}"), ("dir/b.proto", "message B {}")]);
    let package = package.with(".out_dir src/protos");
    let both = ["a.proto", "dir/b.proto"];
    let error = package.check(&both, false).unwrap_err();
    assert!(
        error.contains("run this with UPDATE_GENERATED=1 to write it"),
        "{error}"
    );
    assert!(
        !package.path().join("src/protos").exists(),
        "a check writes nothing"
    );

    package.check(&both, true).unwrap();
    package.check(&both, false).unwrap();

    package.write(
        "proto/a.proto",
        "syntax = \"proto3\"; message A { int32 n = 1; }",
    );
    let error = package.check(&both, false).unwrap_err();
    assert!(error.contains("src/protos/a_pb2.rs"), "{error}");
    assert!(error.contains("+    pub n: i32,"), "{error}");
    assert!(!error.contains("b_pb2.rs"), "{error}");
    package.check(&both, true).unwrap();

    let error = package.check(&["a.proto"], false).unwrap_err();
    assert!(error.contains("src/protos/mod.rs"), "{error}");
    let left = package.path().join("src/protos/dir");
    fs::remove_dir_all(&left).unwrap();
    package.check(&["a.proto"], true).unwrap();
    package.check(&["a.proto"], false).unwrap();
}
