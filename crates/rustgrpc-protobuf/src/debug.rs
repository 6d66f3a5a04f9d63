//! `Debug` of generated messages: as `#[derive(Debug)]` would write it, once for all messages.

use std::fmt;

use crate::descriptor::FieldDescriptor;
use crate::reflect::stand_in::stand_in;
use crate::reflect::{FieldRef, Reflect, ValueRef};

/// Writes `message` as a struct with its fields in the order of the schema.
pub fn debug_message(message: &dyn Reflect, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let dynamic = stand_in(message);
    let hidden = |number| dynamic.as_ref()?.field_by_number(number);
    let descriptor = message.message_descriptor();
    let mut output = f.debug_struct(descriptor.name());
    for field in descriptor.fields() {
        match message
            .field_by_number(field.number())
            .or_else(|| hidden(field.number()))
            .map(|field| field.contents())
        {
            // A oneof's member that is not set, or the like in a dynamic message.
            None => {}
            Some(contents) => {
                output.field(
                    field.name(),
                    &Contents {
                        contents,
                        field: &field,
                    },
                );
            }
        }
    }
    match message.unknown() {
        Some(unknown) if !unknown.is_empty() => output.field("unknown_fields", unknown).finish(),
        _ => output.finish(),
    }
}

struct Contents<'a> {
    contents: FieldRef<'a>,
    field: &'a FieldDescriptor,
}

impl Contents<'_> {
    /// Whether the field is an `Option` in the struct; a oneof's member is shown as if it were a field.
    fn is_option(&self) -> bool {
        self.field.has_presence() && self.field.containing_oneof().is_none()
    }
}

impl fmt::Debug for Contents<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.contents {
            FieldRef::Absent => f.write_str("None"),
            FieldRef::Singular(value) if self.is_option() => {
                f.debug_tuple("Some").field(&Value(*value)).finish()
            }
            FieldRef::Singular(value) => fmt::Debug::fmt(&Value(*value), f),
            FieldRef::List(list) => f
                .debug_list()
                .entries((0..list.len()).map(|index| Value(list.at(index))))
                .finish(),
            FieldRef::Map(map) => f
                .debug_map()
                .entries(map.entries().map(|(key, value)| (Value(key), Value(value))))
                .finish(),
        }
    }
}

struct Value<'a>(ValueRef<'a>);

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ValueRef::Double(value) => value.fmt(f),
            ValueRef::Float(value) => value.fmt(f),
            ValueRef::Int32(value) | ValueRef::Enum(value, None) => value.fmt(f),
            ValueRef::Int64(value) => value.fmt(f),
            ValueRef::Uint32(value) => value.fmt(f),
            ValueRef::Uint64(value) => value.fmt(f),
            ValueRef::Bool(value) => fmt::Debug::fmt(&value, f),
            ValueRef::String(value) => fmt::Debug::fmt(value, f),
            // As a byte string: readable where it is text, exact everywhere.
            ValueRef::Bytes(value) => write!(f, "b\"{}\"", value.escape_ascii()),
            ValueRef::Enum(_, Some(name)) => f.write_str(name),
            ValueRef::Message(message) => debug_message(message, f),
        }
    }
}
