//! Parameters: what they change, and what is said about wrong ones.

mod compile;

use std::collections::BTreeMap;

#[test]
fn an_unknown_key_names_the_nearest_known_one() {
    assert_error(
        "extern_pat=.a=::b",
        "unknown parameter `extern_pat`, did you mean `extern_path`?",
    );
    assert_error(
        "service=false",
        "unknown parameter `service`, did you mean `services`?",
    );
    assert_error(
        "zzzzzzzzzzzzzzzzzzzz",
        "unknown parameter `zzzzzzzzzzzzzzzzzzzz`; known are extern_path, bytes,",
    );
}

#[test]
fn all_wrong_parameters_are_reported_at_once() {
    let error = error("byte=.,mod_file=main.rs,messages=maybe,bytes");
    assert_eq!(error.lines().count(), 4, "{error}");
    assert!(
        error.contains("`mod_file` is `main.rs`, but can only be `mod.rs` or `lib.rs` or `none`")
    );
    assert!(error.contains("`messages` is `maybe`"), "{error}");
    assert!(error.contains("`bytes` needs a value"), "{error}");
}

#[test]
fn rust_in_parameters_is_parsed() {
    assert_error("runtime_path=not a path", "`not a path` is no Rust path");
    assert_error("extern_path=.a=::1", "`::1` is no Rust path");
    assert_error("extern_path=a=::b", "`a` is neither `.package.Type`");
    assert_error(
        "type_attribute=.=derive(Eq)",
        "`derive(Eq)` is no attribute",
    );
    assert_error("field_attribute=.=#[doc(", "is no attribute");
    assert_error(
        "optimize=.=size",
        "`optimize` is `size`, but can only be `speed` or `code_size`",
    );
    assert_error(
        "optimize=speed",
        "`optimize`: `speed` has not the form `.package.Message=code_size`",
    );
    assert_error("bytes=.a..b", "`.a..b` is no protobuf path");
}

#[test]
fn commas_can_be_escaped() {
    let files = generate(r"type_attribute=.=#[derive(Eq\, Hash)],mod_file=none");
    assert!(files["demo/item_pb2.rs"].contains("#[derive(Eq, Hash)]\npub struct Item"));
}

#[test]
fn paths_match_as_in_prost() {
    let all = r#"#[doc(alias = "x")]"#;
    let count = |pattern: &str| {
        let files = generate(&format!("type_attribute={pattern}={all},services=false"));
        files["demo/item_pb2.rs"].matches(all).count()
    };
    // Item, Inner, the oneof and the enum.
    assert_eq!(count("."), 4);
    assert_eq!(count(".demo"), 4);
    assert_eq!(count(".demo.Item"), 3);
    assert_eq!(count("Item"), 1);
    assert_eq!(count("Item.Inner"), 1);
    assert_eq!(count("choice"), 1);
    assert_eq!(count(".demo.It"), 0);
    assert_eq!(count("tem"), 0);
}

#[test]
fn kinds_of_files_can_be_left_out() {
    let names = |parameter: &str| generate(parameter).into_keys().collect::<Vec<_>>();
    assert_eq!(
        names(""),
        [
            "demo/item_pb2.rs",
            "demo/item_pb2_grpc.rs",
            "demo/mod.rs",
            "mod.rs"
        ]
    );
    assert_eq!(
        names("mod_file=none"),
        ["demo/item_pb2.rs", "demo/item_pb2_grpc.rs"]
    );
    assert_eq!(names("services=false,mod_file=none"), ["demo/item_pb2.rs"]);
    assert_eq!(
        names("messages=false,mod_file=none"),
        ["demo/item_pb2_grpc.rs"]
    );
    assert_eq!(
        names("services=false,mod_file=lib.rs"),
        ["demo/item_pb2.rs", "demo/mod.rs", "lib.rs"]
    );
    assert_eq!(names("messages=false,services=false"), Vec::<String>::new());
}

#[test]
fn well_known_types_are_the_runtimes() {
    let files = generate("services=false");
    let item = &files["demo/item_pb2.rs"];
    assert!(item.contains("pub at: Option<rt::google::protobuf::timestamp_pb2::Timestamp>,"));
    let files = generate("services=false,compile_well_known_types");
    let item = &files["demo/item_pb2.rs"];
    assert!(
        item.contains("super::super::google::protobuf::timestamp_pb2::Timestamp"),
        "{item}"
    );
}

#[test]
fn later_values_win_and_flags_need_no_value() {
    let files = generate(
        "services=false,services=true,messages=false,messages,strict_servicers,mod_file=none",
    );
    assert_eq!(files.len(), 2);
}

#[test]
fn what_belongs_to_a_crate_needs_one_that_can_be() {
    for (parameter, expected) in [
        ("starter", "parameter `starter` needs `crate=NAME`"),
        (
            "runtime_dir=a",
            "parameter `runtime_dir` needs `crate=NAME`",
        ),
        ("crate", "parameter `crate` needs a value: `crate=…`"),
        (
            "crate=a,mod_file=none",
            "parameter `mod_file` can only be `lib.rs` with `crate`: a crate begins there",
        ),
        (
            "crate=a,runtime_path=::mine",
            "parameter `crate`: which crate is behind `runtime_path=mine` is not known; \
             only `::rustgrpc` or `::rustgrpc_protobuf` can be named in Cargo.toml",
        ),
        (
            "crate=a,starter,runtime_path=::rustgrpc_protobuf",
            "parameter `starter` needs servers and channels: `runtime_path=::rustgrpc`",
        ),
        (
            "crate=1a",
            "parameter `crate`: `1a` is no name of a package: letters, digits, `-` and `_`, a letter first",
        ),
        (
            "crate=type",
            "parameter `crate`: a package cannot be called `type`, which means something else to Cargo or rustc",
        ),
        (
            "crate=proc-macro",
            "parameter `crate`: a package cannot be called `proc-macro`, which means something else to Cargo or rustc",
        ),
    ] {
        assert_eq!(error(parameter), expected);
    }
}

#[test]
fn a_crate_depends_on_what_it_uses() {
    let dependencies = |parameter: &str| {
        let request = request_for(&["greet.proto"], parameter);
        let response = protoc_gen_rustgrpc::generate(&request);
        let mut files: BTreeMap<_, _> = compile::generated(&response).into_iter().collect();
        let manifest = files.remove("Cargo.toml").unwrap();
        let (_, dependencies) = manifest.split_once("[dependencies]\n").unwrap();
        dependencies.to_owned()
    };
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        dependencies("crate=a"),
        format!("rustgrpc = \"{version}\"\n")
    );
    assert_eq!(
        dependencies("crate=a,services=false"),
        format!("rustgrpc = {{ version = \"{version}\", default-features = false }}\n")
    );
    assert_eq!(
        dependencies(
            r#"crate=a,runtime_path=::rustgrpc_protobuf,services=false,runtime_dir=C:\x "y"/"#
        ),
        format!(
            "rustgrpc-protobuf = {{ version = \"{version}\", path = \"C:\\\\x \\\"y\\\"/rustgrpc-protobuf\" }}\n"
        )
    );
}

#[test]
fn a_crate_has_all_that_it_imports() {
    let error = error("crate=a");
    assert!(
        error.starts_with("demo/item.proto:")
            && error.contains(": the import `common/")
            && error.contains(" is not among the files to generate: name it too, or "),
        "{error}"
    );
    // One that a module elsewhere stands for is none of them.
    assert!(!error.contains("google/protobuf/"), "{error}");
}

#[test]
fn a_file_of_parameters_is_not_read_by_the_pure_function() {
    assert_error(
        "config=testdata/rustgrpc.toml",
        "files are read by the program",
    );
}

fn error(parameter: &str) -> String {
    let response = protoc_gen_rustgrpc::generate(&request(parameter));
    assert!(response.file.is_empty());
    response.error().to_owned()
}

fn assert_error(parameter: &str, expected: &str) {
    let error = error(parameter);
    assert!(error.contains(expected), "{expected} is not in\n{error}");
}

fn generate(parameter: &str) -> BTreeMap<String, String> {
    let response = protoc_gen_rustgrpc::generate(&request(parameter));
    compile::generated(&response).into_iter().collect()
}

fn request(parameter: &str) -> protoc_gen_rustgrpc::CodeGeneratorRequest {
    request_for(&["demo/item.proto"], parameter)
}

fn request_for(files: &[&str], parameter: &str) -> protoc_gen_rustgrpc::CodeGeneratorRequest {
    let protos = compile::testdata().join("protos");
    let files: Vec<String> = files.iter().map(ToString::to_string).collect();
    compile::request(&protos, &files, parameter)
}
