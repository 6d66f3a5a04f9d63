//! The types of the protobuf language as types: how a value of each is read, written and compared
//! with its default. Generated code names one per field.

use std::marker::PhantomData;

use crate::encode::Encoder;
use crate::enumeration::Enumeration;
use crate::message::Codec;
use crate::prost_bridge;
use crate::wire::{Decoded, Decoder, push_default, wire_type};

/// A type of the protobuf language.
pub trait Kind {
    /// The Rust type that holds a value.
    type Value: Default;
    /// The wire type of one value.
    const WIRE_TYPE: u32;

    /// Reads a value behind its tag: a message merges, all else is replaced.
    fn merge(value: &mut Self::Value, decoder: &mut Decoder<'_>) -> Decoded;

    /// Writes a value with its tag.
    fn write(number: u32, value: &Self::Value, encoder: &mut impl Encoder);

    /// Whether a field without presence leaves the value out.
    fn is_default(value: &Self::Value) -> bool;

    /// Reads an element of a repeated field, and those with the same tag that follow it.
    #[inline]
    fn push(tag: u32, values: &mut Vec<Self::Value>, decoder: &mut Decoder<'_>) -> Decoded {
        loop {
            Self::merge(push_default(values), decoder)?;
            if !decoder.take_tag(tag) {
                return Ok(());
            }
        }
    }
}

/// A kind whose repeated fields can be packed.
pub trait Packable: Kind {
    /// Reads all elements under one tag.
    fn merge_packed(values: &mut Vec<Self::Value>, decoder: &mut Decoder<'_>) -> Decoded;
    /// Writes a value without a tag.
    fn put(value: &Self::Value, encoder: &mut impl Encoder);
}

/// Kinds that are varints on the wire.
macro_rules! varint_kinds {
    ($($(#[$doc:meta])* $kind:ident: $value:ty, $from:expr, $to:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $kind;

        impl Kind for $kind {
            type Value = $value;
            const WIRE_TYPE: u32 = wire_type::VARINT;

            #[inline(always)]
            fn merge(value: &mut $value, decoder: &mut Decoder<'_>) -> Decoded {
                *value = $from(decoder.varint()?);
                Ok(())
            }

            #[inline(always)]
            fn write(number: u32, value: &$value, encoder: &mut impl Encoder) {
                encoder.varint_field(number << 3 | wire_type::VARINT, $to(*value));
            }

            #[inline(always)]
            fn is_default(value: &$value) -> bool {
                *value == <$value>::default()
            }
        }

        impl Packable for $kind {
            #[inline]
            fn merge_packed(values: &mut Vec<$value>, decoder: &mut Decoder<'_>) -> Decoded {
                decoder.packed_varints(values, $from)
            }

            #[inline(always)]
            fn put(value: &$value, encoder: &mut impl Encoder) {
                encoder.varint($to(*value));
            }
        }
    )*};
}

varint_kinds! {
    /// `int32`: negative numbers take ten bytes.
    Int32: i32, |raw: u64| raw as i32, |value: i32| value as i64 as u64;
    /// `int64`.
    Int64: i64, |raw: u64| raw as i64, |value: i64| value as u64;
    /// `uint32`.
    Uint32: u32, |raw: u64| raw as u32, |value: u32| u64::from(value);
    /// `uint64`.
    Uint64: u64, |raw: u64| raw, |value: u64| value;
    /// `sint32`: zigzag.
    Sint32: i32,
        |raw: u64| (raw as u32 >> 1) as i32 ^ -((raw as u32 & 1) as i32),
        |value: i32| u64::from((value << 1 ^ value >> 31) as u32);
    /// `sint64`: zigzag.
    Sint64: i64,
        |raw: u64| (raw >> 1) as i64 ^ -((raw & 1) as i64),
        |value: i64| (value << 1 ^ value >> 63) as u64;
    /// `bool`: any number but 0 is true.
    Bool: bool, |raw: u64| raw != 0, |value: bool| u64::from(value);
}

/// Kinds of four or eight bytes.
macro_rules! fixed_kinds {
    ($($(#[$doc:meta])* $kind:ident: $value:ty, $read:ident, $bits:ty, $wire_type:ident, $default:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $kind;

        impl Kind for $kind {
            type Value = $value;
            const WIRE_TYPE: u32 = wire_type::$wire_type;

            #[inline(always)]
            fn merge(value: &mut $value, decoder: &mut Decoder<'_>) -> Decoded {
                *value = <$value>::from_le_bytes(decoder.$read()?.to_le_bytes());
                Ok(())
            }

            #[inline(always)]
            fn write(number: u32, value: &$value, encoder: &mut impl Encoder) {
                Self::put(value, encoder);
                encoder.varint(u64::from(number << 3 | wire_type::$wire_type));
            }

            #[inline(always)]
            fn is_default(value: &$value) -> bool {
                $default(*value)
            }
        }

        impl Packable for $kind {
            #[inline]
            fn merge_packed(values: &mut Vec<$value>, decoder: &mut Decoder<'_>) -> Decoded {
                decoder.packed_fixed(values, <$value>::from_le_bytes)
            }

            #[inline(always)]
            fn put(value: &$value, encoder: &mut impl Encoder) {
                encoder.$read(<$bits>::from_le_bytes(value.to_le_bytes()));
            }
        }
    )*};
}

fixed_kinds! {
    /// `fixed32`.
    Fixed32: u32, fixed32, u32, FIXED32, |value| value == 0;
    /// `fixed64`.
    Fixed64: u64, fixed64, u64, FIXED64, |value| value == 0;
    /// `sfixed32`.
    Sfixed32: i32, fixed32, u32, FIXED32, |value| value == 0;
    /// `sfixed64`.
    Sfixed64: i64, fixed64, u64, FIXED64, |value| value == 0;
    /// `float`: −0.0 is not the default, as in C++.
    Float: f32, fixed32, u32, FIXED32, |value: f32| value.to_bits() == 0;
    /// `double`: −0.0 is not the default, as in C++.
    Double: f64, fixed64, u64, FIXED64, |value: f64| value.to_bits() == 0;
}

/// `string`.
#[derive(Debug)]
pub struct Str;

impl Kind for Str {
    type Value = String;
    const WIRE_TYPE: u32 = wire_type::LEN;

    #[inline(always)]
    fn merge(value: &mut String, decoder: &mut Decoder<'_>) -> Decoded {
        decoder.string(value)
    }

    #[inline(always)]
    fn write(number: u32, value: &String, encoder: &mut impl Encoder) {
        encoder.bytes_field(number << 3 | wire_type::LEN, value.as_bytes());
    }

    #[inline(always)]
    fn is_default(value: &String) -> bool {
        value.is_empty()
    }

    #[inline]
    fn push(tag: u32, values: &mut Vec<String>, decoder: &mut Decoder<'_>) -> Decoded {
        decoder.strings(tag, values)
    }
}

/// `bytes` as `Vec<u8>`.
#[derive(Debug)]
pub struct VecBytes;

impl Kind for VecBytes {
    type Value = Vec<u8>;
    const WIRE_TYPE: u32 = wire_type::LEN;

    #[inline(always)]
    fn merge(value: &mut Vec<u8>, decoder: &mut Decoder<'_>) -> Decoded {
        decoder.byte_vec(value)
    }

    #[inline(always)]
    fn write(number: u32, value: &Vec<u8>, encoder: &mut impl Encoder) {
        encoder.bytes_field(number << 3 | wire_type::LEN, value);
    }

    #[inline(always)]
    fn is_default(value: &Vec<u8>) -> bool {
        value.is_empty()
    }

    #[inline]
    fn push(tag: u32, values: &mut Vec<Vec<u8>>, decoder: &mut Decoder<'_>) -> Decoded {
        decoder.reserve_run(tag, values);
        decoder.byte_vec(push_default(values))
    }
}

/// `bytes` as [`Bytes`](bytes::Bytes).
#[derive(Debug)]
pub struct SharedBytes;

impl Kind for SharedBytes {
    type Value = bytes::Bytes;
    const WIRE_TYPE: u32 = wire_type::LEN;

    #[inline]
    fn merge(value: &mut bytes::Bytes, decoder: &mut Decoder<'_>) -> Decoded {
        *value = bytes::Bytes::copy_from_slice(decoder.bytes()?);
        Ok(())
    }

    #[inline]
    fn write(number: u32, value: &bytes::Bytes, encoder: &mut impl Encoder) {
        encoder.bytes_field(number << 3 | wire_type::LEN, value);
    }

    #[inline]
    fn is_default(value: &bytes::Bytes) -> bool {
        value.is_empty()
    }
}

/// An enum; one that is closed is written like this and read by methods of its own.
#[derive(Debug)]
pub struct Enum<E>(PhantomData<E>);

impl<E: Enumeration> Kind for Enum<E> {
    type Value = E;
    const WIRE_TYPE: u32 = wire_type::VARINT;

    #[inline(always)]
    fn merge(value: &mut E, decoder: &mut Decoder<'_>) -> Decoded {
        *value = E::from(decoder.varint()? as i32);
        Ok(())
    }

    #[inline(always)]
    fn write(number: u32, value: &E, encoder: &mut impl Encoder) {
        Int32::write(number, &(*value).into(), encoder);
    }

    #[inline(always)]
    fn is_default(value: &E) -> bool {
        (*value).into() == 0
    }
}

impl<E: Enumeration> Packable for Enum<E> {
    #[inline]
    fn merge_packed(values: &mut Vec<E>, decoder: &mut Decoder<'_>) -> Decoded {
        decoder.packed_varints(values, |raw| E::from(raw as i32))
    }

    #[inline(always)]
    fn put(value: &E, encoder: &mut impl Encoder) {
        Int32::put(&(*value).into(), encoder);
    }
}

/// A message, or a box of one.
#[derive(Debug)]
pub struct Message<M>(PhantomData<M>);

impl<M: Codec> Kind for Message<M> {
    type Value = M;
    const WIRE_TYPE: u32 = wire_type::LEN;

    #[inline]
    fn merge(value: &mut M, decoder: &mut Decoder<'_>) -> Decoded {
        decoder.message(value)
    }

    #[inline]
    fn push(tag: u32, values: &mut Vec<M>, decoder: &mut Decoder<'_>) -> Decoded {
        decoder.messages(tag, values)
    }

    #[inline]
    fn write(number: u32, value: &M, encoder: &mut impl Encoder) {
        let end = encoder.written();
        value.encode(encoder);
        encoder.close(number, end);
    }

    #[inline]
    fn is_default(_value: &M) -> bool {
        false
    }
}

/// A message between two tags with the field's number: a group.
#[derive(Debug)]
pub struct Group<M, const NUMBER: u32>(PhantomData<M>);

impl<M: Codec, const NUMBER: u32> Kind for Group<M, NUMBER> {
    type Value = M;
    const WIRE_TYPE: u32 = wire_type::START_GROUP;

    fn merge(value: &mut M, decoder: &mut Decoder<'_>) -> Decoded {
        decoder.group(NUMBER, value)
    }

    fn write(number: u32, value: &M, encoder: &mut impl Encoder) {
        encoder.varint(u64::from(number << 3 | wire_type::END_GROUP));
        value.encode(encoder);
        encoder.varint(u64::from(number << 3 | wire_type::START_GROUP));
    }

    fn is_default(_value: &M) -> bool {
        false
    }
}

/// A message of another generator (an `extern_path`): it is known as a `prost::Message` only.
#[derive(Debug)]
pub struct Foreign<M>(PhantomData<M>);

impl<M: prost::Message + Default> Kind for Foreign<M> {
    type Value = M;
    const WIRE_TYPE: u32 = wire_type::LEN;

    fn merge(value: &mut M, decoder: &mut Decoder<'_>) -> Decoded {
        let nested = decoder.nested()?;
        prost_bridge::merge_foreign(value, nested)
    }

    fn write(number: u32, value: &M, encoder: &mut impl Encoder) {
        let end = encoder.written();
        encoder.foreign(value);
        encoder.close(number, end);
    }

    fn is_default(_value: &M) -> bool {
        false
    }
}
