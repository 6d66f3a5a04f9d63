//! The codec of messages with `option optimize_for = CODE_SIZE`: one for all, over the tables that JSON and text read too.
//!
//! A table is made of a message's descriptor when the first message of its type is read or written.

mod decode;
mod encode;

pub use decode::decode;
pub(crate) use decode::{merge, merge_map, merge_one, merge_packed, nested};
pub(crate) use encode::{encode, write, write_map};

use crate::descriptor::{FieldDescriptor, Kind, MessageDescriptor};
use crate::wire::wire_type;

/// What reading and writing a message takes to know of its fields.
#[derive(Debug)]
pub(crate) struct Table {
    /// By number.
    fields: Box<[Field]>,
}

/// A field, as the Rust type that holds it is told when it is to read or write itself.
#[derive(Debug)]
pub struct Field {
    pub(crate) number: u32,
    pub(crate) of: ValueType,
    /// Whether no value of the right wire type can be an unknown field.
    is_plain: bool,
    plurality: Plurality,
    /// Whether a value is written though it is its type's default.
    pub(crate) has_presence: bool,
    is_oneof_member: bool,
    /// Whether text that is not UTF-8 is an error, and no unknown field.
    is_utf8_validated: bool,
}

#[derive(Debug)]
enum Plurality {
    Singular,
    Repeated { is_packed: bool },
    Map { key: ValueType },
}

/// The type of a value, of a map's key or of its value.
#[derive(Debug)]
pub struct ValueType {
    pub(crate) scalar: Scalar,
    wire_type: u32,
    /// The numbers that a closed enum knows, sorted.
    closed: Option<Box<[i32]>>,
    /// What an enum is that is not there.
    default_number: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar {
    Double,
    Float,
    Int32,
    Int64,
    Uint32,
    Uint64,
    Sint32,
    Sint64,
    Fixed32,
    Fixed64,
    Sfixed32,
    Sfixed64,
    Bool,
    String,
    Bytes,
    Enum,
    Message,
}

impl Table {
    pub(crate) fn new(message: &MessageDescriptor) -> Self {
        Self {
            fields: message
                .fields_by_number()
                .filter_map(|field| Field::new(&field))
                .collect(),
        }
    }

    /// The field with this number. Fields mostly come in order: it is looked for at and behind `at` first.
    #[inline]
    fn find(&self, number: u32, at: &mut usize) -> Option<&Field> {
        for candidate in *at..*at + 2 {
            if let Some(field) = self.fields.get(candidate)
                && field.number == number
            {
                *at = candidate;
                return Some(field);
            }
        }
        *at = self
            .fields
            .binary_search_by_key(&number, |field| field.number)
            .ok()?;
        self.fields.get(*at)
    }
}

impl Field {
    pub(crate) fn is_packed(&self) -> bool {
        matches!(self.plurality, Plurality::Repeated { is_packed: true })
    }

    fn new(field: &FieldDescriptor) -> Option<Self> {
        let (of, plurality) = match field.map_entry() {
            Some((key, value)) => {
                let key = ValueType::new(&key)?;
                (ValueType::new(&value)?, Plurality::Map { key })
            }
            None if field.is_repeated() => {
                let is_packed = field.is_packed();
                (ValueType::new(field)?, Plurality::Repeated { is_packed })
            }
            None => (ValueType::new(field)?, Plurality::Singular),
        };
        let takes_all = |of: &ValueType| {
            of.closed.is_none() && (of.scalar != Scalar::String || field.is_utf8_validated())
        };
        let is_plain = takes_all(&of)
            && match &plurality {
                Plurality::Map { key } => takes_all(key),
                _ => true,
            };
        Some(Self {
            number: field.number(),
            is_plain,
            of,
            plurality,
            has_presence: field.has_presence(),
            is_oneof_member: field.containing_oneof().is_some(),
            is_utf8_validated: field.is_utf8_validated(),
        })
    }
}

impl ValueType {
    /// `None` for a type of another generator: messages with such fields have a codec of their own.
    fn new(field: &FieldDescriptor) -> Option<Self> {
        let kind = field.kind();
        let (scalar, wire_type) = match &kind {
            Kind::Double => (Scalar::Double, wire_type::FIXED64),
            Kind::Float => (Scalar::Float, wire_type::FIXED32),
            Kind::Int32 => (Scalar::Int32, wire_type::VARINT),
            Kind::Int64 => (Scalar::Int64, wire_type::VARINT),
            Kind::Uint32 => (Scalar::Uint32, wire_type::VARINT),
            Kind::Uint64 => (Scalar::Uint64, wire_type::VARINT),
            Kind::Sint32 => (Scalar::Sint32, wire_type::VARINT),
            Kind::Sint64 => (Scalar::Sint64, wire_type::VARINT),
            Kind::Fixed32 => (Scalar::Fixed32, wire_type::FIXED32),
            Kind::Fixed64 => (Scalar::Fixed64, wire_type::FIXED64),
            Kind::Sfixed32 => (Scalar::Sfixed32, wire_type::FIXED32),
            Kind::Sfixed64 => (Scalar::Sfixed64, wire_type::FIXED64),
            Kind::Bool => (Scalar::Bool, wire_type::VARINT),
            Kind::String => (Scalar::String, wire_type::LEN),
            Kind::Bytes => (Scalar::Bytes, wire_type::LEN),
            Kind::Enum(_) => (Scalar::Enum, wire_type::VARINT),
            Kind::Message(_) if field.is_delimited() => (Scalar::Message, wire_type::START_GROUP),
            Kind::Message(_) => (Scalar::Message, wire_type::LEN),
            Kind::Foreign => return None,
        };
        let (mut closed, mut default_number) = (None, 0);
        if let Kind::Enum(found) = kind {
            default_number = found.default_number();
            if found.is_closed() {
                let mut numbers: Box<[i32]> = found.values().map(|value| value.number()).collect();
                numbers.sort_unstable();
                closed = Some(numbers);
            }
        }
        Some(Self {
            scalar,
            wire_type,
            closed,
            default_number,
        })
    }

    /// Whether values can stand under one tag.
    pub(crate) fn is_packable(&self) -> bool {
        !matches!(self.wire_type, wire_type::LEN | wire_type::START_GROUP)
    }

    /// Whether an enum knows the number: one that is open knows all.
    fn knows(&self, number: i32) -> bool {
        let known = self.closed.as_ref();
        known.is_none_or(|known| known.binary_search(&number).is_ok())
    }
}
