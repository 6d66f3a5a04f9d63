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

use crate::descriptor::CodeGeneratorRequest;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::options::Options;
use crate::schema::Schema;
use index::Index;

/// The schema of the files to generate.
pub(crate) fn resolve(
    request: &CodeGeneratorRequest,
    options: &Options,
) -> Result<Schema, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let index = Index::build(&request.proto_file, options, &mut diagnostics);
    let mut diagnostics = diagnostics.finish(Diagnostics::default())?;
    let mut files = Vec::new();
    let generated: BTreeSet<&String> = request.file_to_generate.iter().collect();
    for &name in &generated {
        match index.file(name) {
            Some(file) => {
                imports::are_generated(file, &generated, &index, options, &mut diagnostics);
                if let Some(resolved) = file::resolve(file, &index, options, &mut diagnostics) {
                    files.push(resolved);
                }
            }
            None => diagnostics.push(Diagnostic::global(format!(
                "{name}: to be generated, but not among the files of the request"
            ))),
        }
    }
    let directories = directories::declare(&files, options, &mut diagnostics);
    let package = package::resolve(&files, &index, options);
    diagnostics.finish(Schema {
        files,
        directories,
        package,
    })
}
