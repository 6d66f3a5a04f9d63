//! JSON text being written, as Python's `json.dumps` lays it out.

use std::fmt::Write;

use super::number::{Float, write_float};

/// The text so far.
pub(super) struct Output {
    text: String,
    /// Spaces per level; `None` for one line.
    indent: Option<usize>,
    ensure_ascii: bool,
    level: usize,
    /// Whether the innermost array or object has nothing in it yet.
    is_empty: bool,
}

impl Output {
    pub(super) fn new(indent: Option<usize>, ensure_ascii: bool) -> Self {
        Self {
            text: String::new(),
            indent,
            ensure_ascii,
            level: 0,
            is_empty: true,
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Begins an array or an object.
    pub(super) fn open(&mut self, bracket: char) {
        self.text.push(bracket);
        self.level += 1;
        self.is_empty = true;
    }

    /// Ends what [`open`](Self::open) began.
    pub(super) fn close(&mut self, bracket: char) {
        self.level -= 1;
        if !self.is_empty {
            self.new_line();
        }
        self.text.push(bracket);
        self.is_empty = false;
    }

    /// Goes on to the next element of an array.
    pub(super) fn element(&mut self) {
        if !self.is_empty {
            let separator = if self.indent.is_some() { "," } else { ", " };
            self.text.push_str(separator);
        }
        self.is_empty = false;
        self.new_line();
    }

    /// Goes on to the next member of an object.
    pub(super) fn member(&mut self, name: &str) {
        self.element();
        self.string(name);
        self.text.push_str(": ");
    }

    pub(super) fn null(&mut self) {
        self.text.push_str("null");
    }

    pub(super) fn bool(&mut self, value: bool) {
        self.text.push_str(if value { "true" } else { "false" });
    }

    /// An integer as a number.
    pub(super) fn integer(&mut self, value: i128) {
        write!(self.text, "{value}").expect("a string takes what is written");
    }

    /// A float; those that are no numbers are strings.
    pub(super) fn float(&mut self, value: impl Float) {
        let number = value.into();
        if number.is_nan() {
            self.string("NaN");
        } else if number.is_infinite() {
            self.string(if number > 0.0 {
                "Infinity"
            } else {
                "-Infinity"
            });
        } else {
            write_float(value, &mut self.text);
        }
    }

    pub(super) fn string(&mut self, value: &str) {
        self.text.push('"');
        let mut plain = 0;
        for (at, character) in value.char_indices() {
            let escaped = match character {
                '"' | '\\' | '\0'..='\u{1f}' => true,
                '\u{7f}'.. => self.ensure_ascii,
                _ => false,
            };
            if escaped {
                self.text.push_str(&value[plain..at]);
                self.escape(character);
                plain = at + character.len_utf8();
            }
        }
        self.text.push_str(&value[plain..]);
        self.text.push('"');
    }

    fn escape(&mut self, character: char) {
        let short = match character {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\u{c}' => "\\f",
            '\u{8}' => "\\b",
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(self.text, "\\u{unit:04x}").expect("a string takes what is written");
                }
                return;
            }
        };
        self.text.push_str(short);
    }

    fn new_line(&mut self) {
        if let Some(indent) = self.indent {
            self.text.push('\n');
            self.text.extend((0..indent * self.level).map(|_| ' '));
        }
    }
}
