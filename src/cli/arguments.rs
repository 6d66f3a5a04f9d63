//! protoc's command-line syntax: `--flag=value`, `--flag value`, `-Ivalue`, `-I value`, `@argfile`; and the commands.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use super::Failure;
use crate::nearest::nearest;

/// What a command line asks for.
#[derive(Debug, PartialEq)]
pub(super) enum Command {
    Plugin,
    Help,
    Version,
    Compile(Compilation),
    /// Compares what `Compile` would write with what is there.
    Check(Compilation),
    /// Writes module files.
    Tree {
        directories: Vec<PathBuf>,
        parameter: String,
    },
}

/// A run of the bundled compiler.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Compilation {
    /// Virtual prefix and folder, as given.
    pub(super) proto_paths: Vec<(String, PathBuf)>,
    pub(super) descriptor_sets_in: Vec<PathBuf>,
    pub(super) outputs: Vec<Output>,
    pub(super) descriptor_set_out: Option<PathBuf>,
    pub(super) include_imports: bool,
    pub(super) include_source_info: bool,
    pub(super) files: Vec<String>,
}

/// Where generated files go, and the parameter for the plugin.
#[derive(Debug, PartialEq)]
pub(super) struct Output {
    pub(super) directory: PathBuf,
    pub(super) parameter: String,
}

const WITH_VALUE: [&str; 5] = [
    "proto_path",
    "rustgrpc_out",
    "rustgrpc_opt",
    "descriptor_set_in",
    "descriptor_set_out",
];
const WITHOUT_VALUE: [&str; 4] = ["include_imports", "include_source_info", "help", "version"];

#[cfg(windows)]
const LIST_SEPARATOR: char = ';';
#[cfg(not(windows))]
const LIST_SEPARATOR: char = ':';

pub(super) fn parse(
    arguments: impl IntoIterator<Item = OsString>,
    interactive: bool,
) -> Result<Command, Failure> {
    let arguments = expand_argument_files(arguments)?;
    let Some(first) = arguments.first() else {
        return Ok(if interactive {
            Command::Help
        } else {
            Command::Plugin
        });
    };
    let command = match first.as_str() {
        "check" => Some(Named::Check),
        "tree" => Some(Named::Tree),
        _ => None,
    };
    let mut compilation = Compilation::default();
    let mut parameters = Vec::new();
    let mut rest = arguments.into_iter().skip(command.iter().count());
    while let Some(argument) = rest.next() {
        let (flag, value) = match split(&argument)? {
            Argument::File => {
                compilation.files.push(argument);
                continue;
            }
            Argument::Flag("help") => return Ok(Command::Help),
            Argument::Flag("version") => return Ok(Command::Version),
            Argument::Flag("include_imports") => {
                compilation.include_imports = true;
                continue;
            }
            Argument::Flag("include_source_info") => {
                compilation.include_source_info = true;
                continue;
            }
            Argument::Flag(flag) => {
                let value = rest.next().filter(|value| !value.starts_with('-'));
                let value = value
                    .ok_or_else(|| Failure::new(format!("Missing value for flag: --{flag}")))?;
                (flag, value)
            }
            Argument::FlagWithValue(flag, value) => (flag, value.to_owned()),
        };
        compilation.set(flag, &value, &mut parameters)?;
    }
    match command {
        None => {
            compilation.finish(&parameters)?;
            Ok(Command::Compile(compilation))
        }
        Some(Named::Check) => {
            if compilation.descriptor_set_out.is_some() {
                return Err(Failure::new(
                    "check writes nothing, so there is no --descriptor_set_out.",
                ));
            }
            compilation.finish(&parameters)?;
            Ok(Command::Check(compilation))
        }
        Some(Named::Tree) => tree(compilation, &parameters),
    }
}

/// The commands that the first argument can name.
#[derive(Clone, Copy)]
enum Named {
    Check,
    Tree,
}

fn tree(mut compilation: Compilation, parameters: &[String]) -> Result<Command, Failure> {
    let directories = std::mem::take(&mut compilation.files);
    if directories.is_empty() {
        return Err(Failure::new("Missing folder of generated files."));
    }
    if compilation != Compilation::default() {
        return Err(Failure::new(
            "tree takes folders and --rustgrpc_opt=mod_file=…, and nothing else.",
        ));
    }
    Ok(Command::Tree {
        directories: directories.into_iter().map(PathBuf::from).collect(),
        parameter: joined("", parameters),
    })
}

fn expand_argument_files(
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<Vec<String>, Failure> {
    let mut expanded = Vec::new();
    for argument in arguments {
        let argument = argument.into_string().map_err(|argument| {
            Failure::new(format!("Argument is not UTF-8: {}", argument.display()))
        })?;
        let Some(path) = argument.strip_prefix('@') else {
            expanded.push(argument);
            continue;
        };
        let text = fs::read_to_string(path).map_err(|error| {
            Failure::new(format!("Failed to open argument file {path}: {error}"))
        })?;
        expanded.extend(
            text.lines()
                .filter(|line| !line.is_empty())
                .map(str::to_owned),
        );
    }
    Ok(expanded)
}

enum Argument<'a> {
    File,
    /// A flag that has no value, or has it in the next argument.
    Flag(&'static str),
    FlagWithValue(&'static str, &'a str),
}

fn split(argument: &str) -> Result<Argument<'_>, Failure> {
    if let Some(long) = argument.strip_prefix("--") {
        return match long.split_once('=') {
            Some((name, value)) => match known(&WITH_VALUE, name) {
                Some(flag) => Ok(Argument::FlagWithValue(flag, value)),
                None if known(&WITHOUT_VALUE, name).is_some() => {
                    Err(Failure::new(format!("--{name} takes no value.")))
                }
                None => Err(unknown_flag(name)),
            },
            None => known(&WITH_VALUE, long)
                .or_else(|| known(&WITHOUT_VALUE, long))
                .map(Argument::Flag)
                .ok_or_else(|| unknown_flag(long)),
        };
    }
    if argument == "-h" {
        return Ok(Argument::Flag("help"));
    }
    for (short, flag) in [("-I", "proto_path"), ("-o", "descriptor_set_out")] {
        match argument.strip_prefix(short) {
            Some("") => return Ok(Argument::Flag(flag)),
            Some(value) => return Ok(Argument::FlagWithValue(flag, value)),
            None => {}
        }
    }
    if argument.starts_with('-') {
        return Err(Failure::new(format!(
            "Unknown flag: {argument}; run with --help for the flags"
        )));
    }
    Ok(Argument::File)
}

fn known(flags: &[&'static str], name: &str) -> Option<&'static str> {
    flags.iter().copied().find(|flag| *flag == name)
}

fn unknown_flag(name: &str) -> Failure {
    let flags = WITH_VALUE.into_iter().chain(WITHOUT_VALUE);
    let hint = match nearest(name, flags) {
        Some(flag) => format!("; did you mean --{flag}?"),
        None if name.ends_with("_out") || name.ends_with("_opt") => {
            "; the bundled compiler runs no other plugin: use protoc for that".to_owned()
        }
        None => "; run with --help for the flags".to_owned(),
    };
    Failure::new(format!("Unknown flag: --{name}{hint}"))
}

impl Compilation {
    fn set(
        &mut self,
        flag: &str,
        value: &str,
        parameters: &mut Vec<String>,
    ) -> Result<(), Failure> {
        if value.is_empty() && flag != "rustgrpc_opt" {
            return Err(Failure::new(format!(
                "--{flag} requires a non-empty value."
            )));
        }
        match flag {
            "proto_path" => {
                for entry in value
                    .split(LIST_SEPARATOR)
                    .filter(|entry| !entry.is_empty())
                {
                    let (prefix, directory) = entry.split_once('=').unwrap_or(("", entry));
                    self.proto_paths.push((prefix.to_owned(), directory.into()));
                }
            }
            "rustgrpc_out" => {
                let (parameter, directory) = split_output(value);
                self.outputs.push(Output {
                    directory: directory.into(),
                    parameter: parameter.to_owned(),
                });
            }
            "rustgrpc_opt" => parameters.push(value.to_owned()),
            "descriptor_set_in" => self.descriptor_sets_in.extend(
                value
                    .split(LIST_SEPARATOR)
                    .filter(|path| !path.is_empty())
                    .map(PathBuf::from),
            ),
            "descriptor_set_out" => {
                if self.descriptor_set_out.replace(value.into()).is_some() {
                    return Err(Failure::new(
                        "--descriptor_set_out may only be passed once.",
                    ));
                }
            }
            _ => unreachable!("`split` yields only the flags of WITH_VALUE and WITHOUT_VALUE"),
        }
        Ok(())
    }

    fn finish(&mut self, parameters: &[String]) -> Result<(), Failure> {
        if self.files.is_empty() {
            return Err(Failure::new(
                "Missing input file: name the .proto files to compile.",
            ));
        }
        if self.outputs.is_empty() && self.descriptor_set_out.is_none() {
            return Err(Failure::new(
                "Missing output directives: --rustgrpc_out=DIR says where to write.",
            ));
        }
        if self.descriptor_set_out.is_none() {
            for (set, flag) in [
                (self.include_imports, "include_imports"),
                (self.include_source_info, "include_source_info"),
            ] {
                if set {
                    return Err(Failure::new(format!(
                        "--{flag} only makes sense when combined with --descriptor_set_out."
                    )));
                }
            }
        }
        if self.proto_paths.is_empty() {
            self.proto_paths.push((String::new(), ".".into()));
        }
        for output in &mut self.outputs {
            output.parameter = joined(&output.parameter, parameters);
        }
        Ok(())
    }
}

fn joined(first: &str, others: &[String]) -> String {
    let all = [first].into_iter().chain(others.iter().map(String::as_str));
    all.filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(",")
}

/// Parameters before the first colon, unless that colon belongs to a drive letter or to `::`.
fn split_output(value: &str) -> (&str, &str) {
    let bytes = value.as_bytes();
    let mut at = 0;
    while let Some(found) = value[at..].find(':') {
        let colon = at + found;
        if bytes.get(colon + 1) == Some(&b':') {
            at = colon + 2;
            continue;
        }
        if cfg!(windows) && colon == 1 && bytes[0].is_ascii_alphabetic() {
            return ("", value);
        }
        return (&value[..colon], &value[colon + 1..]);
    }
    ("", value)
}

#[cfg(test)]
#[path = "arguments_tests.rs"]
mod tests;
