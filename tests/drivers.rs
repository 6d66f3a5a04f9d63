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
#[ignore = "needs protoc: run interop/drivers/run.sh"]
fn protoc_gives_the_same_bytes() {
    for protoc in protocs() {
        for root in ROOTS {
            let mut files = protoc.readable(root);
            let expected = bundled(root, &files);
            assert_same(root, &expected, &by_protoc(&protoc, &[root], &files, &[]));
            files.reverse();
            assert_same(root, &expected, &by_protoc(&protoc, &[root], &files, &[]));
            for file in &files {
                let file = std::slice::from_ref(file);
                let found = by_protoc(&protoc, &[root], file, &[]);
                assert_same(root, &bundled(root, file), &found);
            }
        }
    }
}

#[test]
#[ignore = "needs protoc: run interop/drivers/run.sh"]
fn protoc_hands_on_all_parameters() {
    let root = ROOTS[0];
    let files = protos(root);
    for flags in [
        &["--rustgrpc_opt=crate=shop,starter,runtime_dir=a b"][..],
        &[
            r"--rustgrpc_opt=type_attribute=.=#[derive(Eq\, Hash)]",
            "--rustgrpc_opt=btree_map=.,strict_servicers",
        ],
        &["--rustgrpc_opt=config=testdata/rustgrpc.toml"],
        &["--rustgrpc_opt=extern_path=common/money.proto=::money::money_pb2"],
    ] {
        let expected = run(root, &files, |command, out| {
            command.args(flags).arg(format!("--rustgrpc_out={out}"));
        });
        assert_ne!(expected, bundled(root, &files), "{flags:?} has an effect");
        for protoc in protocs() {
            let found = by_protoc(&protoc, &[root], &files, flags);
            assert_same(root, &expected, &found);
        }
    }
}

#[test]
#[ignore = "needs protoc: run interop/drivers/run.sh"]
fn several_folders_in_one_run_of_protoc() {
    let roots: Vec<&str> = ROOTS
        .into_iter()
        .filter(|r| r.starts_with("examples/"))
        .collect();
    let files: Vec<String> = roots.iter().flat_map(|root| protos(root)).collect();
    let mut expected = Files::new();
    for root in &roots {
        expected.extend(bundled(root, &protos(root)));
    }
    let module_files = |name: &PathBuf| name.ends_with("mod.rs");
    expected.retain(|name, _| !module_files(name));
    for protoc in protocs() {
        let mut found = by_protoc(&protoc, &roots, &files, &[]);
        let declared = found.remove(Path::new("mod.rs")).unwrap();
        assert_eq!(declared.matches("\npub mod ").count(), 2 * files.len());
        assert_same("examples", &expected, &found);
    }
}

#[test]
#[ignore = "needs protoc: run interop/drivers/run.sh"]
fn several_runs_of_protoc_into_one_folder() {
    for protoc in protocs() {
        for root in ["interop/fresh/proto", "testdata/names"] {
            let files = protoc.readable(root);
            let expected = bundled(root, &files);
            let folder = tempfile::tempdir().unwrap();
            for file in &files {
                let mut command = command(&protoc, &[root], folder.path());
                command.arg("--rustgrpc_opt=mod_file=none").arg(file);
                finish(command);
            }
            let mut tree = Command::new(BINARY);
            tree.arg("tree").arg(folder.path());
            finish(tree);
            assert_same(root, &expected, &read(&folder));
        }
    }
}

/// A program to test.
struct Protoc {
    path: PathBuf,
    is_old: bool,
}

/// What protoc 3.21 takes for something else than its successors do, and why.
const NOT_FOR_OLD: [&str; 2] = [
    // It gives the second of two declarations in one line the comment that follows the first.
    "tests/protos/layout.proto",
    // It does not know the option `deprecated_legacy_json_field_conflicts`.
    "testdata/names/enum_case.proto",
];

impl Protoc {
    /// The protos below a root that it reads as the bundled compiler does.
    fn readable(&self, root: &str) -> Vec<String> {
        let mut files = protos(root);
        files.retain(|file| !self.is_old || !NOT_FOR_OLD.contains(&&*format!("{root}/{file}")));
        files
    }
}

/// Those in `PROTOCS`, which is written like `PATH`.
fn protocs() -> Vec<Protoc> {
    let list = env::var_os("PROTOCS").expect("interop/drivers/run.sh says which protocs there are");
    let protocs = env::split_paths(&list).map(|path| {
        let output = Command::new(&path).arg("--version").output().unwrap();
        let version = String::from_utf8(output.stdout).unwrap();
        Protoc {
            is_old: version.starts_with("libprotoc 3."),
            path,
        }
    });
    protocs.collect()
}

fn by_protoc(protoc: &Protoc, roots: &[&str], files: &[String], flags: &[&str]) -> Files {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(protoc, roots, folder.path());
    command.args(flags).args(files);
    finish(command);
    read(&folder)
}

fn command(protoc: &Protoc, roots: &[&str], out: &Path) -> Command {
    let mut command = Command::new(&protoc.path);
    command
        .arg(format!("--plugin=protoc-gen-rustgrpc={BINARY}"))
        .arg(format!("--rustgrpc_out={}", out.display()))
        .args(roots.iter().map(|root| format!("-I{root}")));
    command
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
