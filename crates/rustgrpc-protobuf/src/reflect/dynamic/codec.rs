//! Reading and writing a message over its descriptor.

use prost::DecodeError;

use super::super::Value;
use super::field::{DynamicField, DynamicKey, DynamicList, DynamicMap, DynamicValue};
use super::{DynamicMessage, FieldDescriptor, MessageDescriptor};
use crate::descriptor::{EnumDescriptor, Kind};
use crate::diagnose;
use crate::encode::{Counter, Encoder};
use crate::kind::{self, Kind as WireKind, Packable};
use crate::wire::{Decoded, Decoder, Fail, RECURSION_LIMIT, Writer, wire_type};

impl DynamicMessage {
    /// A message from bytes. Mirrors Python's `FromString`.
    ///
    /// # Errors
    /// If the bytes are not a message of this type.
    pub fn parse(descriptor: &MessageDescriptor, bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut message = Self::new(descriptor.clone());
        message.merge(bytes)?;
        Ok(message)
    }

    /// Merges the message in `bytes` into this one. Mirrors Python's `MergeFromString`.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn merge(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        self.decode(Decoder::new(bytes, RECURSION_LIMIT))
            .map_err(|Fail| diagnose::explain(&self.descriptor, bytes, RECURSION_LIMIT))
    }

    /// The message as bytes. Mirrors Python's `SerializeToString`.
    pub fn serialize(&self) -> Vec<u8> {
        let mut writer = Writer::new(Vec::new());
        self.encode(&mut writer);
        writer.as_slice().to_vec()
    }

    /// The number of bytes that [`serialize`](Self::serialize) gives. Mirrors Python's `ByteSize`.
    pub fn byte_size(&self) -> usize {
        let mut counter = Counter::default();
        self.encode(&mut counter);
        counter.written()
    }

    fn decode(&mut self, mut decoder: Decoder<'_>) -> Decoded {
        while let Some(tag) = decoder.tag()? {
            self.decode_field(tag, &mut decoder)?;
        }
        Ok(())
    }

    fn decode_field(&mut self, tag: u32, decoder: &mut Decoder<'_>) -> Decoded {
        let Some(field) = self.descriptor.field_by_number(tag >> 3) else {
            return decoder.unknown(tag, &mut self.unknown_fields);
        };
        // Before the field is touched: touching a member of a oneof clears the others.
        let Some(form) = Form::of(&field, tag & 7) else {
            return decoder.unknown(tag, &mut self.unknown_fields);
        };
        if let Kind::Enum(found) = field.kind()
            && found.is_closed()
        {
            return self.decode_closed(&field, &found, form, tag, decoder);
        }
        let before = *decoder;
        match self.slot(&field).decode(form, tag, decoder)? {
            Taken::Yes => Ok(()),
            Taken::No => {
                *decoder = before;
                decoder.unknown(tag, &mut self.unknown_fields)
            }
        }
    }

    /// A closed enum: each number that it does not know becomes an unknown field of its own.
    fn decode_closed(
        &mut self,
        field: &FieldDescriptor,
        found: &EnumDescriptor,
        form: Form,
        tag: u32,
        decoder: &mut Decoder<'_>,
    ) -> Decoded {
        if form == Form::Packed {
            let mut packed = decoder.nested_scalars()?;
            let tag = tag & !7 | wire_type::VARINT;
            while !packed.is_at_end() {
                self.decode_closed(field, found, Form::One, tag, &mut packed)?;
            }
            return Ok(());
        }
        let before = *decoder;
        let raw = decoder.varint()?;
        if found.value_by_number(raw as i32).is_none() {
            self.unknown_fields.push_varint(tag, raw);
            return Ok(());
        }
        *decoder = before;
        self.slot(field).decode(form, tag, decoder).map(drop)
    }

    fn encode(&self, encoder: &mut impl Encoder) {
        encoder.unknown(&self.unknown_fields);
        for (number, contents) in self.fields.iter().rev() {
            if let Some(field) = self.descriptor.field_by_number(*number) {
                contents.encode(&field, encoder);
            }
        }
    }
}

/// How a field's value stands on the wire.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A single value, an element, or an entry of a map.
    One,
    /// All elements of a packed field.
    Packed,
}

impl Form {
    /// `None` if the field cannot have this wire type.
    pub(crate) fn of(field: &FieldDescriptor, wire_type: u32) -> Option<Self> {
        let expected = wire_type_of(&field.kind(), field.is_delimited());
        let packable = field.is_repeated()
            && matches!(
                expected,
                wire_type::VARINT | wire_type::FIXED32 | wire_type::FIXED64
            );
        if wire_type == expected {
            Some(Self::One)
        } else if wire_type == wire_type::LEN && packable {
            Some(Self::Packed)
        } else {
            None
        }
    }
}

/// Whether a value belonged to the field: an entry of a map with a number that its closed enum does
/// not know is an unknown field.
pub(crate) enum Taken {
    Yes,
    No,
}

impl DynamicField {
    pub(crate) fn decode(
        &mut self,
        form: Form,
        tag: u32,
        decoder: &mut Decoder<'_>,
    ) -> Result<Taken, Fail> {
        match self {
            Self::Map(map) => return map.decode(decoder),
            Self::Singular(slot) => slot
                .value
                .get_or_insert_with(|| DynamicValue::default_of(&slot.kind))
                .merge(&slot.kind, tag, decoder)?,
            Self::List(list) if form == Form::One => list.decode(tag, decoder)?,
            Self::List(list) => {
                let mut packed = decoder.nested_scalars()?;
                while !packed.is_at_end() {
                    list.decode(tag, &mut packed)?;
                }
            }
        }
        Ok(Taken::Yes)
    }

    pub(crate) fn encode(&self, field: &FieldDescriptor, encoder: &mut impl Encoder) {
        let (number, delimited) = (field.number(), field.is_delimited());
        match self {
            Self::Singular(slot) => {
                if let Some(value) = &slot.value
                    && (field.has_presence() || !value.is_default())
                {
                    value.write(&slot.kind, number, delimited, encoder);
                }
            }
            Self::List(list) if field.is_packed() && !list.values.is_empty() => {
                let end = encoder.written();
                for value in list.values.iter().rev() {
                    value.put(&list.kind, encoder);
                }
                encoder.close(number, end);
            }
            Self::List(list) => {
                for value in list.values.iter().rev() {
                    value.write(&list.kind, number, delimited, encoder);
                }
            }
            Self::Map(map) => {
                for (key, value) in map.entries.iter().rev() {
                    let end = encoder.written();
                    value.write(&map.value, 2, false, encoder);
                    key.clone().into_value().write(&map.key, 1, false, encoder);
                    encoder.close(number, end);
                }
            }
        }
    }
}

impl DynamicList {
    fn decode(&mut self, tag: u32, decoder: &mut Decoder<'_>) -> Decoded {
        let mut value = DynamicValue::default_of(&self.kind);
        value.merge(&self.kind, tag, decoder)?;
        self.values.push(value);
        Ok(())
    }
}

impl DynamicMap {
    fn decode(&mut self, decoder: &mut Decoder<'_>) -> Result<Taken, Fail> {
        let mut entry = decoder.nested()?;
        let mut key = DynamicValue::default_of(&self.key);
        let mut value = DynamicValue::default_of(&self.value);
        let key_tag = 1 << 3 | wire_type_of(&self.key, false);
        let value_tag = 2 << 3 | wire_type_of(&self.value, false);
        while let Some(tag) = entry.tag()? {
            if tag == key_tag {
                key.merge(&self.key, tag, &mut entry)?;
            } else if tag == value_tag {
                value.merge(&self.value, tag, &mut entry)?;
            } else {
                entry.skip(tag)?;
            }
        }
        if let DynamicValue::Enum(number, found) = &value
            && found.is_closed()
            && found.value_by_number(*number).is_none()
        {
            return Ok(Taken::No);
        }
        if let Some(key) = DynamicKey::of(key) {
            self.entries.insert(key, value);
        }
        Ok(Taken::Yes)
    }
}

fn wire_type_of(kind: &Kind, delimited: bool) -> u32 {
    match kind {
        Kind::Double | Kind::Fixed64 | Kind::Sfixed64 => wire_type::FIXED64,
        Kind::Float | Kind::Fixed32 | Kind::Sfixed32 => wire_type::FIXED32,
        Kind::Message(_) if delimited => wire_type::START_GROUP,
        Kind::String | Kind::Bytes | Kind::Message(_) | Kind::Foreign => wire_type::LEN,
        _ => wire_type::VARINT,
    }
}

/// Runs an expression with `$K` the wire kind of a number, and `$held` the Rust value that holds it.
macro_rules! with_number {
    ($kind:expr, $value:expr, |$K:ident, $held:ident| $body:expr, $otherwise:expr) => {
        with_number!(@ $kind, $value, $K, $held, $body, $otherwise;
            Double Double, Float Float, Int32 Int32, Sint32 Int32, Sfixed32 Int32, Int64 Int64,
            Sint64 Int64, Sfixed64 Int64, Uint32 Uint32, Fixed32 Uint32, Uint64 Uint64,
            Fixed64 Uint64, Bool Bool)
    };
    (@ $kind:expr, $value:expr, $K:ident, $held:ident, $body:expr, $otherwise:expr;
        $($wire:ident $rust:ident),*) => {
        match ($kind, $value) {
            $((Kind::$wire, Value::$rust($held)) => {
                type $K = kind::$wire;
                $body
            })*
            _ => $otherwise,
        }
    };
}

impl DynamicValue {
    fn merge(&mut self, kind: &Kind, tag: u32, decoder: &mut Decoder<'_>) -> Decoded {
        match self {
            Self::Scalar(Value::String(text)) => decoder.string(text)?,
            Self::Scalar(Value::Bytes(bytes)) => decoder.byte_vec(bytes)?,
            Self::Scalar(scalar) => {
                with_number!(
                    kind,
                    scalar,
                    |K, held| K::merge(held, decoder)?,
                    return Err(Fail)
                );
            }
            Self::Enum(number, _) => *number = decoder.varint()? as i32,
            Self::Message(message) if tag & 7 == wire_type::START_GROUP => {
                decoder.descend()?;
                loop {
                    let inner = decoder.tag()?.ok_or(Fail)?;
                    if inner == tag & !7 | wire_type::END_GROUP {
                        break decoder.ascend();
                    }
                    message.decode_field(inner, decoder)?;
                }
            }
            Self::Message(message) => message.decode(decoder.nested()?)?,
        }
        Ok(())
    }

    fn write(&self, kind: &Kind, number: u32, delimited: bool, encoder: &mut impl Encoder) {
        match self {
            Self::Scalar(Value::String(text)) => kind::Str::write(number, text, encoder),
            Self::Scalar(Value::Bytes(bytes)) => kind::VecBytes::write(number, bytes, encoder),
            Self::Scalar(scalar) => {
                with_number!(kind, scalar, |K, held| K::write(number, held, encoder), ());
            }
            Self::Enum(value, _) => kind::Int32::write(number, value, encoder),
            Self::Message(message) if delimited => {
                encoder.varint(u64::from(number << 3 | wire_type::END_GROUP));
                message.encode(encoder);
                encoder.varint(u64::from(number << 3 | wire_type::START_GROUP));
            }
            Self::Message(message) => {
                let end = encoder.written();
                message.encode(encoder);
                encoder.close(number, end);
            }
        }
    }

    /// Writes an element of a packed field: a number without a tag.
    fn put(&self, kind: &Kind, encoder: &mut impl Encoder) {
        match self {
            Self::Enum(value, _) => kind::Int32::put(value, encoder),
            Self::Scalar(scalar) => with_number!(kind, scalar, |K, held| K::put(held, encoder), ()),
            Self::Message(_) => {}
        }
    }

    fn is_default(&self) -> bool {
        self.get().is_default()
    }
}
