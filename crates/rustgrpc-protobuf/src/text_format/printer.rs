//! Messages to text.

use std::fmt::{self, Write};

use super::number::{FloatStyle, write_float};
use super::unknown::write_unknown;
use crate::descriptor::{DescriptorPool, FieldDescriptor, Kind};
use crate::reflect::{
    DynamicMessage, Entries, FieldRef, List, Reflect, Types, ValueRef, sort_entries,
};

/// The message as text, a field a line. Mirrors Python's `text_format.MessageToString`.
#[doc(alias = "MessageToString")]
pub fn message_to_string(message: &dyn Reflect) -> String {
    Printer::new().message_to_string(message)
}

/// Writes `message` as Python's `str(message)` does: packed messages stay packed.
pub fn display_message(message: &dyn Reflect, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let printer = Printer {
        expand_any: false,
        floats: FloatStyle::C,
        ..Printer::new()
    };
    printer.write(message, f)
}

/// How messages are written: Python's keyword arguments of `text_format.MessageToString`.
///
/// ```
/// use rustgrpc_protobuf::google::protobuf::FieldMask;
/// use rustgrpc_protobuf::text_format::Printer;
///
/// let mask = FieldMask::new().with_paths(["a", "b"]);
/// let printer = Printer::new().as_one_line(true);
/// assert_eq!(printer.message_to_string(&mask), r#"paths: "a" paths: "b""#);
/// ```
#[derive(Clone, Debug)]
pub struct Printer {
    as_utf8: bool,
    as_one_line: bool,
    use_short_repeated_primitives: bool,
    pointy_brackets: bool,
    use_index_order: bool,
    use_field_number: bool,
    print_unknown_fields: bool,
    force_colon: bool,
    indent: usize,
    descriptor_pool: Option<DescriptorPool>,
    expand_any: bool,
    floats: FloatStyle,
}

impl Printer {
    /// A printer with Python's defaults: a field a line, in UTF-8, by number, unknown fields left out.
    pub fn new() -> Self {
        Self {
            as_utf8: true,
            as_one_line: false,
            use_short_repeated_primitives: false,
            pointy_brackets: false,
            use_index_order: false,
            use_field_number: false,
            print_unknown_fields: false,
            force_colon: false,
            indent: 0,
            descriptor_pool: None,
            expand_any: true,
            floats: FloatStyle::Python,
        }
    }

    /// Whether text that is not ASCII is written as it is, not escaped. Default: yes.
    #[must_use]
    pub fn as_utf8(mut self, on: bool) -> Self {
        self.as_utf8 = on;
        self
    }

    /// Whether all stands on one line. Default: no.
    #[must_use]
    pub fn as_one_line(mut self, on: bool) -> Self {
        self.as_one_line = on;
        self
    }

    /// Whether repeated numbers, booleans and enums are written as `[1, 2]`. Default: no.
    #[must_use]
    pub fn use_short_repeated_primitives(mut self, on: bool) -> Self {
        self.use_short_repeated_primitives = on;
        self
    }

    /// Whether messages stand in `<` and `>`. Default: no.
    #[must_use]
    pub fn pointy_brackets(mut self, on: bool) -> Self {
        self.pointy_brackets = on;
        self
    }

    /// Whether fields come in the order of the schema, not by number. Default: no.
    #[must_use]
    pub fn use_index_order(mut self, on: bool) -> Self {
        self.use_index_order = on;
        self
    }

    /// Whether fields go by their number, not by name. Default: no.
    #[must_use]
    pub fn use_field_number(mut self, on: bool) -> Self {
        self.use_field_number = on;
        self
    }

    /// Where packed types and extensions are looked up first.
    #[must_use]
    pub fn descriptor_pool(mut self, pool: &DescriptorPool) -> Self {
        self.descriptor_pool = Some(pool.clone());
        self
    }

    /// By how many spaces all lines are indented. Default: 0.
    #[must_use]
    pub fn indent(mut self, spaces: usize) -> Self {
        self.indent = spaces;
        self
    }

    /// Whether unknown fields are written, by number. Default: no.
    #[must_use]
    pub fn print_unknown_fields(mut self, on: bool) -> Self {
        self.print_unknown_fields = on;
        self
    }

    /// Whether a colon stands before messages too. Default: no.
    #[must_use]
    pub fn force_colon(mut self, on: bool) -> Self {
        self.force_colon = on;
        self
    }

    /// The message as text.
    pub fn message_to_string(&self, message: &dyn Reflect) -> String {
        let mut text = String::new();
        self.write(message, &mut text)
            .expect("a string takes whatever is written");
        if self.as_one_line {
            text.truncate(text.trim_end().len());
        }
        text
    }

    /// Writes the message. Mirrors Python's `text_format.PrintMessage`.
    ///
    /// # Errors
    /// Those of `output`.
    #[doc(alias = "PrintMessage")]
    pub fn write(&self, message: &dyn Reflect, output: &mut dyn Write) -> fmt::Result {
        let root = message.message_descriptor();
        let mut lines = Lines {
            output,
            printer: self,
            types: Types::new(self.descriptor_pool.as_ref(), &root),
            indent: self.indent,
        };
        lines.message(message)
    }
}

impl Default for Printer {
    fn default() -> Self {
        Self::new()
    }
}

/// What writes one message.
struct Lines<'a> {
    output: &'a mut dyn Write,
    printer: &'a Printer,
    types: Types<'a>,
    indent: usize,
}

impl Lines<'_> {
    fn message(&mut self, message: &dyn Reflect) -> fmt::Result {
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
            FieldRef::Singular(value) => self.value(&self.name(field), *value),
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
        if let ValueRef::Message(message) = value {
            self.message_name(name)?;
            self.nested(message)?;
        } else {
            write!(self.output, "{:1$}{name}: ", "", self.indent)?;
            self.scalar(value)?;
        }
        self.end()
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
