//! Messages to text: the options, and the doors.

use std::fmt::{self, Write};
use std::sync::Arc;

use super::lines::Lines;
use super::number::FloatStyle;
use crate::descriptor::{DescriptorPool, FieldDescriptor};
use crate::reflect::{Reflect, ValueRef};

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
    pub(super) as_utf8: bool,
    pub(super) as_one_line: bool,
    pub(super) use_short_repeated_primitives: bool,
    pub(super) pointy_brackets: bool,
    pub(super) use_index_order: bool,
    pub(super) use_field_number: bool,
    pub(super) print_unknown_fields: bool,
    pub(super) force_colon: bool,
    pub(super) indent: usize,
    pub(super) descriptor_pool: Option<DescriptorPool>,
    pub(super) message_formatter: Option<MessageFormatter>,
    pub(super) expand_any: bool,
    pub(super) floats: FloatStyle,
}

/// What writes some messages in a way of its own.
#[derive(Clone)]
pub(super) struct MessageFormatter(Arc<Format>);

type Format = dyn Fn(&dyn Reflect, usize, bool) -> Option<String> + Send + Sync;

impl MessageFormatter {
    pub(super) fn text(
        &self,
        message: &dyn Reflect,
        indent: usize,
        as_one_line: bool,
    ) -> Option<String> {
        (self.0)(message, indent, as_one_line)
    }
}

impl fmt::Debug for MessageFormatter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MessageFormatter")
    }
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
            message_formatter: None,
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

    /// What writes messages in a way of its own: it is given each message, the spaces before it and
    /// whether all stands on one line, and gives the text, or `None` for the usual one. Default: none.
    ///
    /// ```
    /// use rustgrpc_protobuf::google::protobuf::{ListValue, Value};
    /// use rustgrpc_protobuf::text_format::Printer;
    ///
    /// let list = ListValue::new().with_values([Value::new().with_bool_value(true)]);
    /// let printer = Printer::new().as_one_line(true).message_formatter(|message, _, _| {
    ///     let is_value = message.message_descriptor().name() == "Value";
    ///     is_value.then(|| "# a value".to_owned())
    /// });
    /// assert_eq!(printer.message_to_string(&list), "values { # a value }");
    /// ```
    #[must_use]
    pub fn message_formatter(
        mut self,
        formatter: impl Fn(&dyn Reflect, usize, bool) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.message_formatter = Some(MessageFormatter(Arc::new(formatter)));
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
        let root = message.message_descriptor().file().clone();
        Lines::new(self, root, output).message(message)
    }

    /// Writes a field's name and value; of a repeated one an element. Mirrors Python's
    /// `text_format.PrintField`.
    ///
    /// # Errors
    /// Those of `output`.
    #[doc(alias = "PrintField")]
    pub fn write_field(
        &self,
        field: &FieldDescriptor,
        value: ValueRef<'_>,
        output: &mut dyn Write,
    ) -> fmt::Result {
        Lines::new(self, field.file().clone(), output).member(field, value)
    }

    /// Writes a field's value without its name. Mirrors Python's `text_format.PrintFieldValue`.
    ///
    /// # Errors
    /// Those of `output`.
    #[doc(alias = "PrintFieldValue")]
    pub fn write_field_value(
        &self,
        field: &FieldDescriptor,
        value: ValueRef<'_>,
        output: &mut dyn Write,
    ) -> fmt::Result {
        Lines::new(self, field.file().clone(), output).bare(value)
    }
}

impl Default for Printer {
    fn default() -> Self {
        Self::new()
    }
}
