//! What is wrong with a text, and where.

use std::fmt;

/// A text is not a message of the type. Mirrors Python's `text_format.ParseError`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    line: usize,
    column: usize,
    text: String,
}

impl ParseError {
    /// An error at a place in `source`, which is a number of bytes.
    pub(super) fn at(source: &str, place: usize, text: impl Into<String>) -> Self {
        let before = &source[..place];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            text: text.into(),
        }
    }

    /// The line, from 1. Mirrors Python's `GetLine`.
    #[doc(alias = "GetLine")]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column, from 1, in characters. Mirrors Python's `GetColumn`.
    #[doc(alias = "GetColumn")]
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} : {}", self.line, self.column, self.text)
    }
}

impl std::error::Error for ParseError {}
