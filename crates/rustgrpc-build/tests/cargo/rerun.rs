//! The build script runs again exactly when its protos changed.

use std::fs;
use std::path::Path;

use crate::package::Package;

#[test]
fn runs_again_exactly_when_an_input_or_an_import_changed() {
    let package = Package::new(&[
        (
            "top.proto",
            "import \"dir/middle.proto\";\nmessage Top { dir.Middle middle = 1; }",
        ),
        (
            "dir/middle.proto",
            "package dir;\nimport \"leaf.proto\";\nmessage Middle { leaf.Leaf leaf = 1; }",
        ),
        (
            "leaf.proto",
            "package leaf;\nimport \"google/protobuf/timestamp.proto\";\nmessage Leaf { google.protobuf.Timestamp at = 1; }",
        ),
        ("stranger.proto", "message Stranger {}"),
    ]);
    let protos = ["proto/top.proto", "dir/middle.proto", "leaf.proto"];
    package.build(&protos).unwrap();
    assert_eq!(package.runs(), 1);
    package.build(&protos).unwrap();
    assert_eq!(package.runs(), 1, "nothing changed");
    package.write(
        "proto/stranger.proto",
        "syntax = \"proto3\"; message Stranger { int32 a = 1; }",
    );
    package.write("src/lib.rs", "//! Changed.\n");
    package.build(&protos).unwrap();
    assert_eq!(package.runs(), 1, "a file changed that is not imported");
    for (expected, file) in [(2, "top.proto"), (3, "dir/middle.proto"), (4, "leaf.proto")] {
        let name = format!("proto/{file}");
        let text = package.read(&name);
        package.write(&name, &format!("{text}\n// changed\n"));
        package.build(&protos).unwrap();
        assert_eq!(package.runs(), expected, "{file} changed");
        package.build(&protos).unwrap();
        assert_eq!(package.runs(), expected, "nothing changed after {file}");
    }
}

#[test]
fn files_of_an_earlier_run_are_removed_and_others_are_not() {
    let package = Package::new(&[("a.proto", "message A {}"), ("dir/b.proto", "message B {}")]);
    package
        .build(&["proto/a.proto", "proto/dir/b.proto"])
        .unwrap();
    let out_dir = package.out_dir();
    for name in [
        "mod.rs",
        "a_pb2.rs",
        "a_pb2_grpc.rs",
        "dir/mod.rs",
        "dir/b_pb2.rs",
    ] {
        assert!(Path::new(&out_dir).join(name).is_file(), "{name}");
    }
    fs::write(
        Path::new(&out_dir).join("mine_pb2.rs"),
        "// by another tool\n",
    )
    .unwrap();
    package.build(&["proto/a.proto"]).unwrap();
    assert_eq!(package.out_dir(), out_dir);
    assert!(Path::new(&out_dir).join("a_pb2.rs").is_file());
    assert!(Path::new(&out_dir).join("mine_pb2.rs").is_file());
    assert!(!Path::new(&out_dir).join("dir").exists());
}

#[test]
fn errors_reach_the_terminal_with_their_source_line() {
    let package = Package::new(&[("a.proto", "message A { Missing m = 1; }")]);
    let error = package.build(&["proto/a.proto"]).unwrap_err();
    assert!(
        error.contains("a.proto:2:13: name 'Missing' is not defined"),
        "{error}"
    );
    assert!(
        error.contains(" 2 | message A { Missing m = 1; }"),
        "{error}"
    );
    assert!(error.contains("   |             ^^^^^^^"), "{error}");
}

#[test]
fn a_file_that_would_win_over_an_import_is_noticed() {
    let package = Package::new(&[("a.proto", "import \"b.proto\";\nmessage A { B b = 1; }")])
        .with("-Isecond");
    package.write("second/b.proto", "syntax = \"proto3\"; message B {}");
    package.build(&["a.proto", "b.proto"]).unwrap();
    package.build(&["a.proto", "b.proto"]).unwrap();
    assert_eq!(package.runs(), 1);
    package.write("second/c.proto", "syntax = \"proto3\"; message C {}");
    package.build(&["a.proto", "b.proto"]).unwrap();
    assert_eq!(
        package.runs(),
        1,
        "a file that is not imported, in the last folder"
    );
    package.write("proto/b.proto", "syntax = \"proto3\"; message Wrong {}");
    let error = package.build(&["a.proto", "b.proto"]).unwrap_err();
    assert!(error.contains("name 'B' is not defined"), "{error}");
}

#[test]
fn a_change_of_the_file_of_parameters_is_noticed() {
    let package =
        Package::new(&[("a.proto", "message A { bytes b = 1; }")]).with(".config rustgrpc.toml");
    package.write("rustgrpc.toml", "bytes = '.'\n");
    package.build(&["a.proto"]).unwrap();
    package.build(&["a.proto"]).unwrap();
    assert_eq!(package.runs(), 1);
    package.write("rustgrpc.toml", "boxed = '.'\nbytes = '.A'\n");
    package.build(&["a.proto"]).unwrap();
    assert_eq!(package.runs(), 2);
    package.write("rustgrpc.toml", "byte = '.'\n");
    let error = package.build(&["a.proto"]).unwrap_err();
    assert!(
        error.contains("rustgrpc.toml:1:8: unknown parameter `byte`"),
        "{error}"
    );
}
