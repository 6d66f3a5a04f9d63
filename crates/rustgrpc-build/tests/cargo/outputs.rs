//! Where files go, and which.

use std::fs;

use crate::package::Package;

#[test]
fn a_descriptor_set_stands_beside_the_modules_and_can_be_compiled_in_place_of_the_sources() {
    let package = Package::new(&[
        (
            "a.proto",
            "import \"dir/b.proto\";\n// Said of A.\nmessage A { dir.B b = 1; }",
        ),
        ("dir/b.proto", "package dir;\nmessage B {}"),
    ]);
    let package = package.with(".descriptor_set_out sets/a.binpb");
    package.build(&["a.proto", "dir/b.proto"]).unwrap();
    let from_sources = package.out_dir();
    let set = from_sources.join("sets/a.binpb");

    let option = format!(".descriptor_set_in {}", set.display());
    let described = Package::depending("described", "", &[]).with(&option);
    described.build(&["a.proto", "dir/b.proto"]).unwrap();
    for file in [
        "mod.rs",
        "a_pb2.rs",
        "dir/mod.rs",
        "dir/b_pb2.rs",
        "dir/b_pb2_grpc.rs",
    ] {
        let expected = fs::read_to_string(from_sources.join(file)).unwrap();
        assert_eq!(
            fs::read_to_string(described.out_dir().join(file)).unwrap(),
            expected,
            "{file}"
        );
    }
    assert!(
        fs::read_to_string(described.out_dir().join("a_pb2.rs"))
            .unwrap()
            .contains("/// Said of A.")
    );

    described.build(&["a.proto", "dir/b.proto"]).unwrap();
    assert_eq!(described.runs(), 1);
    fs::write(&set, fs::read(&set).unwrap()).unwrap();
    described.build(&["a.proto", "dir/b.proto"]).unwrap();
    assert_eq!(described.runs(), 2, "the set was written anew");
}

#[test]
fn an_import_that_is_left_out_is_an_error_unless_other_runs_write_it() {
    let protos = [
        (
            "a.proto",
            "import \"dir/b.proto\";\nmessage A { dir.B b = 1; }",
        ),
        ("dir/b.proto", "package dir;\nmessage B {}"),
    ];
    let package = Package::new(&protos);
    let error = package.build(&["a.proto"]).unwrap_err();
    assert!(
        error.contains(
            "a.proto:2:1: the import `dir/b.proto` is not among the files to generate: name it too, or say where its \
             module is with extern_path `dir/b.proto=::RUST`"
        ),
        "{error}"
    );
    package.build(&["a.proto", "dir/b.proto"]).unwrap();

    let partial = Package::new(&protos).with(".mod_file none");
    partial.build(&["a.proto"]).unwrap();
    assert!(partial.out_dir().join("a_pb2.rs").exists());
    let mapped = Package::new(&protos).with(".config rustgrpc.toml");
    mapped.write("rustgrpc.toml", "extern_path = { 'dir/b.proto' = '::b' }");
    mapped.build(&["a.proto"]).unwrap();
}

#[test]
fn a_folder_of_the_source_tree_is_written_only_where_bytes_change_and_never_cleared() {
    let package = Package::new(&[("a.proto", "message A {}"), ("b.proto", "message B {}")]);
    let package = package.with(".out_dir src/protos");
    package.build(&["a.proto", "b.proto"]).unwrap();
    let time = |name: &str| {
        let metadata = fs::metadata(package.path().join("src/protos").join(name));
        metadata.unwrap().modified().unwrap()
    };
    let before = (time("a_pb2.rs"), time("b_pb2.rs"));
    package.write(
        "proto/a.proto",
        "syntax = \"proto3\"; message A { int32 n = 1; }",
    );
    package.build(&["a.proto", "b.proto"]).unwrap();
    assert_eq!(package.runs(), 2);
    assert_ne!(time("a_pb2.rs"), before.0);
    assert_eq!(time("b_pb2.rs"), before.1);
    package.build(&["a.proto"]).unwrap();
    assert_eq!(
        time("b_pb2.rs"),
        before.1,
        "nothing is removed from the source tree"
    );
    assert!(!package.path().join("src/protos/.rustgrpc-build").exists());
}
