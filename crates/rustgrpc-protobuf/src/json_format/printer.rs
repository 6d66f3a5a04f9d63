//! Messages to JSON.

use std::borrow::Cow;

use super::base64;
use super::error::SerializeError;
use super::output::Output;
use super::well_known::WellKnown;
use crate::descriptor::{DescriptorPool, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};
use crate::reflect::stand_in::stand_in;
use crate::reflect::{
    DynamicMessage, Entries, Field, FieldRef, List, Reflect, Types, ValueRef, sort_entries,
};

/// How deep messages may lie within each other. What was read from bytes lies a hundred deep, and
/// what an `Any` in it holds the same again; messages in `Any`s within `Any`s have no other limit.
const DEEPEST: usize = 200;

pub(super) type Written = Result<(), SerializeError>;

/// How messages are written as JSON: the options of Python's `MessageToJson`.
///
/// ```
/// use rustgrpc_protobuf::google::protobuf::{Struct, Value};
/// use rustgrpc_protobuf::json_format::Printer;
///
/// let name = Struct::new().with_fields([("name", Value::new().with_string_value("错"))]);
/// let json = Printer::new().indent(None).ensure_ascii(false).print(&name).unwrap();
/// assert_eq!(json, r#"{"name": "错"}"#);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Printer<'p> {
    preserving_proto_field_name: bool,
    always_print_fields_with_no_presence: bool,
    use_integers_for_enums: bool,
    unquote_int64_if_possible: bool,
    indent: Option<usize>,
    sort_keys: bool,
    ensure_ascii: bool,
    descriptor_pool: Option<&'p DescriptorPool>,
}

impl Default for Printer<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'p> Printer<'p> {
    /// A printer with Python's defaults: indented by two, ASCII only, names of enums and JSON names
    /// of fields, fields that are set alone.
    pub fn new() -> Self {
        Self {
            preserving_proto_field_name: false,
            always_print_fields_with_no_presence: false,
            use_integers_for_enums: false,
            unquote_int64_if_possible: false,
            indent: Some(2),
            sort_keys: false,
            ensure_ascii: true,
            descriptor_pool: None,
        }
    }

    /// Writes fields under their names in the schema instead of their JSON names. Default: false.
    #[must_use]
    pub fn preserving_proto_field_name(mut self, preserving: bool) -> Self {
        self.preserving_proto_field_name = preserving;
        self
    }

    /// Writes fields without presence (scalars of proto3, repeated fields, maps) whatever their
    /// value. Default: false.
    #[must_use]
    pub fn always_print_fields_with_no_presence(mut self, always: bool) -> Self {
        self.always_print_fields_with_no_presence = always;
        self
    }

    /// Writes enums as numbers instead of names. Default: false.
    #[must_use]
    pub fn use_integers_for_enums(mut self, integers: bool) -> Self {
        self.use_integers_for_enums = integers;
        self
    }

    /// Writes 64-bit integers as numbers where a `double` holds them exactly, instead of as strings
    /// always. Default: false.
    #[must_use]
    pub fn unquote_int64_if_possible(mut self, unquote: bool) -> Self {
        self.unquote_int64_if_possible = unquote;
        self
    }

    /// The spaces per level, or `None` for all on one line. Default: 2.
    #[must_use]
    pub fn indent(mut self, indent: impl Into<Option<usize>>) -> Self {
        self.indent = indent.into();
        self
    }

    /// Sorts the members of every object by name; else fields come by number. Default: false.
    #[must_use]
    pub fn sort_keys(mut self, sort: bool) -> Self {
        self.sort_keys = sort;
        self
    }

    /// Writes what is not ASCII as `\uXXXX`. Default: true, so that the text is Python's.
    #[must_use]
    pub fn ensure_ascii(mut self, ensure: bool) -> Self {
        self.ensure_ascii = ensure;
        self
    }

    /// Where to look for extensions and the types of `Any`s that the message's own file does not
    /// lead to. Default: none.
    #[must_use]
    pub fn descriptor_pool(mut self, pool: &'p DescriptorPool) -> Self {
        self.descriptor_pool = Some(pool);
        self
    }

    /// The message as JSON. Mirrors Python's `MessageToJson`.
    ///
    /// # Errors
    /// If a well-known type has a value that JSON has no form for, the type of an `Any` is not
    /// found, a closed enum has a number without a name, or messages lie more than 200 deep.
    pub fn print(&self, message: &dyn Reflect) -> Result<String, SerializeError> {
        let mut printing = Printing {
            options: *self,
            types: Types::new(self.descriptor_pool, &message.message_descriptor()),
            output: Output::new(self.indent, self.ensure_ascii),
            depth: 0,
        };
        printing.message(message)?;
        Ok(printing.output.into_text())
    }
}

/// A message on its way into text.
pub(super) struct Printing<'p> {
    options: Printer<'p>,
    pub(super) types: Types<'p>,
    pub(super) output: Output,
    depth: usize,
}

/// A field that is to be written.
struct Member<'a> {
    field: FieldDescriptor,
    /// [`FieldRef::Absent`] for a default that is written all the same.
    contents: FieldRef<'a>,
}

impl Printing<'_> {
    fn message(&mut self, message: &dyn Reflect) -> Written {
        if let Some(dynamic) = stand_in(message) {
            return self.message(&dynamic);
        }
        self.nested(|printing| {
            let descriptor = message.message_descriptor();
            match WellKnown::of(&descriptor) {
                Some(known) => printing.well_known(known, message),
                None => printing.regular(message, &descriptor, None),
            }
        })
    }

    pub(super) fn nested(&mut self, print: impl FnOnce(&mut Self) -> Written) -> Written {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(SerializeError::new(format!(
                "Message too deep. Max recursion depth is {DEEPEST}"
            )));
        }
        print(self)?;
        self.depth -= 1;
        Ok(())
    }

    /// A message as an object of its fields, after the type if it is what an `Any` holds.
    pub(super) fn regular(
        &mut self,
        message: &dyn Reflect,
        descriptor: &MessageDescriptor,
        type_url: Option<&str>,
    ) -> Written {
        let resolved = self.types.resolve(message);
        let mut members = self.members(message, descriptor, resolved.as_ref());
        if self.options.sort_keys {
            members.sort_by(|a, b| self.name(&a.field).cmp(&self.name(&b.field)));
        }
        self.output.open('{');
        if let Some(type_url) = type_url {
            self.output.member("@type");
            self.output.string(type_url);
        }
        for Member { field, contents } in &members {
            let name = self.name(field);
            self.output.member(&name);
            self.contents(field, contents)
                .map_err(|error| error.within(field.name()))?;
        }
        self.output.close('}');
        Ok(())
    }

    /// Set fields and extensions (those of `resolved` are read from the unknown fields) by number; then, if asked for, those without presence.
    fn members<'a>(
        &self,
        message: &'a dyn Reflect,
        descriptor: &MessageDescriptor,
        resolved: Option<&'a DynamicMessage>,
    ) -> Vec<Member<'a>> {
        let mut members = Vec::new();
        let mut defaults = Vec::new();
        for field in descriptor.fields_by_number() {
            let contents = message
                .field_by_number(field.number())
                .map_or(FieldRef::Absent, Field::contents);
            if is_set(&field, &contents) {
                members.push(Member { field, contents });
            } else if self.options.always_print_fields_with_no_presence && !field.has_presence() {
                defaults.push(field);
            }
        }
        let mut extensions = message.extension_fields();
        extensions.extend(resolved.into_iter().flat_map(Reflect::extension_fields));
        if !extensions.is_empty() {
            members.extend(extensions.into_iter().map(|(field, contents)| Member {
                field,
                contents: contents.contents(),
            }));
            members.sort_by_key(|member| member.field.number());
            members.dedup_by_key(|member| member.field.number());
        }
        members.extend(defaults.into_iter().map(|field| Member {
            field,
            contents: FieldRef::Absent,
        }));
        members
    }

    fn name<'f>(&self, field: &'f FieldDescriptor) -> Cow<'f, str> {
        if self.options.preserving_proto_field_name && !field.is_extension() {
            field.name().into()
        } else {
            field.json_name().into()
        }
    }

    pub(super) fn contents(&mut self, field: &FieldDescriptor, contents: &FieldRef<'_>) -> Written {
        match contents {
            FieldRef::Absent => self.default(field),
            FieldRef::Singular(value) => self.value(&field.kind(), *value),
            FieldRef::List(list) => self.list(&field.kind(), *list),
            FieldRef::Map(map) => match field.map_entry() {
                Some((_, value)) => self.map(&value.kind(), *map),
                None => Err(unexpected(field.full_name())),
            },
        }
    }

    pub(super) fn default(&mut self, field: &FieldDescriptor) -> Written {
        let kind = field.kind();
        let value = match &kind {
            _ if field.map_entry().is_some() => {
                self.output.open('{');
                self.output.close('}');
                return Ok(());
            }
            _ if field.is_repeated() => {
                self.output.open('[');
                self.output.close(']');
                return Ok(());
            }
            Kind::Double => ValueRef::Double(0.0),
            Kind::Float => ValueRef::Float(0.0),
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => ValueRef::Int64(0),
            Kind::Uint64 | Kind::Fixed64 => ValueRef::Uint64(0),
            Kind::Uint32 | Kind::Fixed32 => ValueRef::Uint32(0),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => ValueRef::Int32(0),
            Kind::Bool => ValueRef::Bool(false),
            Kind::String => ValueRef::String(""),
            Kind::Bytes => ValueRef::Bytes(&[]),
            Kind::Enum(found) => {
                let number = found.default_number();
                ValueRef::Enum(number, found.value_name(number))
            }
            // A message has presence, so nothing is written of it that is not set.
            Kind::Message(_) | Kind::Foreign => {
                self.output.null();
                return Ok(());
            }
        };
        self.value(&kind, value)
    }

    fn list(&mut self, kind: &Kind, list: &dyn List) -> Written {
        self.output.open('[');
        for index in 0..list.len() {
            self.output.element();
            self.value(kind, list.at(index))?;
        }
        self.output.close(']');
        Ok(())
    }

    fn map(&mut self, kind: &Kind, map: &dyn Entries) -> Written {
        let mut entries: Vec<_> = map.entries().collect();
        sort_entries(&mut entries);
        let mut members = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            members.push((key_text(key)?, value));
        }
        if self.options.sort_keys {
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
        }
        self.output.open('{');
        for (key, value) in members {
            self.output.member(&key);
            self.value(kind, value)?;
        }
        self.output.close('}');
        Ok(())
    }

    pub(super) fn value(&mut self, kind: &Kind, value: ValueRef<'_>) -> Written {
        match value {
            ValueRef::Double(value) => self.output.float(value),
            ValueRef::Float(value) => self.output.float(value),
            ValueRef::Int32(value) => self.output.integer(value.into()),
            ValueRef::Uint32(value) => self.output.integer(value.into()),
            ValueRef::Int64(value) => self.long(value.into(), value as f64 as i128),
            ValueRef::Uint64(value) => self.long(value.into(), value as f64 as i128),
            ValueRef::Bool(value) => self.output.bool(value),
            ValueRef::String(value) => self.output.string(value),
            ValueRef::Bytes(value) => self.output.string(&base64::encode(value)),
            ValueRef::Enum(number, name) => return self.enumeration(kind, number, name),
            ValueRef::Message(message) => return self.message(message),
        }
        Ok(())
    }

    fn long(&mut self, value: i128, as_double: i128) {
        if self.options.unquote_int64_if_possible && value == as_double {
            self.output.integer(value);
        } else {
            self.output.string(&value.to_string());
        }
    }

    fn enumeration(&mut self, kind: &Kind, number: i32, name: Option<&str>) -> Written {
        let found = match kind {
            Kind::Enum(found) => Some(found),
            _ => None,
        };
        if self.options.use_integers_for_enums {
            self.output.integer(number.into());
        } else if found.is_some_and(|found| found.full_name() == "google.protobuf.NullValue") {
            self.output.null();
        } else if let Some(name) = name {
            self.output.string(name);
        } else if found.is_some_and(EnumDescriptor::is_closed) {
            return Err(SerializeError::final_(
                "Enum field contains an integer value which can not mapped to an enum value.",
            ));
        } else {
            self.output.integer(number.into());
        }
        Ok(())
    }
}

fn is_set(field: &FieldDescriptor, contents: &FieldRef<'_>) -> bool {
    match contents {
        FieldRef::Absent => false,
        FieldRef::Singular(value) => field.has_presence() || !value.is_default(),
        FieldRef::List(list) => !list.is_empty(),
        FieldRef::Map(map) => !map.is_empty(),
    }
}

fn key_text(key: ValueRef<'_>) -> Result<Cow<'_, str>, SerializeError> {
    Ok(match key {
        ValueRef::String(key) => key.into(),
        ValueRef::Bool(key) => if key { "true" } else { "false" }.into(),
        ValueRef::Int32(key) => key.to_string().into(),
        ValueRef::Int64(key) => key.to_string().into(),
        ValueRef::Uint32(key) => key.to_string().into(),
        ValueRef::Uint64(key) => key.to_string().into(),
        _ => return Err(unexpected("a map's key")),
    })
}

/// A message's Rust type and its descriptor do not agree.
pub(super) fn unexpected(what: &str) -> SerializeError {
    SerializeError::final_(format!(
        "{what} is of another type than its descriptor says"
    ))
}
