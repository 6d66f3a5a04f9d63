//! Files that the bundled compiler cannot read go to a protoc on the machine.
#![cfg(unix)]

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_protoc-gen-rustgrpc");
const EDITION: &str = "edition = \"2023\";\nmessage A { string name = 1; }\n";

#[test]
fn without_a_protoc_the_error_says_how_to_get_one() {
    let folder = folder(&[("e.proto", EDITION)]);
    let output = run(&folder, &[], &["--rustgrpc_out=.", "e.proto"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stderr);
    for part in [
        "e.proto:1:1: the bundled compiler reads proto2 and proto3, not editions; install protoc",
        "pip install",
        "PROTOC",
        " 1 | edition = \"2023\";\n   | ^^^^^^^",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(!folder.path().join("mod.rs").exists());
}

#[test]
fn a_protoc_that_does_not_exist_is_named() {
    let folder = folder(&[("e.proto", EDITION)]);
    let protoc = ("PROTOC", Path::new("/no/such/protoc"));
    let output = run(&folder, &[protoc], &["--rustgrpc_out=.", "e.proto"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        text.contains("PROTOC names `/no/such/protoc`, which does not exist"),
        "{text}"
    );
}

#[test]
fn files_that_the_bundled_compiler_reads_need_no_protoc() {
    let folder = folder(&[("p.proto", "syntax = \"proto3\";\nmessage P {}\n")]);
    let protoc = fake(&folder, "protoc", "exit 7");
    let output = run(
        &folder,
        &[("PROTOC", &protoc)],
        &["--rustgrpc_out=.", "p.proto"],
    );
    assert!(output.status.success());
    assert_eq!(output.stderr, b"");
}

#[test]
fn protoc_is_asked_for_what_a_plugin_gets() {
    let folder = folder(&[
        ("in/a/e.proto", EDITION),
        ("disk/f.proto", "syntax = \"proto3\";\nmessage F {}\n"),
        (
            "in/options.proto",
            "syntax = \"proto2\";\nmessage O { extensions 5 [verification = UNVERIFIED]; }\n",
        ),
    ]);
    let set = testdata().join("editions/descriptors.binpb");
    let script = format!(
        "printf '%s\\n' \"$@\" >arguments\n\
         for argument; do case $argument in --descriptor_set_out=*) cp {} \"${{argument#*=}}\";; esac; done\n\
         echo 'a.proto: warning: something' >&2",
        set.display()
    );
    let path = folder.path().join("bin");
    fs::create_dir(&path).unwrap();
    fake(&folder, "bin/protoc", &script);
    let arguments = ["-Iin", "-Ivirt=disk", "-oout.binpb"];
    for (file, reason) in [
        ("a/e.proto", "not editions"),
        ("options.proto", "options of a single extension number"),
    ] {
        let files = ["virt/f.proto", file];
        let output = run(
            &folder,
            &[("PATH", &path)],
            &[&arguments[..], &files].concat(),
        );
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text}");
        assert!(
            text.starts_with(&format!("{file}: the bundled compiler")),
            "{text}"
        );
        assert!(text.contains(reason), "{text}");
        assert!(
            text.ends_with(", so `protoc` compiles it\na.proto: warning: something\n"),
            "{text}"
        );
        let asked = fs::read_to_string(folder.path().join("arguments")).unwrap();
        let asked: Vec<&str> = asked.lines().collect();
        let (paths, rest) = asked.split_at(2);
        assert_eq!(paths, ["--proto_path=in", "--proto_path=virt=disk"]);
        assert!(rest[0].starts_with("--descriptor_set_in="), "{rest:?}");
        assert!(rest[1].starts_with("--descriptor_set_out="), "{rest:?}");
        assert_eq!(
            rest[2..],
            [
                "--include_imports",
                "--include_source_info",
                "disk/f.proto",
                &format!("in/{file}")
            ]
        );
        let scratch = Path::new(rest[1].split_once('=').unwrap().1)
            .parent()
            .unwrap();
        assert!(!scratch.exists(), "{} is left behind", scratch.display());
    }
}

#[test]
fn what_protoc_refuses_is_shown_with_its_lines() {
    let folder = folder(&[("e.proto", EDITION)]);
    let protoc = fake(
        &folder,
        "protoc",
        "echo 'e.proto:2:13: \"string\" is not what it was.' >&2\nexit 1",
    );
    let output = run(
        &folder,
        &[("PROTOC", &protoc)],
        &["--rustgrpc_out=.", "e.proto"],
    );
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        text,
        format!(
            "e.proto:2:13: \"string\" is not what it was.\n \
             2 | message A {{ string name = 1; }}\n   |             ^\n\
             `{}` compiled e.proto, because the bundled compiler reads proto2 and proto3, not editions\n",
            protoc.display()
        )
    );
}

#[test]
fn a_descriptor_set_with_editions_needs_no_protoc() {
    let folder = folder(&[(
        "uses.proto",
        "syntax = \"proto3\";\nimport \"editions/year2023.proto\";\nmessage U { editions.Defaults d = 1; }\n",
    )]);
    let set = format!(
        "--descriptor_set_in={}",
        testdata().join("editions/descriptors.binpb").display()
    );
    let output = run(
        &folder,
        &[],
        &[&set, "--rustgrpc_out=.", "editions/year2023.proto"],
    );
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    assert_eq!(
        fs::read_to_string(folder.path().join("editions/year2023_pb2.rs")).unwrap(),
        fs::read_to_string(testdata().join("golden/editions/editions/year2023_pb2.rs")).unwrap()
    );
    // A source that imports one is for protoc.
    let output = run(
        &folder,
        &[],
        &[&set, "-I.", "--rustgrpc_out=.", "uses.proto"],
    );
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("not editions; install protoc"), "{text}");
}

#[test]
fn a_build_script_uses_protoc_too() {
    let folder = folder(&[("e.proto", EDITION)]);
    let error = rustgrpc_build::configure()
        .out_dir(folder.path().join("out"))
        .compile_protos(&[folder.path().join("e.proto")], &[folder.path()]);
    // Whether there is a protoc on this machine or not.
    match error {
        Ok(()) => assert!(folder.path().join("out/e_pb2.rs").is_file()),
        Err(error) => assert!(error.to_string().contains("not editions"), "{error}"),
    }
}

#[test]
#[ignore = "needs Python: run interop/drivers/run.sh"]
fn the_editions_come_from_protoc_as_they_are_checked_in() {
    let python = env::var_os("GRPC_TOOLS_PYTHON").expect("interop/drivers/run.sh sets the Python");
    let folder = folder(&[]);
    let python = Path::new(&python).display().to_string();
    let protoc = fake(
        &folder,
        "protoc",
        &format!("exec {python} -m grpc_tools.protoc \"$@\""),
    );
    let root = testdata().join("editions");
    let include = format!("-I{}", root.display());
    let files: Vec<String> = fs::read_dir(root.join("editions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".proto"))
        .map(|name| format!("editions/{name}"))
        .collect();
    let mut arguments = vec![
        include.as_str(),
        "--include_imports",
        "--include_source_info",
        "-odescriptors.binpb",
        "--rustgrpc_out=.",
    ];
    let mut files: Vec<&str> = files.iter().map(String::as_str).collect();
    files.sort_unstable();
    arguments.extend(files);
    let output = run(&folder, &[("PROTOC", &protoc)], &arguments);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    let made = fs::read(folder.path().join("descriptors.binpb")).unwrap();
    let kept = root.join("descriptors.binpb");
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&kept, &made).unwrap();
    }
    assert!(
        fs::read(&kept).unwrap() == made,
        "{} is not what protoc makes: run interop/drivers/run.sh with UPDATE_GOLDEN=1",
        kept.display()
    );
    for file in ["year2023", "year2024", "file_features", "marks"] {
        for suffix in ["pb2", "pb2_grpc"] {
            let name = format!("editions/{file}_{suffix}.rs");
            assert_eq!(
                fs::read_to_string(folder.path().join(&name)).unwrap(),
                fs::read_to_string(testdata().join("golden/editions").join(&name)).unwrap(),
                "{name}"
            );
        }
    }
}

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
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

/// A program of its own, in shell.
fn fake(folder: &TempDir, name: &str, script: &str) -> PathBuf {
    let path = folder.path().join(name);
    // Another process writes it: a file that this one holds open for writing, if only in a child that a
    // test beside this one has just forked, cannot be run.
    let mut writer = Command::new("/bin/sh")
        .args(["-c", "cat >\"$0\" && chmod 755 \"$0\""])
        .arg(&path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let text = format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n");
    writer
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    assert!(writer.wait().unwrap().success());
    path
}

/// Runs the plugin where there is no protoc but what `variables` name.
fn run(folder: &TempDir, variables: &[(&str, &Path)], arguments: &[&str]) -> Output {
    Command::new(BINARY)
        .current_dir(folder.path())
        .env_remove("PROTOC")
        .env("PATH", "/no/such/folder")
        .envs(variables.iter().copied())
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}
