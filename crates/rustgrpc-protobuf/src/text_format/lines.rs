//! The walk through a message that writes its text.

use std::fmt::{self, Write};

use super::Printer;
use super::number::write_float;
use super::unknown::write_unknown;
use crate::descriptor::{FieldDescriptor, FileDescriptor, Kind};
use crate::reflect::stand_in::stand_in;
use crate::reflect::{
    DynamicMessage, Entries, FieldRef, List, Reflect, Types, ValueRef, sort_entries,
};

/// What writes one message.
pub(super) struct Lines<'a> {
    output: &'a mut dyn Write,
    printer: &'a Printer,
    types: Types<'a>,
    indent: usize,
}

impl<'a> Lines<'a> {
    /// What writes messages whose types `root` leads to.
    pub(super) fn new(
        printer: &'a Printer,
        root: FileDescriptor,
        output: &'a mut dyn Write,
    ) -> Self {
        Self {
            output,
            printer,
            types: Types::of_file(printer.descriptor_pool.as_ref(), root),
            indent: printer.indent,
        }
    }

    pub(super) fn message(&mut self, message: &dyn Reflect) -> fmt::Result {
        if let Some(formatter) = &self.printer.message_formatter
            && let Some(text) = formatter.text(message, self.indent, self.printer.as_one_line)
        {
            write!(self.output, "{:1$}{text}", "", self.indent)?;
            return self.end();
        }
        if let Some(dynamic) = stand_in(message) {
            return self.fields(&dynamic);
        }
        self.fields(message)
    }

    fn fields(&mut self, message: &dyn Reflect) -> fmt::Result {
        let descriptor = message.message_descriptor();
        if self.printer.expand_any
            && descriptor.full_name() == "google.protobuf.Any"
            && let Some((url, packed)) = self.unpack(message)
        {
            return self.packed(&url, &packed);
        }
        let resolved = self.types.resolve(message);
        let mut fields: Vec<(i64, FieldDescriptor, FieldRef<'_>)> = Vec::new();
        for (index, field) in descriptor.fields().enumerate() {
            if let Some(contents) = message.field_by_number(field.number()) {
                let place = if self.printer.use_index_order {
                    index as i64
                } else {
                    i64::from(field.number())
                };
                fields.push((place, field, contents.contents()));
            }
        }
        let own = message.extension_fields();
        let read = resolved.as_ref().map(Reflect::extension_fields);
        for (field, contents) in own.into_iter().chain(read.unwrap_or_default()) {
            fields.push((i64::from(field.number()), field, contents.contents()));
        }
        fields.sort_by_key(|(place, ..)| *place);
        for (_, field, contents) in fields {
            self.field(&field, &contents)?;
        }
        let unknown = match &resolved {
            Some(resolved) => resolved.unknown(),
            None => message.unknown(),
        };
        match unknown.filter(|_| self.printer.print_unknown_fields) {
            Some(unknown) => {
                write_unknown(unknown, self.output, self.indent, self.printer.as_one_line)
            }
            None => Ok(()),
        }
    }

    /// The type URL of an `Any` and what is packed in it, if its type is found and its bytes are one.
    fn unpack(&self, any: &dyn Reflect) -> Option<(String, DynamicMessage)> {
        let FieldRef::Singular(ValueRef::String(url)) = any.field_by_number(1)?.contents() else {
            return None;
        };
        let (_, type_name) = url.rsplit_once('/')?;
        let descriptor = self.types.message(type_name)?;
        let bytes = match any.field_by_number(2).map(|field| field.contents()) {
            Some(FieldRef::Singular(ValueRef::Bytes(bytes))) => bytes,
            _ => &[],
        };
        let mut packed = DynamicMessage::with_pool(descriptor, self.types.pool());
        packed.merge(bytes).ok()?;
        Some((url.to_owned(), packed))
    }

    fn packed(&mut self, url: &str, packed: &DynamicMessage) -> fmt::Result {
        let colon = if self.printer.force_colon { ":" } else { "" };
        write!(self.output, "{:1$}[{url}]{colon} ", "", self.indent)?;
        self.nested(packed)?;
        self.end()
    }

    fn field(&mut self, field: &FieldDescriptor, contents: &FieldRef<'_>) -> fmt::Result {
        match contents {
            FieldRef::Absent => Ok(()),
            FieldRef::Singular(value) if !field.has_presence() && value.is_default() => Ok(()),
            FieldRef::Singular(value) => self.member(field, *value),
            FieldRef::List(list) => {
                let name = self.name(field);
                let long = matches!(
                    field.kind(),
                    Kind::Message(_) | Kind::String | Kind::Bytes | Kind::Foreign
                );
                if self.printer.use_short_repeated_primitives && !long && !list.is_empty() {
                    return self.short_list(&name, *list);
                }
                (0..list.len()).try_for_each(|index| self.value(&name, list.at(index)))
            }
            FieldRef::Map(map) => self.map(&self.name(field), *map),
        }
    }

    /// A field's name and one value.
    pub(super) fn member(&mut self, field: &FieldDescriptor, value: ValueRef<'_>) -> fmt::Result {
        self.value(&self.name(field), value)
    }

    fn name(&self, field: &FieldDescriptor) -> String {
        if self.printer.use_field_number {
            field.number().to_string()
        } else {
            field.text_name()
        }
    }

    fn short_list(&mut self, name: &str, list: &dyn List) -> fmt::Result {
        write!(self.output, "{:1$}{name}: [", "", self.indent)?;
        for index in 0..list.len() {
            if index > 0 {
                self.output.write_str(", ")?;
            }
            self.scalar(list.at(index))?;
        }
        self.output.write_char(']')?;
        self.end()
    }

    fn map(&mut self, name: &str, map: &dyn Entries) -> fmt::Result {
        let (key_name, value_name) = if self.printer.use_field_number {
            ("1", "2")
        } else {
            ("key", "value")
        };
        let mut entries: Vec<_> = map.entries().collect();
        sort_entries(&mut entries);
        for (key, value) in entries {
            self.message_name(name)?;
            self.open()?;
            self.value(key_name, key)?;
            self.value(value_name, value)?;
            self.close()?;
            self.end()?;
        }
        Ok(())
    }

    fn value(&mut self, name: &str, value: ValueRef<'_>) -> fmt::Result {
        if let ValueRef::Message(_) = value {
            self.message_name(name)?;
        } else {
            write!(self.output, "{:1$}{name}: ", "", self.indent)?;
        }
        self.bare(value)?;
        self.end()
    }

    /// A value without a name.
    pub(super) fn bare(&mut self, value: ValueRef<'_>) -> fmt::Result {
        match value {
            ValueRef::Message(message) => self.nested(message),
            value => self.scalar(value),
        }
    }

    fn message_name(&mut self, name: &str) -> fmt::Result {
        let colon = if self.printer.force_colon { ":" } else { "" };
        write!(self.output, "{:1$}{name}{colon} ", "", self.indent)
    }

    fn nested(&mut self, message: &dyn Reflect) -> fmt::Result {
        self.open()?;
        self.message(message)?;
        self.close()
    }

    fn open(&mut self) -> fmt::Result {
        let bracket = if self.printer.pointy_brackets {
            '<'
        } else {
            '{'
        };
        self.output.write_char(bracket)?;
        if self.printer.as_one_line {
            return self.output.write_char(' ');
        }
        self.indent += 2;
        self.output.write_char('\n')
    }

    fn close(&mut self) -> fmt::Result {
        let bracket = if self.printer.pointy_brackets {
            '>'
        } else {
            '}'
        };
        if self.printer.as_one_line {
            return self.output.write_char(bracket);
        }
        self.indent -= 2;
        write!(self.output, "{:1$}{bracket}", "", self.indent)
    }

    /// What stands behind each field.
    fn end(&mut self) -> fmt::Result {
        self.output
            .write_char(if self.printer.as_one_line { ' ' } else { '\n' })
    }

    fn scalar(&mut self, value: ValueRef<'_>) -> fmt::Result {
        let floats = self.printer.floats;
        match value {
            ValueRef::Double(value) => write_float(value, floats, self.output),
            ValueRef::Float(value) => write_float(value, floats, self.output),
            ValueRef::Int32(value) | ValueRef::Enum(value, None) => write!(self.output, "{value}"),
            ValueRef::Int64(value) => write!(self.output, "{value}"),
            ValueRef::Uint32(value) => write!(self.output, "{value}"),
            ValueRef::Uint64(value) => write!(self.output, "{value}"),
            ValueRef::Bool(value) => write!(self.output, "{value}"),
            ValueRef::Enum(_, Some(name)) => self.output.write_str(name),
            ValueRef::String(value) if self.printer.as_utf8 => write_string(value, self.output),
            ValueRef::String(value) => write_bytes(value.as_bytes(), self.output),
            ValueRef::Bytes(value) => write_bytes(value, self.output),
            // Messages are written by `value`; there are none in short lists.
            ValueRef::Message(_) => Ok(()),
        }
    }
}

fn write_string(value: &str, output: &mut dyn Write) -> fmt::Result {
    output.write_char('"')?;
    for character in value.chars() {
        match u8::try_from(character) {
            Ok(byte) if byte.is_ascii() => write_escaped(byte, output)?,
            _ => output.write_char(character)?,
        }
    }
    output.write_char('"')
}

pub(super) fn write_bytes(value: &[u8], output: &mut dyn Write) -> fmt::Result {
    output.write_char('"')?;
    for &byte in value {
        write_escaped(byte, output)?;
    }
    output.write_char('"')
}

fn write_escaped(byte: u8, output: &mut dyn Write) -> fmt::Result {
    match byte {
        b'\n' => output.write_str("\\n"),
        b'\r' => output.write_str("\\r"),
        b'\t' => output.write_str("\\t"),
        b'"' => output.write_str("\\\""),
        b'\'' => output.write_str("\\'"),
        b'\\' => output.write_str("\\\\"),
        b' '..=b'~' => output.write_char(char::from(byte)),
        _ => write!(output, "\\{byte:03o}"),
    }
}
