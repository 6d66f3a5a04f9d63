//! The command line: a protoc plugin without arguments, the bundled compiler with protoc's own flags.

mod arguments;
mod help;

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use crate::compiler::{self, Compiled, Compiler};
use arguments::{Command, Compilation};

/// Runs one command line (without the program's name).
///
/// With no arguments and `interactive` false, `input` is a `CodeGeneratorRequest` and `output` gets
/// the `CodeGeneratorResponse`: how protoc and buf run a plugin.
///
/// # Errors
///
/// What has to be shown on stderr before the process ends with exit code 1.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    input: &mut impl Read,
    interactive: bool,
    output: &mut impl Write,
) -> Result<(), Failure> {
    match arguments::parse(arguments, interactive)? {
        Command::Plugin => plugin(input, output),
        Command::Help => Ok(output.write_all(help::TEXT.as_bytes())?),
        Command::Version => Ok(writeln!(
            output,
            "protoc-gen-rustgrpc {}",
            compiler::VERSION
        )?),
        Command::Compile(compilation) => compile(&compilation),
    }
}

/// Why a run failed; its `Display` is the text for stderr.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self(format!("protoc-gen-rustgrpc: {error}"))
    }
}

impl From<compiler::Errors> for Failure {
    fn from(errors: compiler::Errors) -> Self {
        Self(errors.to_string())
    }
}

fn plugin(input: &mut impl Read, output: &mut impl Write) -> Result<(), Failure> {
    let mut request = Vec::new();
    input.read_to_end(&mut request)?;
    let response = crate::generate_bytes(&request)
        .map_err(|error| Failure(format!("protoc-gen-rustgrpc: {error}")))?;
    Ok(output.write_all(&response)?)
}

fn compile(compilation: &Compilation) -> Result<(), Failure> {
    for (directory, _) in &compilation.outputs {
        require_directory(directory)?;
    }
    let mut compiler = Compiler::new();
    for (prefix, directory) in &compilation.proto_paths {
        compiler.map(prefix, directory);
    }
    for path in &compilation.descriptor_sets_in {
        compiler.add_descriptor_set(path)?;
    }
    let compiled = compiler.compile(&compilation.files)?;
    if let Some(notice) = compiled.notice() {
        // Nothing depends on its being read.
        let _ = writeln!(io::stderr(), "{notice}");
    }

    // Everything is generated before anything is written.
    let mut outputs = Vec::new();
    for (directory, parameter) in &compilation.outputs {
        outputs.push((directory, compiled.generate(parameter)?));
    }
    for (directory, files) in outputs {
        compiler::write_changed(directory, &files)?;
    }
    if let Some(path) = &compilation.descriptor_set_out {
        write_descriptor_set(path, &compiled, compilation)?;
    }
    Ok(())
}

/// protoc never creates the folder that an `_out` flag names, so a slip of the pen shows.
fn require_directory(directory: &Path) -> Result<(), Failure> {
    match fs::metadata(directory) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(Failure(format!("{}: Not a directory", directory.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Failure(format!(
            "{}/: No such file or directory",
            directory.display()
        ))),
        Err(error) => Err(Failure(format!("{}: {error}", directory.display()))),
    }
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
