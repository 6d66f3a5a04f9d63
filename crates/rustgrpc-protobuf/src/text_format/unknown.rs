//! Unknown fields as text: by number, their types guessed from the wire.

use std::fmt::{self, Write};

use super::lines::write_bytes;
use crate::unknown::{UnknownFields, UnknownValue};

/// How deep bytes are taken for messages, as in C++: each level reads all bytes within once more.
const GUESSED_LEVELS: usize = 10;

/// Writes the fields, each in a line of its own, or all in one.
pub(super) fn write_unknown(
    fields: &UnknownFields,
    output: &mut dyn Write,
    indent: usize,
    one_line: bool,
) -> fmt::Result {
    let mut lines = Lines {
        output,
        indent,
        one_line,
        levels: GUESSED_LEVELS,
    };
    lines.fields(fields)
}

struct Lines<'a> {
    output: &'a mut dyn Write,
    indent: usize,
    one_line: bool,
    levels: usize,
}

impl Lines<'_> {
    fn fields(&mut self, fields: &UnknownFields) -> fmt::Result {
        for (number, value) in fields {
            if !self.one_line {
                write!(self.output, "{:1$}", "", self.indent)?;
            }
            write!(self.output, "{number}")?;
            match value {
                UnknownValue::Varint(value) => write!(self.output, ": {value}")?,
                UnknownValue::Fixed32(value) => write!(self.output, ": {value}")?,
                UnknownValue::Fixed64(value) => write!(self.output, ": {value}")?,
                UnknownValue::Group(group) => {
                    self.nested(&UnknownFields::from_bytes(group).unwrap_or_default())?;
                }
                UnknownValue::LengthDelimited(bytes) => match self.guess(bytes) {
                    Some(message) => {
                        self.levels -= 1;
                        self.nested(&message)?;
                        self.levels += 1;
                    }
                    None => {
                        self.output.write_str(": ")?;
                        write_bytes(bytes, self.output)?;
                    }
                },
            }
            self.output
                .write_char(if self.one_line { ' ' } else { '\n' })?;
        }
        Ok(())
    }

    /// The message that the bytes may be.
    fn guess(&self, bytes: &[u8]) -> Option<UnknownFields> {
        if bytes.is_empty() || self.levels == 0 {
            return None;
        }
        UnknownFields::from_bytes(bytes)
    }

    fn nested(&mut self, fields: &UnknownFields) -> fmt::Result {
        if self.one_line {
            self.output.write_str(" { ")?;
            self.fields(fields)?;
            return self.output.write_char('}');
        }
        self.output.write_str(" {\n")?;
        self.indent += 2;
        self.fields(fields)?;
        self.indent -= 2;
        write!(self.output, "{:1$}}}", "", self.indent)
    }
}
