//! `config=FILE`: parameters from a TOML file, in the place of the parameter that names it.
//!
//! The only part of the options that reads a file: callers expand a parameter string before `generate` sees it.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Entry, Options, entries, keys, package};
use crate::diagnostics::{Diagnostic, Diagnostics, Place};

/// `parameter` with what the files say that it names; their paths count from the current folder.
pub(crate) fn expand(parameter: &str) -> Result<String, Diagnostics> {
    let entries = entries(parameter);
    if entries.iter().all(|entry| entry.key != "config") {
        return Ok(parameter.to_owned());
    }
    let mut diagnostics = Diagnostics::default();
    let mut expanded = Vec::new();
    for entry in entries {
        match (entry.key.as_str(), entry.value.as_deref()) {
            ("config", Some(file)) if !file.is_empty() => {
                expanded.extend(read(file, &mut diagnostics));
            }
            ("config", _) => diagnostics.push(Diagnostic::global(
                "parameter `config` needs a value: `config=rustgrpc.toml`",
            )),
            _ => expanded.push(escaped(&entry)),
        }
    }
    diagnostics.finish(expanded.join(","))
}

/// The files that `parameter` takes parameters from, as it names them.
pub(crate) fn files(parameter: &str) -> Vec<PathBuf> {
    let entries = entries(parameter).into_iter();
    let config = entries.filter(|entry| entry.key == "config");
    config
        .filter_map(|entry| entry.value.map(PathBuf::from))
        .collect()
}

fn read(file: &str, diagnostics: &mut Diagnostics) -> Vec<String> {
    let text = match fs::read_to_string(Path::new(file)) {
        Ok(text) => text,
        Err(error) => {
            diagnostics.push(Diagnostic::global(format!(
                "parameter `config`: {file}: {error}"
            )));
            return Vec::new();
        }
    };
    let mut config = Config {
        file,
        text: &text,
        diagnostics,
        expanded: Vec::new(),
    };
    match DeTable::parse(&text) {
        Ok(table) => config.table(table.get_ref()),
        Err(error) => config.problem(error.span().unwrap_or_default(), error.message()),
    }
    config.expanded
}

struct Config<'a> {
    file: &'a str,
    text: &'a str,
    diagnostics: &'a mut Diagnostics,
    expanded: Vec<String>,
}

impl Config<'_> {
    fn table(&mut self, table: &DeTable<'_>) {
        for (key, value) in in_order(table) {
            if key == "config" {
                self.problem(value.span(), "a file of parameters cannot name another one");
                continue;
            }
            match value.get_ref() {
                DeValue::Table(table) => {
                    for (path, value) in in_order(table) {
                        self.values(key, Some(path), value);
                    }
                }
                _ => self.values(key, None, value),
            }
        }
    }

    /// One value or a list of them; `path` is the key inside of a table.
    fn values(&mut self, key: &str, path: Option<&str>, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::Array(values) => {
                for value in values {
                    self.value(key, path, value);
                }
            }
            _ => self.value(key, path, value),
        }
    }

    fn value(&mut self, key: &str, path: Option<&str>, value: &Spanned<DeValue<'_>>) {
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Boolean(on) => on.to_string(),
            other => {
                let text = format!(
                    "`{key}` takes strings, true and false, lists and tables of them, but no {}",
                    other.type_str()
                );
                return self.problem(value.span(), text);
            }
        };
        let entry = Entry {
            key: key.to_owned(),
            value: Some(match path {
                Some(path) => format!("{path}={text}"),
                None => text,
            }),
        };
        // Here is known where it stands, later it is not.
        let mut scratch = (Options::default(), package::Given::default());
        match keys::apply(&mut scratch.0, &mut scratch.1, &entry) {
            Ok(()) => self.expanded.push(escaped(&entry)),
            Err(text) => self.problem(value.span(), text),
        }
    }

    fn problem(&mut self, span: Range<usize>, text: impl Into<String>) {
        let before = self.text.get(..span.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
        self.diagnostics.push(Diagnostic {
            place: Some(Place {
                file: self.file.to_owned(),
                line: u32::try_from(line).unwrap_or_default(),
                column: u32::try_from(column).unwrap_or_default(),
            }),
            text: text.into(),
        });
    }
}

/// Entries as the file orders them: later parameters win.
fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(&'t str, &'t Spanned<DeValue<'i>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let entries = entries.into_iter();
    entries
        .map(|(key, value)| (key.get_ref().as_ref(), value))
        .collect()
}

fn escaped(entry: &Entry) -> String {
    let text = match &entry.value {
        Some(value) => format!("{}={value}", entry.key),
        None => entry.key.clone(),
    };
    text.replace('\\', r"\\").replace(',', r"\,")
}
