//! Module files for a folder of generated files, for those who had to generate it in several runs.

use std::fs;
use std::path::Path;

use super::output::{failed, is_generated, on_disk};
use super::{Errors, GeneratedFile};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::options::Options;

/// The files that declare the generated modules below `directory`, as one run over all protos would write them.
///
/// `parameter` may say `mod_file=lib.rs`. Folders that a link leads to are left out.
///
/// # Errors
///
/// When a folder cannot be read, holds no generated file, or the parameter is wrong.
pub fn module_tree(directory: &Path, parameter: &str) -> Result<Vec<GeneratedFile>, Errors> {
    let options = Options::parse(parameter)?;
    let mut modules = Vec::new();
    collect(directory, "", &mut modules)?;
    if modules.is_empty() {
        return Err(Errors::from(Diagnostics::from(Diagnostic::global(
            format!(
                "{}: no file that protoc-gen-rustgrpc has made",
                directory.display()
            ),
        ))));
    }
    let files = crate::module_files(&modules, options.mod_file)?.into_iter();
    Ok(files.map(GeneratedFile::from).collect())
}

/// The generated modules that stand for a `.proto`, as paths with slashes below the first folder.
fn collect(directory: &Path, prefix: &str, modules: &mut Vec<String>) -> Result<(), Errors> {
    let entries = fs::read_dir(directory).map_err(|error| failed(directory, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| failed(directory, &error))?;
        let path = entry.path();
        let kind = entry.file_type().map_err(|error| failed(&path, &error))?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if kind.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), modules)?;
        } else if (name.ends_with("_pb2.rs") || name.ends_with("_pb2_grpc.rs"))
            && on_disk(&path)?.is_some_and(|text| is_generated(&text))
        {
            modules.push(format!("{prefix}{name}"));
        }
    }
    Ok(())
}
