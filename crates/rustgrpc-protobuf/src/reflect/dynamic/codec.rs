//! Reading and writing a message over its descriptor.

use prost::DecodeError;

use super::super::Value;
use super::field::{DynamicField, DynamicMap, DynamicValue, MapKey};
use super::{DynamicMessage, FieldDescriptor, MessageDescriptor, message_set};
use crate::descriptor::Kind;
use crate::diagnose;
use crate::encode::{Counter, Encoder};
use crate::kind::{self, Kind as WireKind, Packable};
use crate::unknown::UnknownFields;
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

    /// Merges fields one by one; those that are malformed become unknown.
    pub(crate) fn merge_tolerantly(&mut self, fields: &UnknownFields) {
        let mut decoder = Decoder::new(fields.as_bytes(), RECURSION_LIMIT);
        while let Ok(Some(tag)) = decoder.tag() {
            let mut probe = Self::of(self.descriptor.clone(), self.pool.clone());
            let merged = match probe.decode_field(tag, &mut decoder.clone()) {
                Ok(()) => self.decode_field(tag, &mut decoder),
                Err(Fail) => decoder.unknown(tag, &mut self.unknown_fields),
            };
            if merged.is_err() {
                return;
            }
        }
    }

    pub(super) fn decode(&mut self, mut decoder: Decoder<'_>) -> Decoded {
        while let Some(tag) = decoder.tag()? {
            self.decode_field(tag, &mut decoder)?;
        }
        Ok(())
    }

    pub(super) fn decode_field(&mut self, tag: u32, decoder: &mut Decoder<'_>) -> Decoded {
        if tag == message_set::ITEM && self.descriptor.is_message_set() {
            return self.decode_item(decoder);
        }
        let Some(field) = self.field_descriptor(tag >> 3) else {
            return decoder.unknown(tag, &mut self.unknown_fields);
        };
        let before = *decoder;
        let contents = self.fields.remove(&field.number());
        let was_there = contents.is_some();
        let mut contents =
            contents.unwrap_or_else(|| DynamicField::new(&field, self.pool.as_ref()));
        let taken = contents.decode(&field, tag, decoder)?;
        match &taken {
            Taken::No | Taken::NotText if was_there => {
                self.fields.insert(field.number(), contents);
            }
            Taken::No | Taken::NotText => {}
            Taken::Yes | Taken::But(_) => self.put(&field, contents),
        }
        match taken {
            Taken::Yes => Ok(()),
            Taken::But(numbers) => {
                for number in numbers {
                    self.unknown_fields
                        .push_varint(tag & !7 | wire_type::VARINT, number);
                }
                Ok(())
            }
            Taken::No | Taken::NotText => {
                *decoder = before;
                decoder.unknown(tag, &mut self.unknown_fields)
            }
        }
    }

    fn encode(&self, encoder: &mut impl Encoder) {
        encoder.unknown(&self.unknown_fields);
        let is_message_set = self.descriptor.is_message_set();
        for (field, contents) in self.set_fields().rev() {
            match contents {
                DynamicField::Singular(slot) if is_message_set => {
                    if let Some(DynamicValue::Message(message)) = &slot.value {
                        message_set::write_item(field.number(), encoder, |encoder| {
                            message.encode(encoder);
                        });
                    }
                }
                _ => contents.encode(&field, encoder),
            }
        }
    }
}

/// Whether a value belonged to the field.
pub(crate) enum Taken {
    Yes,
    /// All but these numbers, which a closed enum does not know.
    But(Vec<u64>),
    /// A wrong wire type, or a number that a closed enum does not know: the field is unknown.
    No,
    /// A string that is not UTF-8: an error, or unknown where the schema allows for it.
    NotText,
}

impl DynamicField {
    pub(crate) fn decode(
        &mut self,
        field: &FieldDescriptor,
        tag: u32,
        decoder: &mut Decoder<'_>,
    ) -> Result<Taken, Fail> {
        match self.read(field, tag, decoder)? {
            Taken::NotText if field.is_utf8_validated() => Err(Fail),
            Taken::NotText => Ok(Taken::No),
            taken => Ok(taken),
        }
    }

    fn read(
        &mut self,
        field: &FieldDescriptor,
        tag: u32,
        decoder: &mut Decoder<'_>,
    ) -> Result<Taken, Fail> {
        let delimited = field.is_delimited();
        let expected = field.kind().wire_type(delimited);
        match self {
            Self::Map(map) if tag & 7 == wire_type::LEN => {
                map.decode(field.is_utf8_validated(), decoder)
            }
            Self::Singular(slot) if tag & 7 == expected => {
                let value = slot.value.take();
                let mut value = value.unwrap_or_else(|| slot.of.default_value());
                let before = match &value {
                    DynamicValue::Enum(number, _) => Some(*number),
                    _ => None,
                };
                let taken = value.merge(&slot.of.kind, tag, decoder)?;
                match (&taken, before, value) {
                    (Taken::NotText, ..) => slot.value = None,
                    (Taken::No, Some(number), DynamicValue::Enum(_, found)) => {
                        slot.value = Some(DynamicValue::Enum(number, found));
                    }
                    (_, _, value) => slot.value = Some(value),
                }
                Ok(taken)
            }
            Self::List(list) if tag & 7 == expected => {
                let mut value = list.of.default_value();
                let taken = value.merge(&list.of.kind, tag, decoder)?;
                if matches!(taken, Taken::Yes) {
                    list.values.push(value);
                }
                Ok(taken)
            }
            Self::List(list) if tag & 7 == wire_type::LEN && expected != wire_type::START_GROUP => {
                let mut packed = decoder.nested_scalars()?;
                let mut unknown = Vec::new();
                while !packed.is_at_end() {
                    let mut before = packed;
                    let mut value = list.of.default_value();
                    match value.merge(&list.of.kind, tag, &mut packed)? {
                        Taken::Yes => list.values.push(value),
                        // With the bits that the enum has no room for.
                        _ => unknown.push(before.varint()?),
                    }
                }
                Ok(if unknown.is_empty() {
                    Taken::Yes
                } else {
                    Taken::But(unknown)
                })
            }
            _ => Ok(Taken::No),
        }
    }

    pub(crate) fn encode(&self, field: &FieldDescriptor, encoder: &mut impl Encoder) {
        let (number, delimited) = (field.number(), field.is_delimited());
        match self {
            Self::Singular(slot) => {
                if let Some(value) = &slot.value {
                    value.write(&slot.of.kind, number, delimited, encoder);
                }
            }
            Self::List(list) if field.is_packed() && !list.values.is_empty() => {
                let end = encoder.written();
                for value in list.values.iter().rev() {
                    value.put(&list.of.kind, encoder);
                }
                encoder.close(number, end);
            }
            Self::List(list) => {
                for value in list.values.iter().rev() {
                    value.write(&list.of.kind, number, delimited, encoder);
                }
            }
            Self::Map(map) => {
                for (key, value) in map.entries.iter().rev() {
                    let end = encoder.written();
                    value.write(&map.of.kind, 2, false, encoder);
                    key.to_value().write(&map.key, 1, false, encoder);
                    encoder.close(number, end);
                }
            }
        }
    }
}

impl DynamicMap {
    fn decode(&mut self, verifies: bool, decoder: &mut Decoder<'_>) -> Result<Taken, Fail> {
        let mut entry = decoder.nested()?;
        let mut key = DynamicValue::default_of(&self.key);
        let mut value = self.of.default_value();
        let key_tag = 1 << 3 | self.key.wire_type(false);
        let value_tag = 2 << 3 | self.of.kind.wire_type(false);
        let (mut key_taken, mut taken) = (Taken::Yes, Taken::Yes);
        while let Some(tag) = entry.tag()? {
            if tag == key_tag {
                key_taken = key.merge(&self.key, tag, &mut entry)?;
            } else if tag == value_tag {
                taken = value.merge(&self.of.kind, tag, &mut entry)?;
            } else {
                entry.skip(tag)?;
            }
            // Where text is verified, a better one behind it mends nothing.
            if verifies
                && matches!(
                    (&key_taken, &taken),
                    (Taken::NotText, _) | (_, Taken::NotText)
                )
            {
                return Err(Fail);
            }
        }
        if matches!(key_taken, Taken::NotText) {
            return Ok(key_taken);
        }
        if let (Taken::Yes, DynamicValue::Scalar(key)) = (&taken, key) {
            self.entries.insert(MapKey::of(key).ok_or(Fail)?, value);
        }
        Ok(taken)
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
    fn merge(&mut self, kind: &Kind, tag: u32, decoder: &mut Decoder<'_>) -> Result<Taken, Fail> {
        match self {
            Self::Scalar(Value::String(text)) => {
                let before = *decoder;
                if decoder.string(text).is_err() {
                    *decoder = before;
                    decoder.bytes()?;
                    return Ok(Taken::NotText);
                }
            }
            Self::Scalar(Value::Bytes(bytes)) => decoder.byte_vec(bytes)?,
            Self::Scalar(scalar) => {
                with_number!(
                    kind,
                    scalar,
                    |K, held| K::merge(held, decoder)?,
                    return Err(Fail)
                );
            }
            Self::Enum(number, found) => {
                *number = decoder.varint()? as i32;
                if found.is_closed() && found.value_by_number(*number).is_none() {
                    return Ok(Taken::No);
                }
            }
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
        Ok(Taken::Yes)
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
}
