//! The same bytes come out, whoever drives the plugin: protoc, the bundled compiler, a build script;
//! for any order and grouping of the files.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_protoc-gen-rustgrpc");

/// Folders of protos; what lies below one imports each other relative to it.
const ROOTS: [&str; 12] = [
    "interop/fresh/proto",
    "tests/protos",
    "testdata/protos",
    "testdata/names",
    "examples/chat/proto",
    "examples/echo/proto",
    "examples/greet/proto",
    "examples/hello/proto",
    "examples/helloworld/proto",
    "examples/number_stream/proto",
    "examples/sum_stream/proto",
    "examples/user/proto",
];

type Files = BTreeMap<PathBuf, String>;

#[test]
fn the_build_script_gives_the_same_bytes() {
    for root in ROOTS {
        let files = protos(root);
        let folder = tempfile::tempdir().unwrap();
        let builder = rustgrpc_build::configure().out_dir(folder.path());
        builder.compile_protos(&files, &[root]).unwrap();
        assert_same(root, &bundled(root, &files), &read(&folder));
    }
}

#[test]
fn options_mean_the_same_in_a_build_script() {
    let root = ROOTS[0];
    let files = protos(root);
    let folder = tempfile::tempdir().unwrap();
    rustgrpc_build::configure()
        .out_dir(folder.path())
        .btree_map(".")
        .bytes(".shop.v1.Order.receipt")
        .type_attribute(".common", "#[derive(Eq, Hash)]")
        .field_attribute("Order.note", "#[doc(alias = \"remark, comment\")]")
        .drop_unknown_fields()
        .strict_servicers()
        .compile_protos(&files, &[root])
        .unwrap();
    let parameter = "btree_map=.,bytes=.shop.v1.Order.receipt,\
        type_attribute=.common=#[derive(Eq\\, Hash)],\
        field_attribute=Order.note=#[doc(alias = \"remark\\, comment\")],\
        unknown_fields=drop,strict_servicers";
    let by_flag = run(root, &files, |command, out| {
        command
            .arg(format!("--rustgrpc_opt={parameter}"))
            .arg(format!("--rustgrpc_out={out}"));
    });
    assert_same(root, &by_flag, &read(&folder));
    assert_ne!(by_flag, bundled(root, &files), "the options have an effect");
}

#[test]
fn the_order_of_the_files_does_not_matter() {
    for root in ROOTS {
        let mut files = protos(root);
        let expected = bundled(root, &files);
        files.reverse();
        assert_same(root, &expected, &bundled(root, &files));
        files.rotate_left(1);
        assert_same(root, &expected, &bundled(root, &files));
    }
}

#[test]
fn the_grouping_of_the_files_does_not_matter() {
    for root in ROOTS {
        let files = protos(root);
        let mut expected = bundled(root, &files);
        let mut alone = Files::new();
        for file in &files {
            alone.extend(bundled(root, std::slice::from_ref(file)));
        }
        // A module file lists what was generated together with it.
        for set in [&mut expected, &mut alone] {
            set.retain(|name, _| !name.ends_with("mod.rs"));
        }
        assert_same(root, &expected, &alone);
    }
}

#[test]
#[ignore = "needs Python: run interop/drivers/run.sh"]
fn protoc_gives_the_same_bytes() {
    let python = env::var("GRPC_TOOLS_PYTHON").expect("interop/drivers/run.sh sets the Python");
    for root in ROOTS {
        let mut files = protos(root);
        let expected = bundled(root, &files);
        assert_same(root, &expected, &protoc(&python, root, &files));
        files.reverse();
        assert_same(root, &expected, &protoc(&python, root, &files));
        for file in &files {
            let file = std::slice::from_ref(file);
            assert_same(root, &bundled(root, file), &protoc(&python, root, file));
        }
    }
}

fn bundled(root: &str, files: &[String]) -> Files {
    run(root, files, |command, out| {
        command.arg(format!("--rustgrpc_out={out}"));
    })
}

fn run(root: &str, files: &[String], add: impl Fn(&mut Command, &str)) -> Files {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(BINARY);
    command.arg(format!("-I{root}")).args(files);
    add(&mut command, folder.path().to_str().unwrap());
    finish(command);
    read(&folder)
}

fn protoc(python: &str, root: &str, files: &[String]) -> Files {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(python);
    command
        .args(["-m", "grpc_tools.protoc"])
        .arg(format!("--plugin=protoc-gen-rustgrpc={BINARY}"))
        .arg(format!("-I{root}"))
        .arg(format!("--rustgrpc_out={}", folder.path().display()))
        .args(files);
    finish(command);
    read(&folder)
}

fn finish(mut command: Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {text}");
}

fn protos(root: &str) -> Vec<String> {
    let all = walk(Path::new(root));
    let names = all
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end == "proto"));
    let relative = names.map(|path| {
        path.strip_prefix(root)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    });
    let names: Vec<String> = relative.collect();
    assert!(!names.is_empty(), "{root} has no protos");
    names
}

fn read(folder: &TempDir) -> Files {
    let files = walk(folder.path()).into_iter();
    files
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            (path.strip_prefix(folder.path()).unwrap().to_owned(), text)
        })
        .collect()
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Shows the first line that differs, instead of printing everything.
fn assert_same(root: &str, expected: &Files, found: &Files) {
    let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
    assert!(!expected.is_empty(), "{root}: nothing was generated");
    assert_eq!(names(expected), names(found), "{root}");
    for (name, text) in expected {
        let other = &found[name];
        let mut lines = (1..).zip(text.lines().zip(other.lines()));
        if let Some((number, (line, other))) = lines.find(|(_, (line, other))| line != other) {
            panic!(
                "{root}: {}:{number} differs\n{line}\n{other}",
                name.display()
            );
        }
        assert_eq!(text.len(), other.len(), "{root}: {}", name.display());
    }
}
