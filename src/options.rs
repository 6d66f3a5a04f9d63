//! The parameters of the plugin, parsed once into a plain struct.

mod keys;
mod patterns;

use crate::diagnostics::{Diagnostic, Diagnostics};
pub(crate) use patterns::{Patterns, covers};

/// Everything that `--rustgrpc_opt` can say. `ARCHITECTURE.md` lists the parameters.
#[derive(Debug)]
pub(crate) struct Options {
    /// Protobuf package, type or `.proto` file to the Rust path that stands for it; longest pattern first.
    pub(crate) extern_paths: Vec<ExternPath>,
    pub(crate) bytes: Patterns<()>,
    pub(crate) btree_map: Patterns<()>,
    pub(crate) boxed: Patterns<()>,
    pub(crate) type_attributes: Patterns<String>,
    pub(crate) field_attributes: Patterns<String>,
    pub(crate) enum_attributes: Patterns<String>,
    pub(crate) keep_unknown_fields: bool,
    pub(crate) non_exhaustive: bool,
    pub(crate) messages: bool,
    pub(crate) services: bool,
    pub(crate) stubs: bool,
    pub(crate) servicers: bool,
    pub(crate) strict_servicers: bool,
    pub(crate) mod_file: ModFile,
    /// The path of the crate whose `codegen` module generated code uses.
    pub(crate) runtime_path: String,
    pub(crate) compile_well_known_types: bool,
}

/// `extern_path=PROTO=RUST`.
#[derive(Debug)]
pub(crate) struct ExternPath {
    /// With a leading dot, or the name of a `.proto` file.
    pub(crate) proto: String,
    pub(crate) rust: String,
}

/// The files that declare the modules of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ModFile {
    /// `mod.rs` in each directory.
    Mod,
    /// `lib.rs` at the root, `mod.rs` below.
    Lib,
    None,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            extern_paths: Vec::new(),
            bytes: Patterns::default(),
            btree_map: Patterns::default(),
            boxed: Patterns::default(),
            type_attributes: Patterns::default(),
            field_attributes: Patterns::default(),
            enum_attributes: Patterns::default(),
            keep_unknown_fields: true,
            non_exhaustive: false,
            messages: true,
            services: true,
            stubs: true,
            servicers: true,
            strict_servicers: false,
            mod_file: ModFile::Mod,
            runtime_path: "::rustgrpc".to_owned(),
            compile_well_known_types: false,
        }
    }
}

impl Options {
    /// Reads `a=b,c`. Later values win where only one can hold.
    pub(crate) fn parse(parameter: &str) -> Result<Self, Diagnostics> {
        let mut options = Self::default();
        let mut diagnostics = Diagnostics::default();
        for entry in split(parameter) {
            let (key, value) = match entry.split_once('=') {
                Some((key, value)) => (key.trim(), Some(value.trim())),
                None => (entry.trim(), None),
            };
            if key.is_empty() && value.is_none() {
                continue;
            }
            if let Err(text) = keys::apply(&mut options, key, value) {
                diagnostics.push(Diagnostic::global(text));
            }
        }
        options.extern_paths.sort_by(|a, b| {
            b.proto
                .len()
                .cmp(&a.proto.len())
                .then_with(|| a.proto.cmp(&b.proto))
        });
        diagnostics.finish(options)
    }
}

/// Splits at commas; `\,` is a comma and `\\` a backslash.
fn split(parameter: &str) -> Vec<String> {
    let mut entries = vec![String::new()];
    let mut chars = parameter.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = (c == '\\')
            .then(|| chars.next_if(|&c| c == ',' || c == '\\'))
            .flatten();
        match (c, escaped) {
            (',', _) => entries.push(String::new()),
            (c, escaped) => {
                let last = entries.len() - 1;
                entries[last].push(escaped.unwrap_or(c));
            }
        }
    }
    entries
}
