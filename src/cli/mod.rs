//! The command line: a protoc plugin without arguments, the bundled compiler with protoc's own flags, and its commands.

mod arguments;
mod compile;
mod help;
mod progress;

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Read, Write};
use std::path::Path;

use crate::compiler;
use crate::options::config;
use crate::request::EncodedRequest;
use crate::response;
use arguments::Command;
use progress::Progress;

/// What a run reads and writes.
pub struct Console<'a> {
    /// A `CodeGeneratorRequest`, for a plugin.
    pub input: &'a mut dyn Read,
    /// Whether a person would have to type that.
    pub input_is_terminal: bool,
    /// A `CodeGeneratorResponse`, or what was asked for.
    pub output: &'a mut dyn Write,
    /// Notices, and how far the run is.
    pub messages: &'a mut dyn Write,
    /// Whether a person sees the messages come; if not, there are only notices.
    pub messages_are_seen: bool,
}

impl fmt::Debug for Console<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console")
            .field("input_is_terminal", &self.input_is_terminal)
            .field("messages_are_seen", &self.messages_are_seen)
            .finish_non_exhaustive()
    }
}

/// Runs one command line (without the program's name).
///
/// With no arguments and no terminal, the input is a `CodeGeneratorRequest` and the output gets the
/// `CodeGeneratorResponse`: how protoc and buf run a plugin.
///
/// # Errors
///
/// What has to be shown on stderr before the process ends with exit code 1.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    match arguments::parse(arguments, console.input_is_terminal)? {
        Command::Plugin => plugin(console.input, console.output),
        Command::Help => Ok(console.output.write_all(help::text().as_bytes())?),
        Command::Version => Ok(writeln!(
            console.output,
            "protoc-gen-rustgrpc {}",
            compiler::VERSION
        )?),
        Command::Compile(compilation) => {
            let mut progress = Progress::new(console.messages, console.messages_are_seen);
            compile::write(&compilation, &mut progress)
        }
        Command::Check(compilation) => {
            let mut progress = Progress::new(console.messages, console.messages_are_seen);
            compile::check(&compilation, &mut progress, console.output)
        }
        Command::Tree {
            directories,
            parameter,
        } => directories
            .iter()
            .try_for_each(|directory| tree(directory, &parameter)),
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

/// `generate` is a pure function, so the files that parameters name are read before it.
fn plugin(input: &mut dyn Read, output: &mut dyn Write) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let mut request = EncodedRequest::decode(&bytes).map_err(|error| {
        let error = response::BrokenRequest::new(error);
        Failure(format!("protoc-gen-rustgrpc: {error}"))
    })?;
    match config::expand(&request.parameter) {
        Ok(parameter) => {
            request.parameter = parameter;
            crate::respond(&request.as_request(), output)?;
            // The process ends, which frees it faster.
            std::mem::forget(request);
            Ok(())
        }
        Err(diagnostics) => Ok(response::Writer::new(output).finish(Err(diagnostics))?),
    }
}

fn tree(directory: &Path, parameter: &str) -> Result<(), Failure> {
    let files = compiler::module_tree(directory, parameter)?;
    compiler::write_changed(directory, &files)?;
    Ok(())
}
