//! The bundled compiler: `.proto` files in, generated files out, with no protoc.
//!
//! protox parses and links; the plugin gets what protoc would send, so that every driver gives the same
//! files. What protox cannot read (editions) is compiled by a protoc on the machine, and so is everything if asked for.

mod as_protoc;
mod comments;
mod counts;
mod diagnostic;
mod drift;
mod float_text;
mod output;
mod protoc;
mod request;
mod source_tree;
mod tree;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub use crate::progress::{Step, Work};
pub use counts::Counts;
pub use diagnostic::{Diagnostic, Errors};
pub use drift::drift;
pub use output::{GeneratedFile, write_bytes, write_changed};
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::FileDescriptorProto;
use source_tree::SourceTree;
pub use tree::module_tree;

use crate::options::config;
use crate::{Tree, paths, progress};

/// The version of the plugin and of the files that it writes.
pub const VERSION: &str = crate::VERSION;

/// The files that a parameter takes parameters from (`config=rustgrpc.toml`), as it names them.
///
/// A change of one of them can change what is generated.
pub fn config_files(parameter: &str) -> Vec<PathBuf> {
    config::files(parameter)
}

/// The module in which the messages of a file stand, below the root of the output: `a::greet_pb2` for `a/greet.proto`.
pub fn message_module(file: &str) -> String {
    paths::join(paths::message_module(file).iter().map(String::as_str))
}

/// Compiles `.proto` files; the well-known types are built in.
#[derive(Debug, Default)]
pub struct Compiler {
    tree: SourceTree,
    protoc: Option<protoc::Program>,
}

impl Compiler {
    /// A compiler with no include path.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a folder in which files and imports are looked up, after those added before.
    pub fn include(&mut self, directory: impl AsRef<Path>) -> &mut Self {
        self.map("", directory)
    }

    /// Adds a folder whose files are imported under `prefix`: protoc's `-Iprefix=directory`.
    pub fn map(&mut self, prefix: &str, directory: impl AsRef<Path>) -> &mut Self {
        self.tree.add_mapping(prefix, directory.as_ref());
        self
    }

    /// Adds the files of a `FileDescriptorSet`, which are looked up after the include paths.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or holds something else.
    pub fn add_descriptor_set(&mut self, path: impl AsRef<Path>) -> Result<&mut Self, Errors> {
        self.tree.add_descriptor_set(path.as_ref())?;
        Ok(self)
    }

    /// Lets Google's protoc read every file: the one at `path`, or else the one that the environment
    /// variable `PROTOC` names, or else `protoc` on the `PATH`.
    pub fn protoc(&mut self, path: Option<&Path>) -> &mut Self {
        self.protoc = Some(match path {
            Some(path) => protoc::Program::Path(path.to_owned()),
            None => protoc::Program::Environment,
        });
        self
    }

    /// Parses and links the given files and everything they import.
    ///
    /// A file is named by its path on disk, which must lie in an include path, or by the name under
    /// which it would be imported.
    ///
    /// # Errors
    ///
    /// Every error that was found in any of the files.
    pub fn compile(&self, files: &[impl AsRef<Path>]) -> Result<Compiled, Errors> {
        self.compile_and_tell(files, |_| ())
    }

    /// [`compile`](Self::compile) that calls `begin` before it reads each file.
    ///
    /// # Errors
    ///
    /// As `compile`.
    pub fn compile_and_tell(
        &self,
        files: &[impl AsRef<Path>],
        begin: impl FnMut(Step<'_>),
    ) -> Result<Compiled, Errors> {
        let mut errors = Errors::default();
        let mut names: Vec<String> = Vec::new();
        for file in files {
            match self.tree.name_of(file.as_ref()) {
                Ok(name) if names.contains(&name) => {}
                Ok(name) => names.push(name),
                Err(text) => errors.push(Diagnostic::without_place(text)),
            }
        }
        if let Some(files) = self.tree.described(&names) {
            errors.into_result()?;
            return Ok(self.compiled(names, files, None));
        }
        if let Some(program) = &self.protoc {
            errors.into_result()?;
            let found = protoc::compile(&self.tree, &names, program)?;
            let notice = found.notice().map(str::to_owned);
            return Ok(self.compiled(names, found.files, notice));
        }
        let mut protox = protox::Compiler::with_file_resolver(self.tree.clone());
        protox.include_imports(true).include_source_info(true);
        for name in progress::steps(names.iter(), Work::Compile, |name| name.as_str(), begin) {
            if let Err(error) = protox.open_file(name) {
                errors.extend(diagnostic::from_protox(&error, &self.tree));
            }
        }
        if let Some(limitation) = errors.limitation() {
            let (found, notice) = protoc::stand_in(&self.tree, &names, limitation)?;
            return Ok(self.compiled(names, found.files, Some(notice)));
        }
        errors.into_result()?;
        let files = request::descriptors(&protox, &self.tree)?;
        Ok(self.compiled(names, files, None))
    }

    fn compiled(
        &self,
        names: Vec<String>,
        files: Vec<FileDescriptorProto>,
        notice: Option<String>,
    ) -> Compiled {
        let sources = files.iter().filter_map(|file| self.tree.find(file.name()));
        let sets = self.tree.descriptor_sets().map(Path::to_owned);
        let passed_over = files.iter().map(|file| self.tree.passed_over(file.name()));
        Compiled {
            names,
            inputs: sources.chain(sets).collect(),
            passed_over: passed_over.flatten().collect(),
            files,
            notice,
            tree: self.tree.clone(),
        }
    }
}

/// What [`Compiler::compile`] understood.
#[derive(Debug)]
pub struct Compiled {
    names: Vec<String>,
    files: Vec<FileDescriptorProto>,
    inputs: Vec<PathBuf>,
    passed_over: BTreeSet<PathBuf>,
    notice: Option<String>,
    tree: SourceTree,
}

impl Compiled {
    /// Runs the plugin; `parameter` is what follows `--rustgrpc_opt=`.
    ///
    /// Files that it names (`config=rustgrpc.toml`) are read here.
    ///
    /// # Errors
    ///
    /// What the plugin has to say about the files or the parameter.
    pub fn generate(&self, parameter: &str) -> Result<Vec<GeneratedFile>, Errors> {
        self.generate_and_tell(parameter, |_| ())
    }

    /// [`generate`](Self::generate) that calls `begin` before it lays out each file.
    ///
    /// # Errors
    ///
    /// As `generate`.
    pub fn generate_and_tell(
        &self,
        parameter: &str,
        begin: impl FnMut(Step<'_>),
    ) -> Result<Vec<GeneratedFile>, Errors> {
        self.generate_for(Tree::Shared, parameter, begin)
    }

    /// [`generate`](Self::generate) for a folder in which no other run writes: an import that has no module there is an
    /// error, unless the parameter has `mod_file=none`.
    ///
    /// # Errors
    ///
    /// As `generate`.
    pub fn generate_whole_tree(&self, parameter: &str) -> Result<Vec<GeneratedFile>, Errors> {
        self.generate_for(Tree::Whole, parameter, |_| ())
    }

    fn generate_for(
        &self,
        tree: Tree,
        parameter: &str,
        begin: impl FnMut(Step<'_>),
    ) -> Result<Vec<GeneratedFile>, Errors> {
        let parameter = config::expand(parameter)?;
        request::generate(&self.names, &parameter, &self.files, tree, begin).map_err(
            |diagnostics| {
                let mut errors = Errors::from(diagnostics);
                errors.add_source_lines(|file| self.tree.source(file));
                errors
            },
        )
    }

    /// How much there is in the given files.
    pub fn counts(&self) -> Counts {
        let given = |file: &&FileDescriptorProto| self.names.iter().any(|name| name == file.name());
        Counts::of(self.files.iter().filter(given))
    }

    /// The names of the given files, as they would be imported.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What to tell the user who gave the files: that a protoc on the machine has stood in for the bundled compiler,
    /// and what it said.
    ///
    /// The bundled compiler reads proto2 and proto3. Files with an `edition` go to the program that the
    /// environment variable `PROTOC` names, or else to `protoc` on the `PATH`, with all files of the run.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// The files on disk that were read: the given ones and all that they import.
    ///
    /// Built-in well-known types are not among them, descriptor sets are.
    pub fn inputs(&self) -> &[PathBuf] {
        &self.inputs
    }

    /// The folders that were searched in vain before a file was found in a later one: a file that is put there
    /// changes the result.
    pub fn passed_over(&self) -> impl Iterator<Item = &Path> {
        self.passed_over.iter().map(PathBuf::as_path)
    }

    /// An encoded `FileDescriptorSet` of the given files, with their imports before them if asked for.
    pub fn descriptor_set(&self, include_imports: bool, include_source_info: bool) -> Vec<u8> {
        let mut files = self.files.clone();
        files.retain(|file| include_imports || self.names.iter().any(|name| name == file.name()));
        if !include_source_info {
            files
                .iter_mut()
                .for_each(|file| file.source_code_info = None);
        }
        request::encode_set(files)
    }
}
