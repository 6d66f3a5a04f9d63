//! Fields that the schema did not know: kept as they came, written again, compared.

use std::fmt;

use crate::reflect::message_set::Item;
use crate::wire::{Decoder, RECURSION_LIMIT, wire_type};

/// The fields of a message that its schema did not know, in the order they came.
///
/// One word; empty without an allocation. Mirrors Python's `UnknownFieldSet`.
///
/// ```
/// use rustgrpc_protobuf::{UnknownFields, UnknownValue};
///
/// let fields = UnknownFields::from_bytes(b"\x50\x07").unwrap();
/// let (number, value) = fields.iter().next().unwrap();
/// assert_eq!((number, value), (10, UnknownValue::Varint(7)));
/// ```
#[derive(Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownFields {
    // Boxed, so that a message pays one word for what it rarely has.
    #[expect(
        clippy::box_collection,
        reason = "one word instead of three in every message"
    )]
    bytes: Option<Box<Vec<u8>>>,
}

impl Clone for UnknownFields {
    /// Few messages have any. That their copy is made elsewhere keeps a small message's `clone` small enough to be inlined, where
    /// it spares that message a way through memory.
    #[inline]
    fn clone(&self) -> Self {
        #[cold]
        #[inline(never)]
        fn copy(fields: &UnknownFields) -> UnknownFields {
            UnknownFields {
                bytes: fields.bytes.clone(),
            }
        }

        if self.is_empty() {
            Self::default()
        } else {
            copy(self)
        }
    }
}

/// The value of an unknown field, as far as the wire tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownValue<'a> {
    /// A varint.
    Varint(u64),
    /// Four bytes.
    Fixed32(u32),
    /// Eight bytes.
    Fixed64(u64),
    /// A string, bytes, a message or packed numbers.
    LengthDelimited(&'a [u8]),
    /// The fields of a group, without its tags.
    Group(&'a [u8]),
}

impl UnknownFields {
    /// The number by which generated code knows a message's unknown fields: no field has it.
    pub(crate) const NUMBER: u32 = 0;

    /// The fields in `bytes`, or `None` if they are not well-formed.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut decoder = Decoder::new(bytes, RECURSION_LIMIT);
        while let Some(tag) = decoder.tag().ok()? {
            decoder.skip(tag).ok()?;
        }
        let bytes = (!bytes.is_empty()).then(|| Box::new(bytes.to_vec()));
        Some(Self { bytes })
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_none()
    }

    /// The fields as they stand on the wire.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_deref().map_or(&[], Vec::as_slice)
    }

    /// Forgets them all (`DiscardUnknownFields` in Python, for this message alone).
    pub fn clear(&mut self) {
        self.bytes = None;
    }

    /// The values of the fields with this number, in the order they came.
    pub fn by_number(&self, number: u32) -> impl Iterator<Item = UnknownValue<'_>> {
        self.iter()
            .filter(move |&(found, _)| found == number)
            .map(|(_, value)| value)
    }

    /// Whether an extension with this number is here, in a message set as an item.
    pub(crate) fn holds(&self, number: u32, in_message_set: bool) -> bool {
        self.iter().any(|(found, value)| match value {
            UnknownValue::Group(group) if in_message_set && found == 1 => {
                Item::of_group(group).number == Some(number)
            }
            _ => found == number,
        })
    }

    /// Forgets the fields with this number.
    pub fn remove(&mut self, number: u32) {
        self.retain(|found, _| found != number);
    }

    /// Adds the fields in `bytes` behind those that are here.
    ///
    /// Gives `false`, and adds nothing, if the bytes are not well-formed fields.
    pub fn append(&mut self, bytes: &[u8]) -> bool {
        match Self::from_bytes(bytes) {
            Some(_) => {
                self.append_written(bytes);
                true
            }
            None => false,
        }
    }

    /// As [`append`](Self::append), for bytes that were read or written as fields just now.
    pub(crate) fn append_written(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.bytes.get_or_insert_default().extend_from_slice(bytes);
        }
    }

    /// Keeps the fields for which `keep` says so.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(u32, &UnknownValue<'_>) -> bool) {
        let mut kept = Vec::new();
        let mut fields = self.iter();
        loop {
            let before = fields.decoder.rest();
            let Some((number, value)) = fields.next() else {
                break;
            };
            if keep(number, &value) {
                kept.extend_from_slice(&before[..before.len() - fields.decoder.left()]);
            }
        }
        if kept.len() < self.as_bytes().len() {
            self.bytes = (!kept.is_empty()).then(|| Box::new(kept));
        }
    }

    /// Number and value of each field.
    pub fn iter(&self) -> UnknownFieldsIter<'_> {
        UnknownFieldsIter {
            decoder: Decoder::new(self.as_bytes(), RECURSION_LIMIT),
        }
    }

    /// Adds a field by its tag and the bytes behind it.
    pub(crate) fn push(&mut self, tag: u32, value: &[u8]) {
        let bytes = self.bytes.get_or_insert_default();
        push_varint(bytes, u64::from(tag));
        bytes.extend_from_slice(value);
    }

    pub(crate) fn push_bytes(&mut self, number: u32, value: &[u8]) {
        let bytes = self.bytes.get_or_insert_default();
        push_varint(bytes, u64::from(number << 3 | wire_type::LEN));
        push_varint(bytes, value.len() as u64);
        bytes.extend_from_slice(value);
    }

    pub(crate) fn push_varint(&mut self, tag: u32, value: u64) {
        let bytes = self.bytes.get_or_insert_default();
        push_varint(bytes, u64::from(tag));
        push_varint(bytes, value);
    }
}

fn push_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

impl<'a> IntoIterator for &'a UnknownFields {
    type Item = (u32, UnknownValue<'a>);
    type IntoIter = UnknownFieldsIter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for UnknownFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

/// Number and value of each unknown field.
#[derive(Clone, Debug)]
pub struct UnknownFieldsIter<'a> {
    decoder: Decoder<'a>,
}

impl<'a> Iterator for UnknownFieldsIter<'a> {
    type Item = (u32, UnknownValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        // What is stored was read field by field, so it cannot fail here.
        let decoder = &mut self.decoder;
        let tag = decoder.tag().ok()??;
        let value = match tag & 7 {
            wire_type::VARINT => UnknownValue::Varint(decoder.varint().ok()?),
            wire_type::FIXED32 => UnknownValue::Fixed32(decoder.fixed32().ok()?),
            wire_type::FIXED64 => UnknownValue::Fixed64(decoder.fixed64().ok()?),
            wire_type::LEN => UnknownValue::LengthDelimited(decoder.bytes().ok()?),
            _ => {
                let before = decoder.rest();
                decoder.skip(tag).ok()?;
                let whole = &before[..before.len() - decoder.left()];
                UnknownValue::Group(without_end_tag(whole))
            }
        };
        Some((tag >> 3, value))
    }
}

/// Takes away the last varint: its last byte, and those before it that continue.
fn without_end_tag(group: &[u8]) -> &[u8] {
    let (_, before) = group.split_last().unwrap_or((&0, &[]));
    let continued = before
        .iter()
        .rev()
        .take_while(|&&byte| byte >= 0x80)
        .count();
    &before[..before.len() - continued]
}
