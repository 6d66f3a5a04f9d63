//! Writing a message over its table, last field first.

use super::{Field, Plurality, Scalar, Table, ValueType};
use crate::encode::Encoder;
use crate::reflect::{Entries, Reflect, ValueRef};
use crate::wire::{Writer, wire_type};

pub(crate) fn encode(message: &dyn Reflect, table: &Table, writer: &mut Writer<'_>) {
    if let Some(unknown) = message.unknown() {
        writer.unknown(unknown);
    }
    for field in table.fields.iter().rev() {
        if let Some(found) = message.field_by_number(field.number) {
            found.write(field, writer);
        }
    }
}

pub(crate) fn write_map(map: &dyn Entries, field: &Field, writer: &mut Writer<'_>) {
    let Plurality::Map { key: key_type } = &field.plurality else {
        return;
    };
    let mut entries: Vec<_> = map.entries().collect();
    // Those of an ordered map come out in its order.
    entries.reverse();
    for (key, value) in entries {
        let end = writer.written();
        write(2, &field.of, value, writer);
        write(1, key_type, key, writer);
        writer.close(field.number, end);
    }
}

/// A value with its tag.
pub(crate) fn write(number: u32, of: &ValueType, value: ValueRef<'_>, writer: &mut Writer<'_>) {
    let tag = number << 3 | of.wire_type;
    match value {
        ValueRef::String(text) => writer.bytes_field(tag, text.as_bytes()),
        ValueRef::Bytes(bytes) => writer.bytes_field(tag, bytes),
        ValueRef::Message(message) if of.wire_type == wire_type::START_GROUP => {
            writer.varint(u64::from(number << 3 | wire_type::END_GROUP));
            message.encode_fields(writer);
            writer.varint(u64::from(tag));
        }
        ValueRef::Message(message) => {
            let end = writer.written();
            message.encode_fields(writer);
            writer.close(number, end);
        }
        value => {
            put(of.scalar, value, writer);
            writer.varint(u64::from(tag));
        }
    }
}

/// A number without a tag.
#[inline]
fn put(scalar: Scalar, value: ValueRef<'_>, writer: &mut Writer<'_>) {
    match (scalar, value) {
        (_, ValueRef::Double(value)) => writer.fixed64(value.to_bits()),
        (_, ValueRef::Float(value)) => writer.fixed32(value.to_bits()),
        (Scalar::Sfixed32, ValueRef::Int32(value)) => writer.fixed32(value as u32),
        (Scalar::Sint32, ValueRef::Int32(value)) => {
            writer.varint(u64::from((value << 1 ^ value >> 31) as u32));
        }
        (_, ValueRef::Int32(value) | ValueRef::Enum(value, _)) => {
            writer.varint(i64::from(value) as u64);
        }
        (Scalar::Sfixed64, ValueRef::Int64(value)) => writer.fixed64(value as u64),
        (Scalar::Sint64, ValueRef::Int64(value)) => {
            writer.varint((value << 1 ^ value >> 63) as u64);
        }
        (_, ValueRef::Int64(value)) => writer.varint(value as u64),
        (Scalar::Fixed32, ValueRef::Uint32(value)) => writer.fixed32(value),
        (_, ValueRef::Uint32(value)) => writer.varint(u64::from(value)),
        (Scalar::Fixed64, ValueRef::Uint64(value)) => writer.fixed64(value),
        (_, ValueRef::Uint64(value)) => writer.varint(value),
        (_, ValueRef::Bool(value)) => writer.varint(u64::from(value)),
        // These have no form without a tag.
        (_, ValueRef::String(_) | ValueRef::Bytes(_) | ValueRef::Message(_)) => {}
    }
}
