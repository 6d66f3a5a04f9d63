//! Messages to text.

use std::fmt::{self, Write};

use super::number::write_float;
use crate::reflect::{Entries, FieldRef, Reflect, ValueRef, sort_entries};

/// Writes `message` in the text format, a field a line, as Python's `str(message)`.
pub fn display_message(message: &dyn Reflect, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    Printer {
        output: f,
        indent: 0,
    }
    .message(message)
}

struct Printer<'a, 'f> {
    output: &'a mut fmt::Formatter<'f>,
    indent: usize,
}

impl Printer<'_, '_> {
    fn message(&mut self, message: &dyn Reflect) -> fmt::Result {
        for field in message.message_descriptor().fields_by_number() {
            let Some(contents) = message.field_by_number(field.number()) else {
                continue;
            };
            match contents.contents() {
                FieldRef::Absent => {}
                FieldRef::Singular(value) if !field.has_presence() && value.is_default() => {}
                FieldRef::Singular(value) => self.field(&field.text_name(), value)?,
                FieldRef::List(list) => {
                    let name = field.text_name();
                    for index in 0..list.len() {
                        self.field(&name, list.at(index))?;
                    }
                }
                FieldRef::Map(map) => self.map(field.name(), map)?,
            }
        }
        Ok(())
    }

    fn map(&mut self, name: &str, map: &dyn Entries) -> fmt::Result {
        let mut entries: Vec<_> = map.entries().collect();
        sort_entries(&mut entries);
        for (key, value) in entries {
            self.open(name)?;
            self.field("key", key)?;
            self.field("value", value)?;
            self.close()?;
        }
        Ok(())
    }

    fn field(&mut self, name: &str, value: ValueRef<'_>) -> fmt::Result {
        match value {
            ValueRef::Message(message) => {
                self.open(name)?;
                self.message(message)?;
                self.close()
            }
            value => self.scalar(name, value),
        }
    }

    fn open(&mut self, name: &str) -> fmt::Result {
        writeln!(self.output, "{:1$}{name} {{", "", self.indent)?;
        self.indent += 2;
        Ok(())
    }

    fn close(&mut self) -> fmt::Result {
        self.indent -= 2;
        writeln!(self.output, "{:1$}}}", "", self.indent)
    }

    fn scalar(&mut self, name: &str, value: ValueRef<'_>) -> fmt::Result {
        write!(self.output, "{:1$}{name}: ", "", self.indent)?;
        match value {
            ValueRef::Double(value) => write_float(value, 17, self.output)?,
            ValueRef::Float(value) => write_float(value, 9, self.output)?,
            ValueRef::Int32(value) | ValueRef::Enum(value, None) => write!(self.output, "{value}")?,
            ValueRef::Int64(value) => write!(self.output, "{value}")?,
            ValueRef::Uint32(value) => write!(self.output, "{value}")?,
            ValueRef::Uint64(value) => write!(self.output, "{value}")?,
            ValueRef::Bool(value) => write!(self.output, "{value}")?,
            ValueRef::Enum(_, Some(name)) => self.output.write_str(name)?,
            ValueRef::String(value) => self.string(value)?,
            ValueRef::Bytes(value) => self.bytes(value)?,
            ValueRef::Message(_) => unreachable!("messages are written by `field`"),
        }
        self.output.write_char('\n')
    }

    fn string(&mut self, value: &str) -> fmt::Result {
        self.output.write_char('"')?;
        for character in value.chars() {
            match u8::try_from(character) {
                Ok(byte) if byte.is_ascii() => self.escaped(byte)?,
                _ => self.output.write_char(character)?,
            }
        }
        self.output.write_char('"')
    }

    fn bytes(&mut self, value: &[u8]) -> fmt::Result {
        self.output.write_char('"')?;
        for &byte in value {
            self.escaped(byte)?;
        }
        self.output.write_char('"')
    }

    fn escaped(&mut self, byte: u8) -> fmt::Result {
        match byte {
            b'\n' => self.output.write_str("\\n"),
            b'\r' => self.output.write_str("\\r"),
            b'\t' => self.output.write_str("\\t"),
            b'"' => self.output.write_str("\\\""),
            b'\'' => self.output.write_str("\\'"),
            b'\\' => self.output.write_str("\\\\"),
            b' '..=b'~' => self.output.write_char(char::from(byte)),
            _ => write!(self.output, "\\{byte:03o}"),
        }
    }
}
