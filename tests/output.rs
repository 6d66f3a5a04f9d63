//! The files of a run: whose they are, whether they are up to date, and the modules that lead to them.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use prost::Message as _;
use protoc_gen_rustgrpc::{CodeGeneratorRequest, CodeGeneratorResponse};
use tempfile::TempDir;

const GREET: &str = "syntax = \"proto3\";\npackage greet;\nmessage HelloRequest { string name = 1; }\n\
    service Greeter { rpc SayHello(HelloRequest) returns (HelloRequest); }\n";
const BASE: &str = "syntax = \"proto3\";\npackage base;\nmessage Base { int32 a = 1; }\n";

const CRATE: [&str; 3] = [
    "--rustgrpc_out=greet",
    "--rustgrpc_opt=crate=greet,starter",
    "greet.proto",
];

#[test]
fn a_crate_begins_with_its_folder_and_files_of_the_user_stay() {
    let folder = folder(&[("greet.proto", GREET)]);
    succeed(&folder, &CRATE);
    let files = read(&folder.path().join("greet"));
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let expected = [
        "Cargo.toml",
        "src/bin/client.rs",
        "src/bin/server.rs",
        "src/greet_pb2.rs",
        "src/greet_pb2_grpc.rs",
        "src/lib.rs",
    ];
    assert_eq!(names, expected);
    for mine in ["Cargo.toml", "src/bin/server.rs"] {
        fs::write(folder.path().join("greet").join(mine), "# mine\n").unwrap();
    }
    fs::remove_file(folder.path().join("greet/src/bin/client.rs")).unwrap();
    let changed = GREET.replace("name", "nick");
    fs::write(folder.path().join("greet.proto"), changed).unwrap();
    succeed(&folder, &CRATE);
    let again = read(&folder.path().join("greet"));
    assert_eq!(again["Cargo.toml"], "# mine\n");
    assert_eq!(again["src/bin/server.rs"], "# mine\n");
    assert_eq!(again["src/bin/client.rs"], files["src/bin/client.rs"]);
    assert!(again["src/greet_pb2.rs"].contains("pub nick: String"));
}

#[test]
fn what_somebody_else_wrote_is_not_replaced() {
    let folder = folder(&[
        ("greet.proto", GREET),
        ("greet/src/lib.rs", "//! Mine.\n"),
        ("greet/src/greet_pb2.rs", "// By hand.\n"),
    ]);
    let text = fail(&folder, &CRATE);
    let sentence = "not written, because a file is there that protoc-gen-rustgrpc has not made; move it, or write to another folder";
    let expected = ["greet/src/greet_pb2.rs", "greet/src/lib.rs"].map(|path| {
        format!(
            "{}: {sentence}\n",
            path.replace('/', std::path::MAIN_SEPARATOR_STR)
        )
    });
    assert_eq!(text, expected.concat());
    assert_eq!(read(&folder.path().join("greet")).len(), 2);
}

#[test]
fn check_says_nothing_when_nothing_differs() {
    let folder = folder(&[("greet.proto", GREET)]);
    succeed(&folder, &CRATE);
    let check = [&["check"], &CRATE[..]].concat();
    // Starters are the user's.
    fs::write(
        folder.path().join("greet/src/bin/client.rs"),
        "fn main() {}",
    )
    .unwrap();
    let output = succeed(&folder, &check);
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
}

#[test]
fn check_shows_what_differs_and_writes_nothing() {
    let folder = folder(&[("a/greet.proto", GREET), ("old/base.proto", BASE)]);
    fs::create_dir(folder.path().join("out")).unwrap();
    let both = ["--rustgrpc_out=out", "a/greet.proto", "old/base.proto"];
    succeed(&folder, &both);
    // A folder that no module leads to is nobody's business here.
    let stranger = folder.path().join("out/target");
    fs::create_dir(&stranger).unwrap();
    fs::copy(
        folder.path().join("out/a/greet_pb2.rs"),
        stranger.join("greet_pb2.rs"),
    )
    .unwrap();
    let changed = GREET.replace("name", "nick");
    fs::write(folder.path().join("a/greet.proto"), changed).unwrap();
    fs::remove_file(folder.path().join("out/a/greet_pb2_grpc.rs")).unwrap();
    let before = read(&folder.path().join("out"));

    let output = run(&folder, &["check", "--rustgrpc_out=out", "a/greet.proto"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(before, read(&folder.path().join("out")));
    let diff = String::from_utf8(output.stdout).unwrap();
    let diff = diff.replace('\\', "/");
    let headers: Vec<&str> = diff
        .lines()
        .filter(|line| line.starts_with("---") || line.starts_with("+++"))
        .collect();
    let expected = [
        "--- out/a/greet_pb2.rs\tfound",
        "+++ out/a/greet_pb2.rs\tgenerated",
        "--- /dev/null",
        "+++ out/a/greet_pb2_grpc.rs\tgenerated",
        "--- out/mod.rs\tfound",
        "+++ out/mod.rs\tgenerated",
        "--- out/old/base_pb2.rs\tfound",
        "+++ /dev/null",
        "--- out/old/base_pb2_grpc.rs\tfound",
        "+++ /dev/null",
        "--- out/old/mod.rs\tfound",
        "+++ /dev/null",
    ];
    assert_eq!(headers, expected);
    assert!(diff.contains("\n-    pub name: String,\n+    pub nick: String,\n"));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "6 files out of date; the same command without `check` writes what the protos become now\n"
    );

    // Other runs write here too.
    let line = [
        "check",
        "--rustgrpc_out=out",
        "--rustgrpc_opt=mod_file=none",
        "old/base.proto",
    ];
    succeed(&folder, &line);
}

#[test]
fn tree_writes_what_one_run_would_have_written() {
    let protos = [
        ("top.proto", BASE),
        ("a/greet.proto", GREET),
        ("a/b/c/deep.proto", "syntax = \"proto3\";\npackage deep;\n"),
        ("type/lib/x.proto", "syntax = \"proto3\";\npackage x;\n"),
        ("mod/mod.proto", "syntax = \"proto3\";\npackage m;\n"),
    ];
    let folder = folder(&protos);
    let names = protos.map(|(name, _)| name);
    for root in ["mod.rs", "lib.rs"] {
        let [at_once, one_by_one] = ["at_once", "one_by_one"].map(|name| format!("{name}_{root}"));
        let mod_file = format!("--rustgrpc_opt=mod_file={root}");
        for name in [&at_once, &one_by_one] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let out = format!("--rustgrpc_out={at_once}");
        succeed(&folder, &[&[&*out, &mod_file], &names[..]].concat());
        let out = format!("--rustgrpc_out={one_by_one}");
        for name in names {
            succeed(&folder, &[&out, "--rustgrpc_opt=mod_file=none", name]);
        }
        succeed(&folder, &["tree", &mod_file, &one_by_one]);
        let [at_once, one_by_one] = [at_once, one_by_one].map(|name| folder.path().join(name));
        assert_eq!(read(&at_once), read(&one_by_one));

        // Once more, with a file by hand that is none of ours.
        fs::write(one_by_one.join("mine.rs"), "").unwrap();
        succeed(&folder, &["tree", &mod_file, one_by_one.to_str().unwrap()]);
        fs::remove_file(one_by_one.join("mine.rs")).unwrap();
        assert_eq!(read(&at_once), read(&one_by_one));
    }
}

#[test]
fn tree_wants_generated_files_and_leaves_others_alone() {
    let folder = folder(&[("greet.proto", GREET), ("empty/x.txt", "")]);
    assert_eq!(
        fail(&folder, &["tree", "empty"]),
        "empty: no file that protoc-gen-rustgrpc has made\n"
    );
    fs::create_dir(folder.path().join("out")).unwrap();
    let line = [
        "--rustgrpc_out=out",
        "--rustgrpc_opt=mod_file=none",
        "greet.proto",
    ];
    succeed(&folder, &line);
    fs::write(folder.path().join("out/mod.rs"), "mod mine;\n").unwrap();
    let text = fail(&folder, &["tree", "out"]);
    assert!(
        text.contains("mod.rs: not written, because a file is there"),
        "{text}"
    );
    assert!(fail(&folder, &["tree", "nowhere"]).starts_with("nowhere: "));
}

const CONFIG: &str = r##"
strict_servicers = true
unknown_fields = "drop"

[type_attribute]
".greet" = ["#[derive(Eq, Hash)]", '#[doc(alias = "a\\b, c")]']
"##;

#[test]
fn a_file_of_parameters_is_the_same_as_parameters() {
    let folder = folder(&[("greet.proto", GREET), ("conf/rustgrpc.toml", CONFIG)]);
    let outputs = [
        (
            "by_file",
            "config=conf/rustgrpc.toml,unknown_fields=preserve",
        ),
        (
            "by_flag",
            r#"strict_servicers,unknown_fields=drop,type_attribute=.greet=#[derive(Eq\, Hash)],type_attribute=.greet=#[doc(alias = "a\\\\b\, c")],unknown_fields=preserve"#,
        ),
    ];
    let mut files = Vec::new();
    for (name, parameter) in outputs {
        fs::create_dir(folder.path().join(name)).unwrap();
        let out = format!("--rustgrpc_out={name}");
        let opt = format!("--rustgrpc_opt={parameter}");
        succeed(&folder, &[&out, &opt, "greet.proto"]);
        files.push(read(&folder.path().join(name)));
    }
    assert!(files[0]["greet_pb2.rs"].contains(r#"#[doc(alias = "a\\b, c")]"#));
    assert_eq!(files[0], files[1]);

    // protoc and buf start the program as a plugin, in the folder of the user.
    let response = as_plugin(
        &folder,
        "config=conf/rustgrpc.toml,unknown_fields=preserve,mod_file=none",
    );
    assert_eq!(response.error, None);
    assert_eq!(response.file[0].content(), files[0]["greet_pb2.rs"]);
}

#[test]
fn mistakes_in_a_file_of_parameters_have_a_place() {
    let config = "byte = \".\"\n\n[extern_path]\n\".a\" = \"1\"\n\".b\" = [\"::b\", 7]\n";
    let folder = folder(&[
        ("greet.proto", GREET),
        ("bad.toml", config),
        ("broken.toml", "a = \n"),
        ("nested.toml", "config = \"bad.toml\"\n"),
    ]);
    for (file, expected) in [
        (
            "bad.toml",
            "bad.toml:1:8: unknown parameter `byte`, did you mean `bytes`?\n\
             bad.toml:4:8: parameter `extern_path`: `1` is no Rust path such as `::shop::protos`: expected identifier\n\
             bad.toml:5:16: `extern_path` takes strings, true and false, lists and tables of them, but no integer\n",
        ),
        ("broken.toml", "broken.toml:1:5: "),
        (
            "nested.toml",
            "nested.toml:1:10: a file of parameters cannot name another one\n",
        ),
        ("none.toml", "parameter `config`: none.toml: "),
    ] {
        let opt = format!("--rustgrpc_opt=config={file}");
        let text = fail(&folder, &["--rustgrpc_out=.", &opt, "greet.proto"]);
        assert!(text.starts_with(expected), "{expected}\n{text}");
        let response = as_plugin(&folder, &format!("config={file}"));
        assert_eq!(format!("{}\n", response.error()), text);
    }
}

fn as_plugin(folder: &TempDir, parameter: &str) -> CodeGeneratorResponse {
    succeed(
        folder,
        &["-oset.bin", "--include_source_info", "greet.proto"],
    );
    let set = fs::read(folder.path().join("set.bin")).unwrap();
    let mut request = CodeGeneratorRequest {
        file_to_generate: vec!["greet.proto".to_owned()],
        parameter: Some(parameter.to_owned()),
        ..Default::default()
    };
    // A set and a request have their files in fields of different numbers.
    let set = rustgrpc_protobuf::google::protobuf::descriptor_pb2::FileDescriptorSet::decode(&*set);
    request.proto_file = set.unwrap().file;
    let mut plugin = Command::new(env!("CARGO_BIN_EXE_protoc-gen-rustgrpc"))
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let bytes = request.encode_to_vec();
    plugin.stdin.take().unwrap().write_all(&bytes).unwrap();
    let output = plugin.wait_with_output().unwrap();
    assert!(output.status.success());
    CodeGeneratorResponse::decode(&*output.stdout).unwrap()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_protoc-gen-rustgrpc"))
        .args(arguments)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn succeed(folder: &TempDir, arguments: &[&str]) -> Output {
    let output = run(folder, arguments);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {text}");
    output
}

fn fail(folder: &TempDir, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// Files below a folder, by their paths with slashes.
fn read(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut open: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
            let name = name.replace('\\', "/");
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    files
}
