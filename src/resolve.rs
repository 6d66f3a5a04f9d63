//! From descriptors to the schema: every name chosen, every type found, every problem gathered.
//!
//! `Index` first names the types of all files of the request, so that what one file becomes depends on the files it
//! imports and on nothing else of the request.

mod accessors;
mod codec;
mod custom_options;
mod cycles;
mod defaults;
mod descriptors;
pub(crate) mod directories;
mod enumeration;
mod extension;
mod field;
mod file;
mod imports;
mod index;
mod lints;
mod literal;
mod locations;
mod members;
mod message;
mod package;
mod prelude;
mod reexports;
mod rules;
mod service;
mod spelling;
mod types;
mod well_known;

use std::collections::BTreeSet;

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::options::Options;
use crate::request::Request;
use crate::schema::{Directory, File, Outline, Package};
use index::Index;

/// What the files of a request become. Each is resolved when its turn comes: all of them at once would be several times as
/// large as the request.
pub(crate) struct Resolver<'a> {
    index: Index<'a>,
    options: &'a Options,
    files: Vec<&'a str>,
    pub(crate) directories: Vec<Directory>,
}

impl<'a> Resolver<'a> {
    /// Names everything.
    pub(crate) fn new(request: &Request<'a>, options: &'a Options) -> Result<Self, Diagnostics> {
        let mut diagnostics = Diagnostics::default();
        let index = Index::build(&request.files, options, &mut diagnostics);
        let mut diagnostics = diagnostics.finish(Diagnostics::default())?;
        let names: BTreeSet<&str> = request
            .file_to_generate
            .iter()
            .map(String::as_str)
            .collect();
        for name in &names {
            if index.file(name).is_none() {
                diagnostics.push(Diagnostic::global(format!(
                    "{name}: to be generated, but not among the files of the request"
                )));
            }
        }
        let files: Vec<&str> = names.into_iter().collect();
        let directories = directories::declare(&files, options, &mut diagnostics);
        diagnostics.finish(Self {
            index,
            options,
            files,
            directories,
        })
    }

    /// The files to generate, in the order of their names.
    pub(crate) fn files(&self) -> &[&'a str] {
        &self.files
    }

    /// One of them.
    pub(crate) fn file(&self, name: &str) -> Result<File, Diagnostics> {
        let mut diagnostics = Diagnostics::default();
        let file = self.index.file(name);
        let file = file.and_then(|file| {
            imports::are_generated(
                file,
                &self.files,
                &self.index,
                self.options,
                &mut diagnostics,
            );
            file::resolve(file, &self.index, self.options, &mut diagnostics)
        });
        match file {
            Some(file) => diagnostics.finish(file),
            None => Err(diagnostics),
        }
    }

    /// The crate around all of them, if there is to be one.
    pub(crate) fn package(&self, files: &[Outline]) -> Option<Package> {
        package::resolve(files, &self.index, self.options)
    }
}
