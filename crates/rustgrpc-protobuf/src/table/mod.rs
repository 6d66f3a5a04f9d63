//! The codec of messages with `option optimize_for = CODE_SIZE`: one for all, over a table for each type.
//!
//! A table is made of the type's descriptor when the first message is read or written.

mod coded;
mod decode;

use std::iter;

use crate::descriptor::{FieldDescriptor, Kind, MessageDescriptor};
use crate::encode::Encoder;
use crate::google::protobuf::descriptor_pb2::field_descriptor_proto::Type;
use crate::unknown::UnknownFields;
use crate::wire::{Fail, Writer, wire_type};

pub use coded::Coded;
pub(crate) use coded::Coding;
pub(crate) use decode::{decode, merge, merge_value};

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
    pub(crate) is_plain: bool,
    plurality: Plurality,
    /// Whether a value is written though it is its type's default.
    pub(crate) has_presence: bool,
    is_oneof_member: bool,
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
    pub(crate) ty: Type,
    pub(crate) wire_type: u32,
    /// Whether text that is not UTF-8 is an error, and no unknown field.
    pub(crate) is_validated: bool,
    /// The numbers that a closed enum knows, sorted.
    closed: Option<Box<[i32]>>,
}

/// Stands for all fields that the schema does not know.
static UNKNOWN: Field = Field {
    number: UnknownFields::NUMBER,
    of: ValueType {
        ty: Type::BYTES,
        wire_type: wire_type::LEN,
        is_validated: false,
        closed: None,
    },
    is_plain: true,
    plurality: Plurality::Singular,
    has_presence: true,
    is_oneof_member: false,
};

/// Whether a value belonged to the field; what did not is an unknown field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Yes,
    /// A number that a closed enum does not know, or text that a `String` cannot hold.
    No,
}

/// What reading a value comes to.
pub(crate) type Merged = Result<Taken, Fail>;

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

/// Writes all fields, last first.
pub(crate) fn encode(message: &dyn Coding, writer: &mut Writer<'_>) {
    let fields = &message.place().table().fields;
    for field in iter::once(&UNKNOWN).chain(fields.iter().rev()) {
        if let Some(found) = message.coded(field.number) {
            found.write(field, writer);
        }
    }
}

/// Writes a message's value, or a group's, with its tags.
pub(crate) fn write_value(
    message: &dyn Coding,
    number: u32,
    of: &ValueType,
    writer: &mut Writer<'_>,
) {
    if of.wire_type == wire_type::START_GROUP {
        writer.varint(u64::from(number << 3 | wire_type::END_GROUP));
        message.write(writer);
        writer.varint(u64::from(number << 3 | wire_type::START_GROUP));
    } else {
        let end = writer.written();
        message.write(writer);
        writer.close(number, end);
    }
}

impl Field {
    /// The type of a map's keys.
    pub(crate) fn key(&self) -> Option<&ValueType> {
        match &self.plurality {
            Plurality::Map { key } => Some(key),
            _ => None,
        }
    }

    pub(crate) fn is_packed(&self) -> bool {
        matches!(self.plurality, Plurality::Repeated { is_packed: true })
    }

    fn new(field: &FieldDescriptor) -> Option<Self> {
        let is_validated = field.is_utf8_validated();
        let (of, plurality) = match field.map_entry() {
            Some((key, value)) => {
                let key = ValueType::new(&key, is_validated)?;
                (
                    ValueType::new(&value, is_validated)?,
                    Plurality::Map { key },
                )
            }
            None if field.is_repeated() => {
                let is_packed = field.is_packed();
                (
                    ValueType::new(field, is_validated)?,
                    Plurality::Repeated { is_packed },
                )
            }
            None => (ValueType::new(field, is_validated)?, Plurality::Singular),
        };
        let is_plain = of.takes_all()
            && match &plurality {
                Plurality::Map { key } => key.takes_all(),
                _ => true,
            };
        Some(Self {
            number: field.number(),
            is_plain,
            of,
            plurality,
            has_presence: field.has_presence(),
            is_oneof_member: field.containing_oneof().is_some(),
        })
    }
}

impl ValueType {
    /// `None` for a type of another generator: messages with such fields have a codec of their own.
    fn new(field: &FieldDescriptor, is_validated: bool) -> Option<Self> {
        let kind = field.kind();
        if matches!(kind, Kind::Foreign) {
            return None;
        }
        let wire_type = kind.wire_type(field.is_delimited());
        let closed = match kind {
            Kind::Enum(found) if found.is_closed() => {
                let mut numbers: Box<[i32]> = found.values().map(|value| value.number()).collect();
                numbers.sort_unstable();
                Some(numbers)
            }
            _ => None,
        };
        Some(Self {
            ty: field.proto().r#type(),
            wire_type,
            is_validated,
            closed,
        })
    }

    /// Whether values can stand under one tag.
    pub(crate) fn is_packable(&self) -> bool {
        !matches!(self.wire_type, wire_type::LEN | wire_type::START_GROUP)
    }

    fn takes_all(&self) -> bool {
        self.closed.is_none() && (self.ty != Type::STRING || self.is_validated)
    }

    /// Whether an enum knows the number: one that is open knows all.
    pub(crate) fn knows(&self, number: i32) -> bool {
        let known = self.closed.as_ref();
        known.is_none_or(|known| known.binary_search(&number).is_ok())
    }
}
