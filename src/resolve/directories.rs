//! `mod.rs` in each directory of the output.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::names;
use crate::options::{ModFile, Options};
use crate::paths;
use crate::schema::{DeclaredModule, Directory};

/// The files that declare the modules of `files`.
pub(super) fn declare(
    files: &[&str],
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Vec<Directory> {
    let mut tree = Tree::default();
    for file in files {
        for path in modules(file, options) {
            if let Err(text) = tree.add(&path, file) {
                diagnostics.push(Diagnostic::global(text));
            }
        }
    }
    tree.directories(options.mod_file)
}

/// The files that a `.proto` becomes.
pub(super) fn modules(file: &str, options: &Options) -> impl Iterator<Item = String> {
    let messages = options.messages.then(|| paths::message_module(file));
    let services = options.services.then(|| paths::service_module(file));
    messages
        .into_iter()
        .chain(services)
        .map(|module| paths::source_file(&module))
}

/// The files that declare modules of which only the paths are known.
pub(crate) fn of_modules(paths: &[String], mod_file: ModFile) -> Vec<Directory> {
    let mut tree = Tree::default();
    for path in paths {
        tree.declare(path);
    }
    tree.directories(mod_file)
}

/// Directories, each but the root with a `/` behind it, and the modules in them.
#[derive(Default)]
struct Tree {
    children: BTreeMap<String, BTreeSet<String>>,
    /// Files of the output, and what they were made from.
    sources: BTreeMap<String, String>,
}

impl Tree {
    fn add(&mut self, path: &str, source: &str) -> Result<(), String> {
        if let Some(other) = self.sources.insert(path.to_owned(), source.to_owned()) {
            return Err(format!(
                "{source}: becomes `{path}`, as {other} does; one of them needs another name"
            ));
        }
        self.declare(path);
        Ok(())
    }

    fn declare(&mut self, path: &str) {
        let module = path.strip_suffix(".rs").unwrap_or(path);
        let mut directory = String::new();
        for part in module.split('/') {
            self.children
                .entry(directory.clone())
                .or_default()
                .insert(part.to_owned());
            directory = format!("{directory}{part}/");
        }
    }

    fn directories(&self, mod_file: ModFile) -> Vec<Directory> {
        let root = match mod_file {
            ModFile::Mod => "mod.rs",
            ModFile::Lib => "lib.rs",
            ModFile::None => return Vec::new(),
        };
        let directories = self.children.iter();
        directories
            .map(|(directory, children)| {
                let file = if directory.is_empty() { root } else { "mod.rs" };
                let declared = children.iter().map(|child| {
                    let is_directory = self.children.contains_key(&format!("{directory}{child}/"));
                    module(directory, child, file, is_directory)
                });
                Directory {
                    path: format!("{directory}{file}"),
                    modules: declared.collect(),
                }
            })
            .collect()
    }
}

fn module(directory: &str, name: &str, file: &str, is_directory: bool) -> DeclaredModule {
    let mut allows = Vec::new();
    if !names::is_snake(name) {
        allows.push("non_snake_case");
    }
    if directory.trim_end_matches('/').rsplit('/').next() == Some(name) {
        allows.push("clippy::module_inception");
    }
    // The compiler would take the file that declares the module for the module.
    let path = (format!("{name}.rs") == file).then(|| format!("{name}/mod.rs"));
    DeclaredModule {
        ident: names::escape(name),
        folder: is_directory.then(|| format!("{directory}{name}")),
        path,
        allows,
    }
}
