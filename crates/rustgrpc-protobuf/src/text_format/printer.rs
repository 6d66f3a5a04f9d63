//! Messages to text.

use std::cmp::Ordering;
use std::fmt::{self, Write};

use super::number::write_float;
use crate::descriptor::FieldDescriptor;
use crate::google::protobuf::descriptor_pb2::field_descriptor_proto::Type;
use crate::reflect::{FieldRef, Reflect, ValueRef};

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
        let mut fields: Vec<_> = message.message_descriptor().fields().collect();
        fields.sort_by_key(FieldDescriptor::number);
        for field in fields {
            let Some(contents) = message.field_by_number(field.number()) else {
                continue;
            };
            match contents.contents() {
                FieldRef::Absent => {}
                FieldRef::Singular(value) if !field.has_presence() && value.is_default() => {}
                FieldRef::Singular(value) => self.field(field, value)?,
                FieldRef::List(list) => {
                    for index in 0..list.len() {
                        self.field(field, list.at(index))?;
                    }
                }
                FieldRef::Map(map) => {
                    let mut entries: Vec<_> = map.entries().collect();
                    entries.sort_by(|(a, _), (b, _)| compare_keys(*a, *b));
                    for (key, value) in entries {
                        self.open(field.name())?;
                        self.scalar("key", key)?;
                        match value {
                            ValueRef::Message(message) => self.nested("value", message)?,
                            value => self.scalar("value", value)?,
                        }
                        self.close()?;
                    }
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, field: FieldDescriptor, value: ValueRef<'_>) -> fmt::Result {
        match value {
            ValueRef::Message(message) if field.kind() == Type::GROUP => {
                self.nested(message.message_descriptor().name(), message)
            }
            ValueRef::Message(message) => self.nested(field.name(), message),
            value => self.scalar(field.name(), value),
        }
    }

    fn nested(&mut self, name: &str, message: &dyn Reflect) -> fmt::Result {
        self.open(name)?;
        self.message(message)?;
        self.close()
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
            ValueRef::Message(_) => unreachable!("messages are written by `nested`"),
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

/// Keys are of one type; entries are written in their order, so that the text is always the same.
fn compare_keys(a: ValueRef<'_>, b: ValueRef<'_>) -> Ordering {
    match (a, b) {
        (ValueRef::Int32(a), ValueRef::Int32(b)) => a.cmp(&b),
        (ValueRef::Int64(a), ValueRef::Int64(b)) => a.cmp(&b),
        (ValueRef::Uint32(a), ValueRef::Uint32(b)) => a.cmp(&b),
        (ValueRef::Uint64(a), ValueRef::Uint64(b)) => a.cmp(&b),
        (ValueRef::Bool(a), ValueRef::Bool(b)) => a.cmp(&b),
        (ValueRef::String(a), ValueRef::String(b)) => a.cmp(b),
        _ => Ordering::Equal,
    }
}
