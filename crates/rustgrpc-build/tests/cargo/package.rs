//! A package in a temporary folder, and what its build script does.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustgrpc_build::Builder;
use tempfile::TempDir;

/// Compiles with what stands in the file `script` of the package.
pub(crate) fn build_script() {
    let (builder, protos, includes) = script();
    // The test runner may have begun a line.
    println!();
    if let Err(error) = builder.compile_protos(&protos, &includes) {
        println!("{error}");
        std::process::exit(1);
    }
}

/// Checks with the same; the error is what `main` would show.
pub(crate) fn check() {
    let (builder, protos, includes) = script();
    if let Err(error) = builder.check_protos(&protos, &includes) {
        println!("{error}");
        std::process::exit(1);
    }
}

/// A line for each proto, for each folder as `-Ifolder`, and for each option as `.method argument`.
fn script() -> (Builder, Vec<String>, Vec<String>) {
    let script = fs::read_to_string("script").unwrap();
    let (options, rest): (Vec<&str>, _) = script.lines().partition(|line| line.starts_with('.'));
    let (includes, protos): (Vec<&str>, _) =
        rest.into_iter().partition(|line| line.starts_with("-I"));
    let includes: Vec<&str> = includes.iter().map(|line| &line[2..]).collect();
    let builder = options
        .iter()
        .fold(rustgrpc_build::configure(), |builder, option| {
            let (method, argument) = option.split_once(' ').unwrap_or((option, ""));
            set(builder, method, argument)
        });
    let owned = |lines: Vec<&str>| lines.into_iter().map(str::to_owned).collect();
    (builder, owned(protos), owned(includes))
}

fn set(builder: Builder, method: &str, argument: &str) -> Builder {
    match method {
        ".protoc" => builder.protoc(),
        ".protoc_executable" => builder.protoc_executable(argument),
        ".config" => builder.config(argument),
        ".descriptor_set_in" => builder.descriptor_set_in(argument),
        ".descriptor_set_out" => builder.descriptor_set_out(argument),
        ".export" => builder.export(argument),
        ".messages" => builder.messages(argument.parse().unwrap()),
        ".mod_file" => builder.mod_file(argument),
        ".out_dir" => builder.out_dir(argument),
        _ => panic!("{method} is not known to the tests"),
    }
}

/// A package whose protos lie in `proto`.
pub(crate) struct Package {
    folder: TempDir,
    /// Lines of the script beside the protos.
    options: String,
}

impl Package {
    /// Every proto gets its syntax line.
    pub(crate) fn new(protos: &[(&str, &str)]) -> Self {
        Self::depending("rerun", "", protos).with("-Iproto")
    }

    /// A package called `name`, with more lines in its manifest.
    pub(crate) fn depending(name: &str, manifest: &str, protos: &[(&str, &str)]) -> Self {
        let package = Self {
            folder: tempfile::tempdir().unwrap(),
            options: String::new(),
        };
        package.write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n{manifest}\n[workspace]\n"
            ),
        );
        package.write("src/lib.rs", "");
        package.write(
            "build.rs",
            &format!(
                "use std::{{env, fs, io::Write, process::Command}};
                fn main() {{
                    println!(\"cargo:rerun-if-changed=script\");
                    let script = Command::new({exe:?})
                        .args([\"--ignored\", \"--exact\", \"build_script\", \"--nocapture\"])
                        .status();
                    let mut log = fs::File::options().append(true).create(true).open({log:?}).unwrap();
                    writeln!(log, \"{{}}\", env::var(\"OUT_DIR\").unwrap()).unwrap();
                    assert!(script.unwrap().success());
                }}",
                exe = env::current_exe().unwrap(),
                log = package.path().join("runs.log"),
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

    /// Adds a line to the build script.
    pub(crate) fn with(mut self, option: &str) -> Self {
        self.options += option;
        self.options += "\n";
        self
    }

    /// Says what the build script compiles.
    pub(crate) fn set_protos(&self, protos: &[&str]) {
        let script = format!("{}{}", self.options, protos.join("\n"));
        if !fs::read_to_string(self.path().join("script")).is_ok_and(|present| present == script) {
            self.write("script", &script);
        }
    }

    /// The error is what Cargo wrote.
    pub(crate) fn build(&self, protos: &[&str]) -> Result<(), String> {
        self.build_with(protos, &[])
    }

    pub(crate) fn build_with(&self, protos: &[&str], env: &[(&str, &Path)]) -> Result<(), String> {
        self.set_protos(protos);
        let output = Command::new(env!("CARGO"))
            .args(["check", "--offline"])
            .current_dir(self.path())
            .env("CARGO_TARGET_DIR", self.path().join("target"))
            .env_remove("PROTOC")
            .envs(env.iter().copied())
            .output()
            .unwrap();
        if output.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Runs the check; the error is what it prints.
    pub(crate) fn check(&self, protos: &[&str], is_update: bool) -> Result<(), String> {
        self.set_protos(protos);
        let output = Command::new(env::current_exe().unwrap())
            .args(["--ignored", "--exact", "check", "--nocapture"])
            .current_dir(self.path())
            .env_remove("OUT_DIR")
            .env("UPDATE_GENERATED", if is_update { "1" } else { "0" })
            .output()
            .unwrap();
        if output.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    pub(crate) fn runs(&self) -> usize {
        self.read("runs.log").lines().count()
    }

    /// `OUT_DIR` of the last run.
    pub(crate) fn out_dir(&self) -> PathBuf {
        self.read("runs.log").lines().last().unwrap().into()
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}
