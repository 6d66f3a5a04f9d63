//! The way between `prost::Message` and the slice codec.
//!
//! prost's callers pass a `Buf`. One that is contiguous is decoded where it lies; any other is made
//! contiguous first: a whole message in one piece, or, when a message of prost's own derive macro
//! hands over one field at a time, that field alone.

use std::cell::Cell;

use bytes::{Buf, BufMut};
use prost::encoding::{self, DecodeContext, WireType};
use prost::{DecodeError, EncodeError};

use crate::diagnose;
use crate::encode::{Counter, Encoder};
use crate::message::Codec;
use crate::reflect::{FieldMut, Reflect};
use crate::table::Coding;
use crate::unknown::UnknownFields;
use crate::wire::{Decoder, END, Fail, RECURSION_LIMIT, fill_exactly, with_written};

thread_local! {
    /// The levels left for a message that is entered through prost. Messages of this crate may hold
    /// foreign ones that hold messages of this crate: prost does not tell its depth, so we count our own.
    static DEPTH: Cell<u32> = const { Cell::new(RECURSION_LIMIT) };
}

// What follows is compiled for every message that a program reads or writes. What does not depend on the message is in
// functions of its own, which are not.

/// Writes a message whose size is known cheaply where it is to stand; `false` if that cannot be done.
#[inline]
fn encode_in_place<M: Codec>(message: &M, size: usize, buf: &mut impl BufMut) -> bool {
    fill_exactly(buf, size, |writer| message.encode(writer))
}

/// `prost::Message::encode_raw`.
#[inline]
pub fn encode_raw<M: Codec>(message: &M, buf: &mut impl BufMut) {
    if !M::SIZE_FIRST || !encode_in_place(message, encoded_len(message), buf) {
        put(message, buf);
    }
}

/// `prost::Message::encode`.
#[inline]
pub fn encode<M: Codec>(message: &M, buf: &mut impl BufMut) -> Result<(), EncodeError> {
    if M::SIZE_FIRST && encode_in_place(message, encoded_len(message), buf) {
        return Ok(());
    }
    try_put(message, buf)
}

/// `prost::Message::encode_to_vec`.
#[inline]
pub fn encode_to_vec<M: Codec>(message: &M) -> Vec<u8> {
    if M::SIZE_FIRST {
        let size = encoded_len(message);
        let mut buffer = Vec::with_capacity(size);
        if size == 0 || encode_in_place(message, size, &mut buffer) {
            return buffer;
        }
    }
    to_vec(message)
}

#[inline(never)]
fn put(message: &dyn Coding, buf: &mut impl BufMut) {
    with_written(|writer| message.write(writer), |bytes| buf.put_slice(bytes));
}

#[inline(never)]
fn try_put(message: &dyn Coding, buf: &mut impl BufMut) -> Result<(), EncodeError> {
    with_written(
        |writer| message.write(writer),
        |bytes| {
            if bytes.len() > buf.remaining_mut() {
                return Err(no_room(bytes.len()));
            }
            buf.put_slice(bytes);
            Ok(())
        },
    )
}

#[inline(never)]
fn to_vec(message: &dyn Coding) -> Vec<u8> {
    with_written(|writer| message.write(writer), <[u8]>::to_vec)
}

/// `prost::Message::encoded_len`.
pub fn encoded_len<M: Codec>(message: &M) -> usize {
    let mut counter = Counter::default();
    message.encode(&mut counter);
    counter.written()
}

/// `EncodeError::new` is private to prost: a message of this length gives the error.
#[cold]
fn no_room(required: usize) -> EncodeError {
    struct OfLength(usize);

    impl prost::Message for OfLength {
        fn encode_raw(&self, _: &mut impl BufMut) {}

        fn merge_field(
            &mut self,
            _: u32,
            _: WireType,
            _: &mut impl Buf,
            _: DecodeContext,
        ) -> Result<(), DecodeError> {
            Ok(())
        }

        fn encoded_len(&self) -> usize {
            self.0
        }

        fn clear(&mut self) {}
    }

    let mut nothing: &mut [u8] = &mut [];
    let failed = prost::Message::encode(&OfLength(required.max(1)), &mut nothing);
    failed.expect_err("a message of some length does not fit into nothing")
}

/// `prost::Message::decode`.
#[inline]
pub fn decode<M: Codec>(buf: impl Buf) -> Result<M, DecodeError> {
    // One result, changed in place: it is built where the caller wants it, and no message is moved.
    let mut result = Ok(M::default());
    if let Ok(message) = &mut result
        && let Err(error) = merge(message, buf)
    {
        result = Err(error);
    }
    result
}

/// `prost::Message::merge`.
pub fn merge<M: Codec>(message: &mut M, buf: impl Buf) -> Result<(), DecodeError> {
    merge_buf(message, buf)
}

#[inline(never)]
fn merge_buf(message: &mut dyn Coding, mut buf: impl Buf) -> Result<(), DecodeError> {
    let length = buf.remaining();
    if buf.chunk().len() == length {
        merge_slice(message, buf.chunk())?;
        buf.advance(length);
        return Ok(());
    }
    merge_slice(message, &buf.copy_to_bytes(length))
}

#[inline]
fn merge_slice(message: &mut dyn Coding, bytes: &[u8]) -> Result<(), DecodeError> {
    let depth = DEPTH.get();
    message
        .merge(Decoder::new(bytes, depth))
        .map_err(|Fail| diagnose::explain(&message.place().descriptor(), bytes, depth))
}

/// `prost::Message::merge_field`: the tag has been read.
pub fn merge_field<M: Codec>(
    message: &mut M,
    number: u32,
    wire_type: WireType,
    buf: &mut impl Buf,
    context: DecodeContext,
) -> Result<(), DecodeError> {
    let tag = number << 3 | wire_type as u32;
    if buf.chunk().len() == buf.remaining() {
        let consumed = merge_one(message, tag, buf.chunk())?;
        buf.advance(consumed);
        return Ok(());
    }
    let mut field = Vec::new();
    take_value(number, wire_type, buf, &mut field, context)?;
    merge_one(message, tag, &field).map(drop)
}

/// Merges the field with this tag whose value stands at the start of `bytes`; gives the value's length.
fn merge_one<M: Codec>(message: &mut M, tag: u32, bytes: &[u8]) -> Result<usize, DecodeError> {
    let depth = DEPTH.get();
    // Behind the value may stand another message's fields, which must not be taken for a run of this one's.
    let merged = value_length(tag, bytes, depth).and_then(|length| {
        match message.decode(tag, &mut Decoder::new(&bytes[..length], depth)) {
            END => Ok(length),
            _ => Err(Fail),
        }
    });
    merged.map_err(|Fail| diagnose::explain_field(&M::place().descriptor(), tag, bytes, depth))
}

fn value_length(tag: u32, bytes: &[u8], depth: u32) -> Result<usize, Fail> {
    let mut decoder = Decoder::new(bytes, depth);
    decoder.skip(tag)?;
    Ok(bytes.len() - decoder.left())
}

/// Takes one field's value out of `buf` and appends it to `field` as it stood there.
fn take_value(
    number: u32,
    wire_type: WireType,
    buf: &mut impl Buf,
    field: &mut Vec<u8>,
    context: DecodeContext,
) -> Result<(), DecodeError> {
    match wire_type {
        WireType::Varint => encoding::encode_varint(encoding::decode_varint(buf)?, field),
        WireType::SixtyFourBit => {
            let mut value = 0u64;
            encoding::fixed64::merge(wire_type, &mut value, buf, context)?;
            field.put_u64_le(value);
        }
        WireType::ThirtyTwoBit => {
            let mut value = 0u32;
            encoding::fixed32::merge(wire_type, &mut value, buf, context)?;
            field.put_u32_le(value);
        }
        WireType::LengthDelimited => {
            let mut value = Vec::<u8>::new();
            encoding::bytes::merge(wire_type, &mut value, buf, context)?;
            encoding::encode_varint(value.len() as u64, field);
            field.extend_from_slice(&value);
        }
        WireType::StartGroup => {
            let mut group = RawFields::default();
            encoding::group::merge(number, wire_type, &mut group, buf, context)?;
            field.extend_from_slice(&group.bytes);
            encoding::encode_key(number, WireType::EndGroup, field);
        }
        WireType::EndGroup => return Err(diagnose::corrupt()),
    }
    Ok(())
}

/// `Reflect::clear_by_number` of generated messages.
pub fn clear_field<M: Codec>(message: &mut M, number: u32) {
    if let Some(others) = cleared(message, number) {
        let mut without = M::default();
        if merge_buf(&mut without, others.as_bytes()).is_ok() {
            *message = without;
        }
    }
}

/// Clears the field; where that cannot be done, gives all others, of which the message is to be made anew.
fn cleared(message: &mut dyn Reflect, number: u32) -> Option<UnknownFields> {
    let field = message.message_descriptor().field_by_number(number)?;
    let is_hidden = message.field_by_number(number).is_none();
    if is_hidden && !message.has_foreign_fields() {
        return None;
    }
    if field.containing_oneof().is_none() && !is_hidden {
        let found = message.field_by_number_mut(number);
        match found.map(|field| field.contents_mut()) {
            Some(FieldMut::Singular(slot)) => slot.clear(),
            Some(FieldMut::List(list)) => list.clear(),
            Some(FieldMut::Map(map)) => map.clear(),
            None => {}
        }
        return None;
    }
    // A oneof's member can be set but not unset by number, and a type of another generator not even be
    // looked at.
    let mut fields = UnknownFields::from_bytes(&message.encoded()).unwrap_or_default();
    fields.remove(number);
    Some(fields)
}

/// The fields of a group as they stand on the wire.
#[derive(Default)]
struct RawFields {
    bytes: Vec<u8>,
}

impl prost::Message for RawFields {
    fn encode_raw(&self, buf: &mut impl BufMut) {
        buf.put_slice(&self.bytes);
    }

    fn merge_field(
        &mut self,
        number: u32,
        wire_type: WireType,
        buf: &mut impl Buf,
        context: DecodeContext,
    ) -> Result<(), DecodeError> {
        encoding::encode_key(number, wire_type, &mut self.bytes);
        take_value(number, wire_type, buf, &mut self.bytes, context)
    }

    fn encoded_len(&self) -> usize {
        self.bytes.len()
    }

    fn clear(&mut self) {
        self.bytes.clear();
    }
}

/// Merges into a message of another generator what `decoder` has left.
pub(crate) fn merge_foreign(
    message: &mut impl prost::Message,
    decoder: Decoder<'_>,
) -> Result<(), Fail> {
    let outside = DEPTH.replace(decoder.depth());
    // Restored on unwinding too: a foreign message may panic.
    struct Restore(u32);
    impl Drop for Restore {
        fn drop(&mut self) {
            DEPTH.set(self.0);
        }
    }
    let _restore = Restore(outside);
    message.merge(decoder.rest()).map_err(|_| Fail)
}
