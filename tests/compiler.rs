//! The bundled compiler, run as users run it: arguments in, files, texts and exit codes out.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::SystemTime;

use tempfile::TempDir;

const GREET: &str =
    "syntax = \"proto3\";\npackage greet;\nmessage HelloRequest { string name = 1; }\n";

#[test]
fn writes_both_modules_and_the_tree() {
    let folder = folder(&[("proto/a/greet.proto", GREET)]);
    fs::create_dir(folder.path().join("out")).unwrap();
    succeed(&folder, &["-Iproto", "--rustgrpc_out=out", "a/greet.proto"]);
    for name in [
        "mod.rs",
        "a/mod.rs",
        "a/greet_pb2.rs",
        "a/greet_pb2_grpc.rs",
    ] {
        assert!(folder.path().join("out").join(name).is_file(), "{name}");
    }
}

#[test]
fn a_file_may_be_named_by_its_path_or_by_its_import_name() {
    for name in [
        "a/greet.proto",
        "proto/a/greet.proto",
        "./proto/./a/greet.proto",
    ] {
        let folder = folder(&[("proto/a/greet.proto", GREET)]);
        fs::create_dir(folder.path().join("out")).unwrap();
        succeed(&folder, &["-I", "proto", "--rustgrpc_out", "out", name]);
        assert!(folder.path().join("out/a/greet_pb2.rs").is_file(), "{name}");
    }
}

#[test]
fn without_an_include_path_the_current_folder_is_searched() {
    let folder = folder(&[("greet.proto", GREET)]);
    succeed(&folder, &["--rustgrpc_out=.", "greet.proto"]);
    assert!(folder.path().join("greet_pb2.rs").is_file());
}

#[test]
fn a_mapped_folder_is_imported_under_its_prefix() {
    let folder = folder(&[
        (
            "disk/base.proto",
            "syntax = \"proto3\";\npackage base;\nmessage B {}\n",
        ),
        (
            "use.proto",
            "syntax = \"proto3\";\nimport \"virt/base.proto\";\nmessage U { base.B b = 1; }\n",
        ),
    ]);
    succeed(
        &folder,
        &["-Ivirt=disk", "-I.", "--rustgrpc_out=.", "use.proto"],
    );
    assert!(folder.path().join("use_pb2.rs").is_file());
}

#[test]
fn unchanged_files_keep_their_time_stamp() {
    let folder = folder(&[("greet.proto", GREET)]);
    let line = ["--rustgrpc_out=.", "greet.proto"];
    succeed(&folder, &line);
    let output = folder.path().join("greet_pb2.rs");
    let file = fs::File::options().write(true).open(&output).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    succeed(&folder, &line);
    assert_eq!(
        fs::metadata(&output).unwrap().modified().unwrap(),
        SystemTime::UNIX_EPOCH
    );
    fs::write(
        folder.path().join("greet.proto"),
        GREET.replace("name", "nick"),
    )
    .unwrap();
    succeed(&folder, &line);
    assert_ne!(
        fs::metadata(&output).unwrap().modified().unwrap(),
        SystemTime::UNIX_EPOCH
    );
}

#[test]
fn a_descriptor_set_stands_in_for_its_files() {
    let folder = folder(&[
        (
            "base.proto",
            "syntax = \"proto3\";\npackage base;\nmessage B {}\n",
        ),
        (
            "greet.proto",
            "syntax = \"proto3\";\nimport \"base.proto\";\nmessage G { base.B b = 1; }\n",
        ),
    ]);
    let set = [
        "-oset.bin",
        "--include_imports",
        "--include_source_info",
        "greet.proto",
    ];
    succeed(&folder, &set);
    fs::create_dir(folder.path().join("direct")).unwrap();
    fs::create_dir(folder.path().join("from_set")).unwrap();
    succeed(&folder, &["--rustgrpc_out=direct", "greet.proto"]);
    fs::remove_file(folder.path().join("base.proto")).unwrap();
    fs::remove_file(folder.path().join("greet.proto")).unwrap();
    let line = [
        "--descriptor_set_in=set.bin",
        "--rustgrpc_out=from_set",
        "greet.proto",
    ];
    succeed(&folder, &line);
    let read =
        |name: &str| fs::read_to_string(folder.path().join(name).join("greet_pb2.rs")).unwrap();
    assert_eq!(read("direct"), read("from_set"));
}

#[test]
fn every_error_shows_its_line_with_a_caret() {
    let folder = folder(&[(
        "bad.proto",
        "syntax = \"proto3\";\nmessage A {\n\tint32 a = 1; Missing b = 1;\n}\n",
    )]);
    let text = fail(&folder, &["--rustgrpc_out=.", "bad.proto"]);
    assert_eq!(
        text,
        "\
bad.proto:3:15: name 'Missing' is not defined
 3 | \tint32 a = 1; Missing b = 1;
   | \t             ^^^^^^^
bad.proto:3:27: field number '1' is already used
 3 | \tint32 a = 1; Missing b = 1;
   | \t                         ^
"
    );
}

#[test]
fn errors_of_all_files_are_shown_once() {
    let folder = folder(&[
        (
            "a.proto",
            "syntax = \"proto3\";\nimport \"broken.proto\";\n",
        ),
        (
            "b.proto",
            "syntax = \"proto3\";\nimport \"broken.proto\";\nimport \"gone.proto\";\n",
        ),
        ("broken.proto", "syntax = \"proto3\";\nmessage { }\n"),
        (
            "c.proto",
            "syntax = \"proto3\";\nmessage C { int32 a = 1; int32 b = 1; int32 a = 2; }\n",
        ),
        ("d.proto", "syntax = \"proto3\";\nimport \"gone.proto\";\n"),
    ]);
    let files = ["a.proto", "b.proto", "c.proto", "d.proto"];
    let text = fail(&folder, &[&["--rustgrpc_out=."], &files[..]].concat());
    assert_eq!(
        text.matches("broken.proto:2:9: expected an identifier")
            .count(),
        1,
        "{text}"
    );
    assert!(text.contains("c.proto:2:"), "{text}");
    assert!(
        text.contains(
            "d.proto:2:1: import 'gone.proto' not found in `.`\n 2 | import \"gone.proto\";"
        ),
        "{text}"
    );
    assert!(
        !folder.path().join("mod.rs").exists(),
        "nothing is written after an error"
    );
}

#[test]
fn files_that_are_not_found_get_protocs_sentences_and_the_folders() {
    let folder = folder(&[
        ("in/x.proto", GREET),
        ("out/x.proto", GREET),
        ("both/x.proto", GREET),
    ]);
    assert_eq!(
        fail(&folder, &["-Iin", "--rustgrpc_out=.", "missing.proto"]),
        "Could not make proto path relative: missing.proto: No such file or directory, neither from here nor in `in`\n"
    );
    let outside = fail(
        &folder,
        &["-Iin", "-Inope", "--rustgrpc_out=.", "out/x.proto"],
    );
    assert_eq!(
        outside,
        "out/x.proto: File does not reside within any path specified using --proto_path (or -I): `in`, `nope` (no such \
         folder). Paths are compared as they are written, so both have to be relative or both absolute.\n"
    );
    let shadowed = fail(
        &folder,
        &["-Iin", "-Iboth", "--rustgrpc_out=.", "both/x.proto"],
    );
    let sentence = "both/x.proto: Input is shadowed in the --proto_path by \"in/x.proto\".";
    assert!(shadowed.starts_with(sentence), "{shadowed}");
    assert_eq!(
        fail(&folder, &["-Iin", "--rustgrpc_out=nope", "x.proto"]),
        "nope/: No such file or directory; make the folder first\n"
    );
    assert_eq!(
        fail(&folder, &["-Iin", "--rustgrpc_out=in/x.proto", "x.proto"]),
        "in/x.proto: Not a directory\n"
    );
}

#[test]
fn errors_of_the_plugin_show_the_parameter() {
    let folder = folder(&[("greet.proto", GREET)]);
    let text = fail(
        &folder,
        &[
            "--rustgrpc_out=.",
            "--rustgrpc_opt=no_such_thing=1",
            "greet.proto",
        ],
    );
    assert!(text.contains("no_such_thing"), "{text}");
}

#[test]
fn help_and_version() {
    let folder = folder(&[]);
    let help = succeed(&folder, &["--help"]);
    assert!(
        help.contains("Google's protoc-gen-rust-grpc (with tonic) is another program."),
        "{help}"
    );
    for flag in [
        "-IPATH",
        "--rustgrpc_out=",
        "--rustgrpc_opt=",
        "--descriptor_set_in=",
        "@FILE",
    ] {
        assert!(help.contains(flag), "{flag}");
    }
    let version = succeed(&folder, &["--version"]);
    assert_eq!(
        version,
        format!("protoc-gen-rustgrpc {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn a_broken_request_ends_with_an_error() {
    let folder = folder(&[]);
    let request = folder.path().join("request.bin");
    // A length that goes beyond the end.
    fs::write(&request, [0x0a, 0x7f, b'x']).unwrap();
    let output = binary(&folder)
        .stdin(fs::File::open(&request).unwrap())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("protoc-gen-rustgrpc: "), "{text}");
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn binary(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_protoc-gen-rustgrpc"));
    command.current_dir(folder.path());
    command
}

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    binary(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn succeed(folder: &TempDir, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {text}");
    assert_eq!(text, "", "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn fail(folder: &TempDir, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {text}");
    assert_eq!(output.stdout, b"", "{arguments:?}");
    text
}
