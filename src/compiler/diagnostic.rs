//! Errors with their place: `file:line:column: text`, then the source line with a caret.

use std::collections::BTreeMap;
use std::fmt;

use miette::{Diagnostic as _, LabeledSpan, SourceCode};

use super::source_tree::SourceTree;
use crate::diagnostics::Diagnostics;

/// What the bundled compiler says of files with an `edition`.
pub(super) const EDITIONS: &str = "the bundled compiler reads proto2 and proto3, not editions";

/// One error, with its place if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    text: String,
    place: Option<Place>,
    /// Whether the bundled compiler says this of a file that may be sound.
    limitation: bool,
}

/// Line and column count from 1; the column counts characters.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    file: String,
    position: Option<(usize, usize)>,
    source_line: Option<String>,
    width: usize,
}

impl Diagnostic {
    pub(super) fn without_place(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            place: None,
            limitation: false,
        }
    }

    /// The file as it would be imported, if the error belongs to one.
    pub fn file(&self) -> Option<&str> {
        self.place.as_ref().map(|place| place.file.as_str())
    }

    /// Line and column, counted from 1.
    pub fn position(&self) -> Option<(usize, usize)> {
        self.place.as_ref()?.position
    }

    /// What is wrong, without the place.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same problem in other words.
    pub(super) fn with_text(&self, text: String) -> Self {
        Self {
            text,
            ..self.clone()
        }
    }

    /// Reads `file.proto:line:column: text`, the form in which plugins report.
    fn parse(line: &str) -> Self {
        let parsed = || {
            let (file, rest) = line.split_once(".proto:")?;
            let (line, rest) = rest.split_once(':')?;
            let (column, text) = rest.split_once(": ")?;
            let position = (line.parse().ok()?, column.parse().ok()?);
            let file = format!("{file}.proto");
            let place = Place {
                file,
                position: Some(position),
                source_line: None,
                width: 1,
            };
            Some(Self {
                text: text.to_owned(),
                place: Some(place),
                limitation: false,
            })
        };
        parsed().unwrap_or_else(|| Self::without_place(line))
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(place) = &self.place else {
            return f.write_str(&self.text);
        };
        write!(f, "{}:", place.file)?;
        let Some((line, column)) = place.position else {
            return write!(f, " {}", self.text);
        };
        write!(f, "{line}:{column}: {}", self.text)?;
        let Some(source) = &place.source_line else {
            return Ok(());
        };
        let number = line.to_string();
        let margin = " ".repeat(number.len());
        // Tabs stay tabs, so that the caret stands under its character at any tab width.
        let indent: String = source
            .chars()
            .take(column.saturating_sub(1))
            .map(|char| if char == '\t' { '\t' } else { ' ' })
            .collect();
        let carets = "^".repeat(place.width.max(1));
        write!(f, "\n {number} | {source}\n {margin} | {indent}{carets}")
    }
}

/// All errors of a run, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Errors(Vec<Diagnostic>);

impl Errors {
    /// The errors, one by one.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.0
    }

    pub(super) fn from_text(text: impl AsRef<str>) -> Self {
        Self(text.as_ref().lines().map(Diagnostic::parse).collect())
    }

    /// The first problem that only the bundled compiler has.
    pub(super) fn limitation(&self) -> Option<&Diagnostic> {
        self.0.iter().find(|diagnostic| diagnostic.limitation)
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        // A broken import is met once for every file that imports it.
        if !self.0.contains(&diagnostic) {
            self.0.push(diagnostic);
        }
    }

    pub(super) fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        for diagnostic in diagnostics {
            self.push(diagnostic);
        }
    }

    pub(super) fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    pub(super) fn add_source_lines(&mut self, read: impl Fn(&str) -> Option<String>) {
        let mut sources: BTreeMap<String, Option<String>> = BTreeMap::new();
        for place in self
            .0
            .iter_mut()
            .filter_map(|diagnostic| diagnostic.place.as_mut())
        {
            let Some((line, _)) = place.position else {
                continue;
            };
            let source = sources
                .entry(place.file.clone())
                .or_insert_with(|| read(&place.file));
            let text = source
                .as_ref()
                .and_then(|source| source.lines().nth(line.checked_sub(1)?));
            place.source_line = text.map(str::to_owned);
        }
    }
}

impl From<Diagnostics> for Errors {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::from_text(diagnostics.to_string())
    }
}

impl From<Diagnostic> for Errors {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}

/// Every error that protox gathered in one of its own.
pub(super) fn from_protox(error: &protox::Error, tree: &SourceTree) -> Vec<Diagnostic> {
    let related = error.related().into_iter().flatten();
    let all = std::iter::once(error as &dyn miette::Diagnostic).chain(related);
    all.map(|single| {
        let limitation = limitation(&single.to_string());
        Diagnostic {
            text: limitation.map_or_else(|| text_of(single, tree), str::to_owned),
            place: error
                .file()
                .map(|file| place_of(file, single, error.source_code())),
            limitation: limitation.is_some(),
        }
    })
    .collect()
}

/// What protox 0.10 does not know of the language, if `text` is how it says so.
fn limitation(text: &str) -> Option<&'static str> {
    if text.starts_with("expected ") && text.ends_with("found 'edition'") {
        Some(EDITIONS)
    } else if text == "expected 'to', ',' or ';', but found '['" {
        Some("the bundled compiler does not read options of a single extension number")
    } else if text.ends_with(EDITIONS) {
        Some(EDITIONS)
    } else {
        None
    }
}

fn text_of(error: &dyn miette::Diagnostic, tree: &SourceTree) -> String {
    let text = error.to_string();
    let is_import = text.starts_with("import '") && text.ends_with("' not found");
    match error.help() {
        Some(help) => format!("{text} ({help})"),
        None if is_import => format!("{text} in {}", tree.searched()),
        None => text,
    }
}

fn place_of(file: &str, error: &dyn miette::Diagnostic, source: Option<&dyn SourceCode>) -> Place {
    let mut place = Place {
        file: file.to_owned(),
        position: None,
        source_line: None,
        width: 1,
    };
    let labels: Vec<LabeledSpan> = error.labels().into_iter().flatten().collect();
    let (Some(label), Some(source)) = (primary(&labels), source) else {
        return place;
    };
    // With one line around it, the span's own line is complete.
    let (Ok(start), Ok(context)) = (
        source.read_span(label.inner(), 0, 0),
        source.read_span(label.inner(), 1, 1),
    ) else {
        return place;
    };
    let before = start.line() - context.line();
    let context = String::from_utf8_lossy(context.data());
    let line = context.lines().nth(before).unwrap_or_default();
    // miette counts bytes.
    let prefix = line.get(..start.column()).unwrap_or(line);
    let marked = line.get(start.column()..).unwrap_or_default();
    let marked = marked.get(..label.len()).unwrap_or(marked);
    place.position = Some((start.line() + 1, prefix.chars().count() + 1));
    place.width = marked.chars().count();
    place.source_line = Some(line.to_owned());
    place
}

/// Of the places that an error names, the one where it is to be mended, not the one it clashes with.
fn primary(labels: &[LabeledSpan]) -> Option<&LabeledSpan> {
    let text = |label: &LabeledSpan| label.label().unwrap_or_default().to_owned();
    let earlier = |label: &LabeledSpan| {
        text(label).starts_with("first ") || text(label).contains(" range defined")
    };
    let found = labels.iter().find(|label| text(label) == "found here");
    found
        .or_else(|| labels.iter().rfind(|label| !earlier(label)))
        .or(labels.first())
}
