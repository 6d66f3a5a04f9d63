//! The bundled compiler: writes what the files become, or checks that it is there.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::Failure;
use super::arguments::{Compilation, Output};
use super::progress::Progress;
use crate::compiler::{self, Compiled, Compiler, GeneratedFile};
use crate::options::{Options, config};

/// Generates and writes.
pub(super) fn write(compilation: &Compilation, progress: &mut Progress<'_>) -> Result<(), Failure> {
    for output in &compilation.outputs {
        require_directory(output)?;
    }
    let (compiled, outputs) = generate(compilation, progress)?;
    let mut written = 0;
    for Generated { directory, files } in &outputs {
        written += compiler::write_changed(directory, files)?;
    }
    if let Some(path) = &compilation.descriptor_set_out {
        write_descriptor_set(path, &compiled, compilation)?;
    }
    if !outputs.is_empty() {
        progress.summary(compiled.counts(), &format!("{written} written"));
    }
    Ok(())
}

/// Generates and compares; the differences go to `output`.
pub(super) fn check(
    compilation: &Compilation,
    progress: &mut Progress<'_>,
    output: &mut dyn Write,
) -> Result<(), Failure> {
    let (compiled, outputs) = generate(compilation, progress)?;
    let mut differing = 0;
    for Generated { directory, files } in &outputs {
        for diff in compiler::drift(directory, files)? {
            output.write_all(diff.as_bytes())?;
            differing += 1;
        }
    }
    progress.summary(compiled.counts(), &format!("{differing} differ"));
    match differing {
        0 => Ok(()),
        1 => Err(Failure::new(format!("1 file {OUT_OF_DATE}"))),
        count => Err(Failure::new(format!("{count} files {OUT_OF_DATE}"))),
    }
}

const OUT_OF_DATE: &str =
    "out of date; the same command without `check` writes what the protos become now";

struct Generated<'c> {
    directory: &'c Path,
    files: Vec<GeneratedFile>,
}

/// Everything is generated before anything is written.
fn generate<'c>(
    compilation: &'c Compilation,
    progress: &mut Progress<'_>,
) -> Result<(Compiled, Vec<Generated<'c>>), Failure> {
    let mut compiler = Compiler::new();
    for (prefix, directory) in &compilation.proto_paths {
        compiler.map(prefix, directory);
    }
    for path in &compilation.descriptor_sets_in {
        compiler.add_descriptor_set(path)?;
    }
    let compiled = compiler.compile_and_tell(&compilation.files, |step| progress.step(step));
    progress.clear();
    let compiled = compiled?;
    if let Some(notice) = compiled.notice() {
        progress.notice(notice);
    }
    let mut outputs = Vec::new();
    for output in &compilation.outputs {
        let files = compiled.generate_and_tell(&output.parameter, |step| progress.step(step));
        progress.clear();
        outputs.push(Generated {
            directory: &output.directory,
            files: files?,
        });
    }
    Ok((compiled, outputs))
}

/// protoc never creates the folder that an `_out` flag names, so a slip of the pen shows. A crate begins with its
/// folder.
fn require_directory(output: &Output) -> Result<(), Failure> {
    let directory = output.directory.as_path();
    match fs::metadata(directory) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(Failure(format!("{}: Not a directory", directory.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if is_crate(&output.parameter) {
                return Ok(());
            }
            Err(Failure(format!(
                "{}/: No such file or directory; make the folder first",
                directory.display()
            )))
        }
        Err(error) => Err(Failure(format!("{}: {error}", directory.display()))),
    }
}

/// What is wrong with the parameter is said when it is used.
fn is_crate(parameter: &str) -> bool {
    config::expand(parameter)
        .and_then(|parameter| Options::parse(&parameter))
        .is_ok_and(|options| options.package.is_some())
}

fn write_descriptor_set(
    path: &Path,
    compiled: &Compiled,
    compilation: &Compilation,
) -> Result<(), Failure> {
    let bytes =
        compiled.descriptor_set(compilation.include_imports, compilation.include_source_info);
    fs::write(path, bytes).map_err(|error| Failure(format!("{}: {error}", path.display())))
}
