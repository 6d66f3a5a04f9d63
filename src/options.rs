//! The parameters of the plugin, parsed once into a plain struct.

pub(crate) mod config;
mod keys;
mod optimize;
mod package;
mod patterns;
mod reference;

use crate::diagnostics::{Diagnostic, Diagnostics};
pub(crate) use optimize::Optimize;
pub(crate) use package::{Package, Runtime};
pub(crate) use patterns::{Patterns, covers};
pub(crate) use reference::PARAMETERS;

/// Everything that `--rustgrpc_opt` can say. `docs/parameters.md` describes the parameters.
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
    pub(crate) optimize: Patterns<Optimize>,
    pub(crate) keep_unknown_fields: bool,
    pub(crate) non_exhaustive: bool,
    pub(crate) messages: bool,
    pub(crate) services: bool,
    pub(crate) stubs: bool,
    pub(crate) servicers: bool,
    pub(crate) strict_servicers: bool,
    pub(crate) mod_file: ModFile,
    /// Whether no other run writes modules beside those of this one.
    pub(crate) whole_tree: bool,
    /// The crate around the modules, if there is to be one.
    pub(crate) package: Option<Package>,
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
            optimize: Patterns::default(),
            keep_unknown_fields: true,
            non_exhaustive: false,
            messages: true,
            services: true,
            stubs: true,
            servicers: true,
            strict_servicers: false,
            mod_file: ModFile::Mod,
            whole_tree: false,
            package: None,
            runtime_path: "::rustgrpc".to_owned(),
            compile_well_known_types: false,
        }
    }
}

impl Options {
    /// Reads `a=b,c`. Later values win where only one can hold.
    pub(crate) fn parse(parameter: &str) -> Result<Self, Diagnostics> {
        let mut options = Self::default();
        let mut given = package::Given::default();
        let mut diagnostics = Diagnostics::default();
        for entry in entries(parameter) {
            if let Err(text) = keys::apply(&mut options, &mut given, &entry) {
                diagnostics.push(Diagnostic::global(text));
            }
        }
        match given.finish(&options) {
            Ok(package) => options.package = package,
            Err(text) => diagnostics.push(Diagnostic::global(text)),
        }
        if options.package.is_some() {
            options.mod_file = ModFile::Lib;
            options.whole_tree = true;
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

/// `key` or `key=value`.
#[derive(Debug)]
struct Entry {
    key: String,
    value: Option<String>,
}

/// Splits at commas; `\,` is a comma and `\\` a backslash.
fn entries(parameter: &str) -> Vec<Entry> {
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
    let entries = entries.iter().map(|entry| match entry.split_once('=') {
        Some((key, value)) => Entry {
            key: key.trim().to_owned(),
            value: Some(value.trim().to_owned()),
        },
        None => Entry {
            key: entry.trim().to_owned(),
            value: None,
        },
    });
    entries
        .filter(|entry| !entry.key.is_empty() || entry.value.is_some())
        .collect()
}
