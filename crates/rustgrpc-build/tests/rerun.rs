//! A crate in a temporary folder whose build script runs again exactly when its protos changed.
//!
//! The crate has no dependencies, so that nothing else is built: its build script starts this test
//! binary again, which then runs `build_script`.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// What the build script of the crates does; `PROTOS` says which files.
#[test]
#[ignore = "run by the build scripts of the other tests"]
fn build_script() {
    let protos = env::var("PROTOS").unwrap();
    let protos: Vec<&str> = protos.split(' ').collect();
    // The test runner may have begun a line.
    println!();
    if let Err(error) = rustgrpc_build::compile_protos(&protos, &["proto"]) {
        println!("{error}");
        std::process::exit(1);
    }
}

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
    package.build("proto/top.proto").unwrap();
    assert_eq!(package.runs(), 1);
    package.build("proto/top.proto").unwrap();
    assert_eq!(package.runs(), 1, "nothing changed");
    package.write(
        "proto/stranger.proto",
        "syntax = \"proto3\"; message Stranger { int32 a = 1; }",
    );
    package.write("src/lib.rs", "//! Changed.\n");
    package.build("proto/top.proto").unwrap();
    assert_eq!(package.runs(), 1, "a file changed that is not imported");
    for (expected, file) in [(2, "top.proto"), (3, "dir/middle.proto"), (4, "leaf.proto")] {
        let name = format!("proto/{file}");
        let text = package.read(&name);
        package.write(&name, &format!("{text}\n// changed\n"));
        package.build("proto/top.proto").unwrap();
        assert_eq!(package.runs(), expected, "{file} changed");
        package.build("proto/top.proto").unwrap();
        assert_eq!(package.runs(), expected, "nothing changed after {file}");
    }
}

#[test]
fn files_of_an_earlier_run_are_removed_and_others_are_not() {
    let package = Package::new(&[("a.proto", "message A {}"), ("dir/b.proto", "message B {}")]);
    package.build("proto/a.proto proto/dir/b.proto").unwrap();
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
    package.build("proto/a.proto").unwrap();
    assert_eq!(package.out_dir(), out_dir);
    assert!(Path::new(&out_dir).join("a_pb2.rs").is_file());
    assert!(Path::new(&out_dir).join("mine_pb2.rs").is_file());
    assert!(!Path::new(&out_dir).join("dir").exists());
}

#[test]
fn errors_reach_the_terminal_with_their_source_line() {
    let package = Package::new(&[("a.proto", "message A { Missing m = 1; }")]);
    let error = package.build("proto/a.proto").unwrap_err();
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

struct Package {
    folder: TempDir,
}

impl Package {
    /// Every proto gets its syntax line.
    fn new(protos: &[(&str, &str)]) -> Self {
        let package = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        package.write(
            "Cargo.toml",
            "[package]\nname = \"rerun\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n",
        );
        package.write("src/lib.rs", "");
        package.write(
            "build.rs",
            &format!(
                "use std::{{env, fs, io::Write, process::Command}};
                fn main() {{
                    println!(\"cargo:rerun-if-env-changed=PROTOS\");
                    let script = Command::new({exe:?})
                        .args([\"--ignored\", \"--exact\", \"build_script\", \"--nocapture\"])
                        .status();
                    let mut log = fs::File::options().append(true).create(true).open({log:?}).unwrap();
                    writeln!(log, \"{{}}\", env::var(\"OUT_DIR\").unwrap()).unwrap();
                    assert!(script.unwrap().success());
                }}",
                exe = env::current_exe().unwrap(),
                log = package.folder.path().join("runs.log"),
            ),
        );
        for (name, text) in protos {
            package.write(
                &format!("proto/{name}"),
                &format!("syntax = \"proto3\";\n{text}\n"),
            );
        }
        package
    }

    fn build(&self, protos: &str) -> Result<(), String> {
        let output = Command::new(env!("CARGO"))
            .args(["check", "--offline"])
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", self.folder.path().join("target"))
            .env("PROTOS", protos)
            .output()
            .unwrap();
        if output.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn runs(&self) -> usize {
        self.read("runs.log").lines().count()
    }

    /// Of the last run.
    fn out_dir(&self) -> String {
        self.read("runs.log").lines().last().unwrap().to_owned()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}
