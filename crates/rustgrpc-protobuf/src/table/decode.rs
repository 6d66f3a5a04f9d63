//! Reading a message over its table.

use super::{Field, Plurality, Scalar, Table, ValueType};
use crate::descriptor::Place;
use crate::message::Codec;
use crate::reflect::{Entries, FieldMut, Reflect, Singular, Value};
use crate::wire::{Decoded, Decoder, END, Ended, Fail, push_default, wire_type};

/// `Codec::decode` of messages without code of their own.
pub fn decode<M: Codec>(message: &mut M, tag: u32, decoder: &mut Decoder<'_>) -> Ended {
    decode_fields(message, M::place().table(), tag, decoder)
}

/// Merges all fields that are left.
pub(crate) fn merge(message: &mut dyn Reflect, place: Place, mut decoder: Decoder<'_>) -> Decoded {
    let tag = decoder.next_tag()?;
    match decode_fields(message, place.table(), tag, &mut decoder)? {
        END => Ok(()),
        _ => Err(Fail),
    }
}

fn decode_fields(
    message: &mut dyn Reflect,
    table: &Table,
    mut tag: u32,
    decoder: &mut Decoder<'_>,
) -> Ended {
    let mut at = 0;
    while !decoder.is_end(tag) {
        let before = *decoder;
        let taken = match table.find(tag >> 3, &mut at) {
            Some(field) => decode_field(message, field, tag, decoder)?,
            None => Taken::No,
        };
        if taken == Taken::No {
            *decoder = before;
            match message.unknown_mut() {
                Some(unknown) => decoder.unknown(tag, unknown)?,
                None => decoder.skip(tag)?,
            }
        }
        tag = decoder.next_tag()?;
    }
    Ok(tag)
}

/// Whether a value belonged to the field; what did not is an unknown field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    Yes,
    No,
}

fn decode_field(
    message: &mut dyn Reflect,
    field: &Field,
    tag: u32,
    decoder: &mut Decoder<'_>,
) -> Result<Taken, Fail> {
    let fits = match &field.plurality {
        Plurality::Singular => tag & 7 == field.of.wire_type,
        Plurality::Repeated { .. } => {
            tag & 7 == field.of.wire_type || tag & 7 == wire_type::LEN && field.of.is_packable()
        }
        Plurality::Map { .. } => tag & 7 == wire_type::LEN,
    };
    if !fits {
        return Ok(Taken::No);
    }
    if !field.is_plain {
        return decode_choosily(message, field, tag, decoder);
    }
    let found = message.field_by_number_mut(field.number).ok_or(Fail)?;
    found.merge(field, tag, decoder)?;
    Ok(Taken::Yes)
}

/// A field that does not take every value: what it refuses is unknown, and leaves it as it is.
#[cold]
fn decode_choosily(
    message: &mut dyn Reflect,
    field: &Field,
    tag: u32,
    decoder: &mut Decoder<'_>,
) -> Result<Taken, Fail> {
    match &field.plurality {
        Plurality::Singular => singular(message, field, decoder),
        Plurality::Repeated { .. } if tag & 7 == field.of.wire_type => {
            let Some(FieldMut::List(list)) = contents(message, field) else {
                return Err(Fail);
            };
            match value(&field.of, decoder)? {
                Some(value) => list.push(value).map_err(|_| Fail)?,
                None => return Ok(Taken::No),
            }
            Ok(Taken::Yes)
        }
        Plurality::Repeated { .. } => {
            packed(message, field, tag, decoder)?;
            Ok(Taken::Yes)
        }
        Plurality::Map { key } => {
            let Some(FieldMut::Map(entries)) = contents(message, field) else {
                return Err(Fail);
            };
            map_entry(entries, field, key, decoder.nested()?)
        }
    }
}

/// What the field holds, to be changed: a oneof's member becomes the one that is set.
fn contents<'m>(message: &'m mut dyn Reflect, field: &Field) -> Option<FieldMut<'m>> {
    let found = message.field_by_number_mut(field.number)?;
    Some(found.contents_mut())
}

fn singular(
    message: &mut dyn Reflect,
    field: &Field,
    decoder: &mut Decoder<'_>,
) -> Result<Taken, Fail> {
    // Before the field is touched: a value that does not belong to it leaves a oneof as it is.
    let value = value(&field.of, decoder)?;
    // Of two values the last counts, though it be one that a `String` cannot hold.
    if value.is_none() && (field.is_oneof_member || field.of.scalar != Scalar::String) {
        return Ok(Taken::No);
    }
    let Some(FieldMut::Singular(slot)) = contents(message, field) else {
        return Err(Fail);
    };
    match value {
        Some(value) => {
            slot.set(value).map_err(|_| Fail)?;
            Ok(Taken::Yes)
        }
        None => {
            slot.clear();
            Ok(Taken::No)
        }
    }
}

/// `Singular::merge_one` of types that hold their values as [`Value`]s do.
pub(crate) fn merge_one<T: Singular>(
    target: &mut T,
    of: &ValueType,
    decoder: &mut Decoder<'_>,
) -> Decoded {
    let value = value(of, decoder)?.ok_or(Fail)?;
    target.set(value).map_err(|_| Fail)
}

/// `Singular::merge_packed` of types that hold their values as [`Value`]s do.
pub(crate) fn merge_packed<T: Singular>(
    values: &mut Vec<T>,
    of: &ValueType,
    decoder: &mut Decoder<'_>,
) -> Decoded {
    let mut elements = decoder.nested_scalars()?;
    while !elements.is_at_end() {
        push_default(values).merge_one(of, 0, &mut elements)?;
    }
    Ok(())
}

/// An entry of a map that takes every value, and those that follow it.
pub(crate) fn merge_map(
    entries: &mut dyn Entries,
    field: &Field,
    tag: u32,
    decoder: &mut Decoder<'_>,
) -> Decoded {
    let Plurality::Map { key } = &field.plurality else {
        return Err(Fail);
    };
    loop {
        map_entry(entries, field, key, decoder.nested()?)?;
        if !decoder.take_tag(tag) {
            return Ok(());
        }
    }
}

/// A message's fields, up to the end of its bytes or of its group.
pub(crate) fn nested(message: &mut dyn Reflect, tag: u32, decoder: &mut Decoder<'_>) -> Decoded {
    if tag & 7 == wire_type::START_GROUP {
        decoder.descend()?;
        let first = decoder.next_tag()?;
        if message.decode_fields(first, decoder)? != tag & !7 | wire_type::END_GROUP {
            return Err(Fail);
        }
        decoder.ascend();
        return Ok(());
    }
    let mut fields = decoder.nested()?;
    let first = fields.next_tag()?;
    match message.decode_fields(first, &mut fields)? {
        END => Ok(()),
        _ => Err(Fail),
    }
}

/// A value that is no message; `None` for a number that a closed enum does not know, or text that is not UTF-8.
fn value(of: &ValueType, decoder: &mut Decoder<'_>) -> Result<Option<Value>, Fail> {
    Ok(Some(match of.scalar {
        Scalar::String => {
            let (before, mut text) = (*decoder, String::new());
            if decoder.string(&mut text).is_err() {
                *decoder = before;
                decoder.bytes()?;
                return Ok(None);
            }
            Value::String(text)
        }
        Scalar::Bytes => {
            let mut bytes = Vec::new();
            decoder.byte_vec(&mut bytes)?;
            Value::Bytes(bytes)
        }
        Scalar::Enum => {
            let number = decoder.varint()? as i32;
            if !of.knows(number) {
                return Ok(None);
            }
            Value::Enum(number)
        }
        scalar => number(scalar, decoder)?,
    }))
}

fn number(scalar: Scalar, decoder: &mut Decoder<'_>) -> Result<Value, Fail> {
    Ok(match scalar {
        Scalar::Double => Value::Double(f64::from_bits(decoder.fixed64()?)),
        Scalar::Float => Value::Float(f32::from_bits(decoder.fixed32()?)),
        Scalar::Int32 => Value::Int32(decoder.varint()? as i32),
        Scalar::Int64 => Value::Int64(decoder.varint()? as i64),
        Scalar::Uint32 => Value::Uint32(decoder.varint()? as u32),
        Scalar::Uint64 => Value::Uint64(decoder.varint()?),
        Scalar::Sint32 => {
            let raw = decoder.varint()? as u32;
            Value::Int32((raw >> 1) as i32 ^ -((raw & 1) as i32))
        }
        Scalar::Sint64 => {
            let raw = decoder.varint()?;
            Value::Int64((raw >> 1) as i64 ^ -((raw & 1) as i64))
        }
        Scalar::Fixed32 => Value::Uint32(decoder.fixed32()?),
        Scalar::Fixed64 => Value::Uint64(decoder.fixed64()?),
        Scalar::Sfixed32 => Value::Int32(decoder.fixed32()? as i32),
        Scalar::Sfixed64 => Value::Int64(decoder.fixed64()? as i64),
        Scalar::Bool => Value::Bool(decoder.varint()? != 0),
        Scalar::String | Scalar::Bytes | Scalar::Enum | Scalar::Message => return Err(Fail),
    })
}

/// All elements under one tag; each number that a closed enum does not know is an unknown field of its own.
fn packed(
    message: &mut dyn Reflect,
    field: &Field,
    tag: u32,
    decoder: &mut Decoder<'_>,
) -> Decoded {
    let mut elements = decoder.nested_scalars()?;
    let mut unknown = Vec::new();
    let Some(FieldMut::List(list)) = contents(message, field) else {
        return Err(Fail);
    };
    while !elements.is_at_end() {
        let mut before = elements;
        match value(&field.of, &mut elements)? {
            Some(value) => list.push(value).map_err(|_| Fail)?,
            // With the bits that the enum has no room for.
            None => unknown.push(before.varint()?),
        }
    }
    if let Some(fields) = message.unknown_mut() {
        for raw in unknown {
            fields.push_varint(tag & !7 | wire_type::VARINT, raw);
        }
    }
    Ok(())
}

/// An entry of a map. What is missing in it has its default; of two with one key the last counts.
fn map_entry(
    entries: &mut dyn Entries,
    field: &Field,
    key: &ValueType,
    mut entry: Decoder<'_>,
) -> Result<Taken, Fail> {
    let key_tag = 1 << 3 | key.wire_type;
    let value_tag = 2 << 3 | field.of.wire_type;
    let is_message = field.of.scalar == Scalar::Message;
    let whole = entry;
    let (mut found_key, mut found) = (Some(default(key)), Some(default(&field.of)));
    while let Some(tag) = entry.tag()? {
        if tag == key_tag {
            found_key = value(key, &mut entry)?;
        } else if tag == value_tag && !is_message {
            found = value(&field.of, &mut entry)?;
        } else {
            entry.skip(tag)?;
        }
        // Where text is verified, a better one behind it mends nothing.
        let is_text_wrong =
            found_key.is_none() || found.is_none() && field.of.scalar == Scalar::String;
        if is_text_wrong && field.is_utf8_validated {
            return Err(Fail);
        }
    }
    let Some(key) = found_key else {
        return Ok(Taken::No);
    };
    if is_message {
        let message = entries.insert_message(key).map_err(|_| Fail)?;
        let mut entry = whole;
        while let Some(tag) = entry.tag()? {
            if tag == value_tag {
                nested(message, tag, &mut entry)?;
            } else {
                entry.skip(tag)?;
            }
        }
        return Ok(Taken::Yes);
    }
    let Some(value) = found else {
        return Ok(Taken::No);
    };
    entries.insert(key, value).map_err(|_| Fail)?;
    Ok(Taken::Yes)
}

/// What a part of an entry is that is not there; of a message, which is made elsewhere, anything.
fn default(of: &ValueType) -> Value {
    match of.scalar {
        Scalar::Double => Value::Double(0.0),
        Scalar::Float => Value::Float(0.0),
        Scalar::Int32 | Scalar::Sint32 | Scalar::Sfixed32 => Value::Int32(0),
        Scalar::Int64 | Scalar::Sint64 | Scalar::Sfixed64 => Value::Int64(0),
        Scalar::Uint32 | Scalar::Fixed32 => Value::Uint32(0),
        Scalar::Uint64 | Scalar::Fixed64 => Value::Uint64(0),
        Scalar::Bool | Scalar::Message => Value::Bool(false),
        Scalar::String => Value::String(String::new()),
        Scalar::Bytes => Value::Bytes(Vec::new()),
        Scalar::Enum => Value::Enum(of.default_number),
    }
}
