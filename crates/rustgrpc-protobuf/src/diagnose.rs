//! The cold path of decoding: what is wrong with bytes that were refused, and in which field.
//!
//! The fast path only says no. Here the bytes are read once more, guided by descriptors, through
//! prost's own functions, so that the error is the one that prost's users know.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use bytes::Buf;
use prost::DecodeError;
use prost::encoding::{self, DecodeContext, WireType};

use crate::descriptor::{FieldDescriptor, Kind, MessageDescriptor};

/// Why `bytes` are not a message of this type.
#[cold]
pub(crate) fn explain(message: &MessageDescriptor, bytes: &[u8], depth: u32) -> DecodeError {
    check_message(message, bytes, depth)
        .err()
        .unwrap_or_else(corrupt)
}

/// Why `value` is no value of the field with this tag.
#[cold]
pub(crate) fn explain_field(
    message: &MessageDescriptor,
    tag: u32,
    mut value: &[u8],
    depth: u32,
) -> DecodeError {
    let Ok(wire_type) = WireType::try_from(u64::from(tag & 7)) else {
        return corrupt();
    };
    check_field(message, tag >> 3, wire_type, &mut value, depth)
        .err()
        .unwrap_or_else(corrupt)
}

/// What prost's own functions have no name for.
#[cold]
#[expect(
    deprecated,
    reason = "prost offers no other way to say what its own functions do not find"
)]
pub(crate) fn corrupt() -> DecodeError {
    DecodeError::new("wire format was corrupt")
}

fn check_message(
    message: &MessageDescriptor,
    mut bytes: &[u8],
    depth: u32,
) -> Result<(), DecodeError> {
    while bytes.has_remaining() {
        let (number, wire_type) = encoding::decode_key(&mut bytes)?;
        check_field(message, number, wire_type, &mut bytes, depth)?;
    }
    Ok(())
}

fn check_field(
    message: &MessageDescriptor,
    number: u32,
    wire_type: WireType,
    bytes: &mut &[u8],
    depth: u32,
) -> Result<(), DecodeError> {
    let Some(field) = message.field_by_number(number) else {
        return encoding::skip_field(wire_type, number, bytes, DecodeContext::default());
    };
    check_value(&field, wire_type, bytes, depth).map_err(|mut error| {
        error.push(static_name(message.name()), static_name(field.name()));
        error
    })
}

fn check_value(
    field: &FieldDescriptor,
    wire_type: WireType,
    bytes: &mut &[u8],
    depth: u32,
) -> Result<(), DecodeError> {
    let context = DecodeContext::default();
    match (field.kind(), wire_type) {
        (Kind::String, WireType::LengthDelimited) if field.is_utf8_validated() => {
            encoding::string::merge(wire_type, &mut String::new(), bytes, context)
        }
        (Kind::Message(message), WireType::LengthDelimited) => {
            let mut nested = Vec::<u8>::new();
            encoding::bytes::merge(wire_type, &mut nested, bytes, context)?;
            match depth.checked_sub(1) {
                Some(depth) => check_message(&message, &nested, depth),
                None => Err(too_deep()),
            }
        }
        (Kind::Fixed32 | Kind::Sfixed32 | Kind::Float, WireType::LengthDelimited) => {
            encoding::fixed32::merge_repeated(wire_type, &mut Vec::new(), bytes, context)
        }
        (Kind::Fixed64 | Kind::Sfixed64 | Kind::Double, WireType::LengthDelimited) => {
            encoding::fixed64::merge_repeated(wire_type, &mut Vec::new(), bytes, context)
        }
        (Kind::String | Kind::Bytes | Kind::Foreign, WireType::LengthDelimited) => {
            encoding::skip_field(wire_type, field.number(), bytes, context)
        }
        (_, WireType::LengthDelimited) if field.is_repeated() => {
            encoding::uint64::merge_repeated(wire_type, &mut Vec::new(), bytes, context)
        }
        _ => encoding::skip_field(wire_type, field.number(), bytes, context),
    }
}

/// A name for the path of an error, which prost wants to live for ever. Names of schemas are few, so
/// each is leaked once.
fn static_name(name: &str) -> &'static str {
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    let leaked: &'static str = Box::leak(name.into());
    names.insert(leaked);
    leaked
}

/// Messages that lie deeper within each other than the limit.
#[cold]
#[expect(
    deprecated,
    reason = "prost's own error for this cannot be had from outside"
)]
fn too_deep() -> DecodeError {
    DecodeError::new("recursion limit reached")
}
