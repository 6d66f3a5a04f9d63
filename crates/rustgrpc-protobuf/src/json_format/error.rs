//! Why a message cannot be written as JSON, or be read from it.

use std::fmt;

/// A message that cannot be written as JSON. Mirrors Python's `SerializeToJsonError`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SerializeError {
    text: String,
    /// Whether the field has been named. Python names the innermost, and for some errors none.
    is_final: bool,
}

impl SerializeError {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_final: false,
        }
    }

    /// An error whose text names no field.
    pub(super) fn final_(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_final: true,
        }
    }

    /// The error, naming the field that it happened in.
    pub(super) fn within(self, field: &str) -> Self {
        if self.is_final {
            return self;
        }
        Self::final_(format!("Failed to serialize {field} field: {}.", self.text))
    }
}

impl fmt::Display for SerializeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for SerializeError {}

/// A text that is not the JSON of the message. Mirrors Python's `ParseError`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    text: String,
    path: String,
    line: usize,
    column: usize,
}

impl ParseError {
    /// Where in the message, such as `Item.children[2].name`; empty if the text is not JSON at all.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The line in the text, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in the text, in characters, from 1.
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for ParseError {}

/// A [`ParseError`] while it is on its way out: the place is still a byte of the text.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(super) at: usize,
    pub(super) path: String,
    pub(crate) text: String,
}

impl Failure {
    /// What the text is, for an error in the JSON itself: Python says where in the message.
    pub(super) fn syntax(text: &str, at: usize, what: &str) -> Box<Self> {
        let (line, column) = line_and_column(text, at);
        let character = text[..at].chars().count();
        Box::new(Self {
            at,
            path: String::new(),
            text: format!(
                "Failed to load JSON: {what}: line {line} column {column} (char {character})."
            ),
        })
    }

    pub(super) fn located(self, text: &str) -> ParseError {
        let (line, column) = line_and_column(text, self.at);
        ParseError {
            text: self.text,
            path: self.path,
            line,
            column,
        }
    }
}

/// The line and column of a byte, which must be the start of a character.
fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}
