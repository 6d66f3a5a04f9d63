//! Google's protoc in place of the bundled compiler.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::package::Package;

/// A package with a `protoc` that notes that it ran and answers with a set that the bundled compiler made.
fn with_protoc(options: &[&str]) -> (Package, PathBuf) {
    let source = [("a.proto", "message A { string from = 1; }")];
    let bundled = Package::new(&source).with(".descriptor_set_out a.binpb");
    bundled.build(&["a.proto"]).unwrap();
    let mut package = Package::new(&source);
    for option in options {
        package = package.with(option);
    }
    let protoc = package.path().join("protoc");
    fs::copy(
        bundled.out_dir().join("a.binpb"),
        package.path().join("a.binpb"),
    )
    .unwrap();
    let script = "#!/bin/sh\n\
        echo ran >>protoc.log\n\
        for argument; do case $argument in --descriptor_set_out=*) cp a.binpb \"${argument#*=}\";; esac; done\n";
    fs::write(&protoc, script).unwrap();
    fs::set_permissions(&protoc, fs::Permissions::from_mode(0o755)).unwrap();
    (package, protoc)
}

#[test]
fn a_path_chooses_protoc_for_every_file() {
    let (package, protoc) = with_protoc(&[".protoc_executable ./protoc"]);
    package.build(&["a.proto"]).unwrap();
    assert_eq!(package.read("protoc.log"), "ran\n");
    assert!(package.out_dir().join("a_pb2.rs").is_file());
    package.build(&["a.proto"]).unwrap();
    assert_eq!(package.runs(), 1);
    fs::write(&protoc, fs::read(&protoc).unwrap()).unwrap();
    package.build(&["a.proto"]).unwrap();
    assert_eq!(package.runs(), 2, "another protoc");
}

#[test]
fn the_environment_names_protoc_and_a_change_of_it_is_noticed() {
    let (package, protoc) = with_protoc(&[".protoc"]);
    package
        .build_with(&["a.proto"], &[("PROTOC", &protoc)])
        .unwrap();
    assert_eq!(package.read("protoc.log"), "ran\n");
    let missing = package.path().join("none");
    let error = package
        .build_with(&["a.proto"], &[("PROTOC", &missing)])
        .unwrap_err();
    assert!(error.contains("PROTOC names `"), "{error}");
    assert!(error.contains("none`, which does not exist"), "{error}");
}

#[test]
fn without_a_choice_no_protoc_runs() {
    let (package, protoc) = with_protoc(&[]);
    package
        .build_with(&["a.proto"], &[("PROTOC", &protoc)])
        .unwrap();
    assert!(!package.path().join("protoc.log").exists());
}
