//! Each parameter: it has an effect, and `--help` and docs/parameters.md say what it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use protoc_gen_rustgrpc::compiler::{Compiled, Compiler};

const BINARY: &str = env!("CARGO_BIN_EXE_protoc-gen-rustgrpc");

const PROTO: &str = r#"
syntax = "proto3";
package p;
import "common/types.proto";
import "google/protobuf/timestamp.proto";
message M {
  bytes data = 1;
  map<string, int32> counts = 2;
  M.Part part = 3;
  google.protobuf.Timestamp at = 4;
  common.Shared shared = 5;
  enum Kind { KIND_UNSPECIFIED = 0; }
  message Part {}
}
service S { rpc Call(M) returns (M); }
"#;

/// What a parameter does to a file: this text is in it then, or is not in it any more.
enum Effect {
    Adds(&'static str, &'static str),
    Removes(&'static str, &'static str),
}
use Effect::{Adds, Removes};

const CASES: &[(&str, Effect)] = &[
    (
        "extern_path=.google.protobuf=::prost_types",
        Adds("a_pb2.rs", "Option<::prost_types::Timestamp>"),
    ),
    (
        "extern_path=common/types.proto=::shared::types_pb2",
        Adds("a_pb2.rs", "Option<::shared::types_pb2::Shared>"),
    ),
    ("bytes=.p.M.data", Adds("a_pb2.rs", "pub data: rt::Bytes")),
    (
        "btree_map=M.counts",
        Adds("a_pb2.rs", "pub counts: rt::BTreeMap<String, i32>"),
    ),
    (
        "boxed=.p",
        Adds("a_pb2.rs", "pub part: Option<Box<m::Part>>"),
    ),
    (
        "type_attribute=M=#[must_use]",
        Adds("a_pb2.rs", "#[must_use]\npub struct M "),
    ),
    (
        "enum_attribute=.=#[must_use]",
        Adds("a_pb2.rs", "#[must_use]\n    pub struct Kind("),
    ),
    (
        "field_attribute=M.data=#[doc(hidden)]",
        Adds("a_pb2.rs", "#[doc(hidden)]\n    pub data"),
    ),
    (
        "optimize=.p=code_size",
        Adds("a_pb2.rs", "const BY_TABLE: bool = true;"),
    ),
    ("unknown_fields=drop", Adds("a_pb2.rs", "d.skip(tag)")),
    (
        "unknown_fields=drop",
        Removes("a_pb2.rs", "pub unknown_fields"),
    ),
    (
        "non_exhaustive",
        Adds("a_pb2.rs", "#[non_exhaustive]\npub struct M "),
    ),
    ("messages=false", Removes("mod.rs", "pub mod a_pb2;")),
    ("services=false", Removes("mod.rs", "pub mod a_pb2_grpc;")),
    ("stubs=false", Removes("a_pb2_grpc.rs", "struct SStub")),
    (
        "servicers=false",
        Removes("a_pb2_grpc.rs", "trait SServicer"),
    ),
    (
        "strict_servicers",
        Removes("a_pb2_grpc.rs", "rt::unimplemented"),
    ),
    (
        "compile_well_known_types",
        Adds(
            "a_pb2.rs",
            "Option<super::google::protobuf::timestamp_pb2::Timestamp>",
        ),
    ),
    ("mod_file=lib.rs", Adds("lib.rs", "pub mod a_pb2;")),
    ("mod_file=none", Removes("mod.rs", "pub mod a_pb2;")),
    (
        "runtime_path=::my::runtime",
        Adds("a_pb2.rs", "use ::my::runtime::codegen as rt;"),
    ),
    ("crate=c", Adds("Cargo.toml", "name = \"c\"")),
    ("crate=c", Adds("src/lib.rs", "pub mod a_pb2;")),
    ("crate=c,starter", Adds("src/bin/server.rs", "for S {")),
    ("crate=c,starter", Adds("src/bin/client.rs", "SStub::new(")),
    (
        "crate=c,runtime_dir=../crates",
        Adds("Cargo.toml", "path = \"../crates/rustgrpc\""),
    ),
    (
        "config=testdata/rustgrpc.toml",
        Adds("a_pb2.rs", "#[non_exhaustive]"),
    ),
];

#[test]
fn each_has_an_effect() {
    let folder = tempfile::tempdir().unwrap();
    let protos = [
        ("a.proto", PROTO),
        (
            "common/types.proto",
            "syntax = \"proto3\"; package common; message Shared {}",
        ),
    ];
    fs::create_dir(folder.path().join("common")).unwrap();
    for (name, text) in protos {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let compiled = Compiler::new()
        .include(folder.path())
        .compile(&["a.proto", "common/types.proto"])
        .unwrap();
    let plain = generate(&compiled, "");
    for (parameter, effect) in CASES {
        let with = generate(&compiled, parameter);
        let (file, text, more, less) = match effect {
            Adds(file, text) => (file, text, &with, &plain),
            Removes(file, text) => (file, text, &plain, &with),
        };
        let holds = |files: &BTreeMap<String, String>| {
            files.get(*file).is_some_and(|found| found.contains(text))
        };
        assert!(holds(more), "{parameter}: {file} lacks {text:?}");
        assert!(!holds(less), "{parameter}: {file} has {text:?}");
    }
}

#[test]
fn each_is_tested_and_documented() {
    let documented = documented();
    let tested: BTreeSet<&str> = CASES
        .iter()
        .map(|(parameter, _)| {
            let last = parameter.rsplit(',').next().unwrap();
            last.split('=').next().unwrap()
        })
        .collect();
    let known: BTreeSet<&str> = documented.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(known, tested);

    let reference = fs::read_to_string("docs/parameters.md").unwrap();
    for (key, value) in &documented {
        let row = format!("\n| `{key}{}` |", value.replace('|', "\\|"));
        assert!(
            reference.contains(&row),
            "docs/parameters.md has no row {row}"
        );
    }
}

#[test]
fn a_wrong_one_names_the_nearest() {
    for (key, _) in documented() {
        let wrong = format!("x{key}");
        let request = protoc_gen_rustgrpc::CodeGeneratorRequest {
            parameter: Some(wrong.clone()),
            ..Default::default()
        };
        let response = protoc_gen_rustgrpc::generate(&request);
        assert_eq!(
            response.error(),
            format!("unknown parameter `{wrong}`, did you mean `{key}`?")
        );
    }
}

/// Keys and values of the parameters that `--help` lists.
fn documented() -> Vec<(String, String)> {
    let help = Command::new(BINARY).arg("--help").output().unwrap().stdout;
    let help = String::from_utf8(help).unwrap();
    let (_, list) = help.split_once("\nParameters ").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    let entries = list
        .lines()
        .skip(1)
        .filter(|line| !line.starts_with("   "))
        .map(|line| line.split_whitespace().next().unwrap());
    let entries = entries.map(|entry| match entry.split_once('=') {
        Some((key, value)) => (key.to_owned(), format!("={value}")),
        None => (entry.to_owned(), String::new()),
    });
    entries.collect()
}

fn generate(compiled: &Compiled, parameter: &str) -> BTreeMap<String, String> {
    let files = compiled.generate(parameter).unwrap();
    files
        .into_iter()
        .map(|file| (file.name, file.content))
        .collect()
}
