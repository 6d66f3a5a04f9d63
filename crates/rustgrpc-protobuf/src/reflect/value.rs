//! Values, borrowed and owned.

use std::cmp::Ordering;
use std::fmt;

use super::dynamic::DynamicField;
use super::{Field, FieldRef, Reflect};
use crate::descriptor::Kind;
use crate::enumeration::{self, Enumeration};

/// What a field that is set holds, as `list_fields` gives it: borrowed from the message, or read from its
/// bytes (extensions, and messages of other generators).
#[expect(missing_debug_implementations, reason = "holds fields of any type")]
pub struct FieldValue<'m>(Held<'m>);

enum Held<'m> {
    Borrowed(FieldRef<'m>),
    Read(DynamicField),
}

impl<'m> FieldValue<'m> {
    /// What the field holds.
    pub fn contents(&self) -> FieldRef<'_> {
        match &self.0 {
            Held::Borrowed(contents) => *contents,
            Held::Read(field) => field.contents(),
        }
    }

    pub(super) fn borrowed(contents: FieldRef<'m>) -> Self {
        Self(Held::Borrowed(contents))
    }

    pub(super) fn read(field: DynamicField) -> Self {
        Self(Held::Read(field))
    }
}

/// A single value, borrowed.
#[derive(Clone, Copy)]
#[expect(missing_docs, reason = "each variant is named for the type it holds")]
#[expect(missing_debug_implementations, reason = "holds a message of any type")]
pub enum ValueRef<'a> {
    Double(f64),
    Float(f32),
    Int32(i32),
    Int64(i64),
    Uint32(u32),
    Uint64(u64),
    Bool(bool),
    String(&'a str),
    Bytes(&'a [u8]),
    /// The number, and its name if the schema has one.
    Enum(i32, Option<&'a str>),
    Message(&'a dyn Reflect),
}

impl ValueRef<'_> {
    /// The value, owned; `None` if it is a message.
    pub fn to_value(&self) -> Option<Value> {
        Some(match *self {
            Self::Double(value) => Value::Double(value),
            Self::Float(value) => Value::Float(value),
            Self::Int32(value) => Value::Int32(value),
            Self::Int64(value) => Value::Int64(value),
            Self::Uint32(value) => Value::Uint32(value),
            Self::Uint64(value) => Value::Uint64(value),
            Self::Bool(value) => Value::Bool(value),
            Self::String(value) => Value::String(value.to_owned()),
            Self::Bytes(value) => Value::Bytes(value.to_owned()),
            Self::Enum(value, _) => Value::Enum(value),
            Self::Message(_) => return None,
        })
    }

    /// Whether this is the value that a field without presence leaves out.
    pub fn is_default(&self) -> bool {
        match self {
            Self::Double(value) => value.to_bits() == 0,
            Self::Float(value) => value.to_bits() == 0,
            Self::Int32(value) | Self::Enum(value, _) => *value == 0,
            Self::Int64(value) => *value == 0,
            Self::Uint32(value) => *value == 0,
            Self::Uint64(value) => *value == 0,
            Self::Bool(value) => !value,
            Self::String(value) => value.is_empty(),
            Self::Bytes(value) => value.is_empty(),
            Self::Message(_) => false,
        }
    }
}

/// A single value that is no message.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each variant is named for the type it holds")]
pub enum Value {
    Double(f64),
    Float(f32),
    Int32(i32),
    Int64(i64),
    Uint32(u32),
    Uint64(u64),
    Bool(bool),
    String(String),
    Bytes(Vec<u8>),
    Enum(i32),
}

impl Value {
    /// What a field of this type holds that is not set and declares no default; `None` for messages.
    pub fn default_of(kind: &Kind) -> Option<Self> {
        Some(match kind {
            Kind::Double => Self::Double(0.0),
            Kind::Float => Self::Float(0.0),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Self::Int32(0),
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Self::Int64(0),
            Kind::Uint32 | Kind::Fixed32 => Self::Uint32(0),
            Kind::Uint64 | Kind::Fixed64 => Self::Uint64(0),
            Kind::Bool => Self::Bool(false),
            Kind::String => Self::String(String::new()),
            Kind::Bytes => Self::Bytes(Vec::new()),
            Kind::Enum(found) => Self::Enum(found.default_number()),
            Kind::Message(_) | Kind::Foreign => return None,
        })
    }
}

/// A value does not fit the field that it was meant for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongType;

impl fmt::Display for WrongType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value is of another type than the field")
    }
}

impl std::error::Error for WrongType {}

/// The value of an enum.
pub fn enum_value<E: Enumeration>(value: E) -> ValueRef<'static> {
    let number = value.into();
    ValueRef::Enum(number, enumeration::name_of(E::NAMES, number))
}

/// Sorts a map's entries by key, so that what is written of them is always the same.
pub(crate) fn sort_entries(entries: &mut [(ValueRef<'_>, ValueRef<'_>)]) {
    entries.sort_by(|(a, _), (b, _)| match (*a, *b) {
        (ValueRef::Int32(a), ValueRef::Int32(b)) => a.cmp(&b),
        (ValueRef::Int64(a), ValueRef::Int64(b)) => a.cmp(&b),
        (ValueRef::Uint32(a), ValueRef::Uint32(b)) => a.cmp(&b),
        (ValueRef::Uint64(a), ValueRef::Uint64(b)) => a.cmp(&b),
        (ValueRef::Bool(a), ValueRef::Bool(b)) => a.cmp(&b),
        (ValueRef::String(a), ValueRef::String(b)) => a.cmp(b),
        // Keys of one map are of one type, and of no other types than these.
        _ => Ordering::Equal,
    });
}
