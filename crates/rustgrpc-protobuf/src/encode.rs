//! How generated code writes its fields: cardinality by method, type by [`Kind`].
//!
//! One description per message serves twice: run with a [`Counter`] it tells the size, run with a
//! [`Writer`](crate::wire::Writer) it writes. Fields come last first, because the writer fills its
//! buffer from the end; then the length of what is nested is known when its prefix is written, and
//! no size is computed ahead or cached.

use crate::kind::{Kind, Packable};
use crate::map::MapLike;
use crate::message::Codec;
use crate::unknown::UnknownFields;
use crate::wire::{varint_len, wire_type, with_written};

/// Where a message writes itself, last field first.
pub trait Encoder: Sized {
    /// The number of bytes written so far.
    fn written(&self) -> usize;
    /// A bare varint.
    fn varint(&mut self, value: u64);
    /// Four bytes, little-endian.
    fn fixed32(&mut self, value: u32);
    /// Eight bytes, little-endian.
    fn fixed64(&mut self, value: u64);
    /// Bytes as they are.
    fn raw(&mut self, bytes: &[u8]);

    /// A varint with its tag.
    #[inline]
    fn varint_field(&mut self, tag: u32, value: u64) {
        self.varint(value);
        self.varint(u64::from(tag));
    }

    /// Bytes with their length and tag.
    #[inline]
    fn bytes_field(&mut self, tag: u32, bytes: &[u8]) {
        self.raw(bytes);
        self.varint_field(tag, bytes.len() as u64);
    }

    /// The length and the tag of all that was written since `end`.
    #[inline]
    fn close(&mut self, number: u32, end: usize) {
        let length = self.written() - end;
        self.varint_field(number << 3 | wire_type::LEN, length as u64);
    }

    /// A message of another generator.
    fn foreign(&mut self, message: &impl prost::Message) {
        self.raw(&message.encode_to_vec());
    }

    /// All fields of a message that has no code of its own for it.
    fn by_table<M: Codec>(&mut self, message: &M);

    /// A field that is written whatever its value: a member of a oneof.
    #[inline]
    fn value<K: Kind>(&mut self, number: u32, value: &K::Value) {
        K::write(number, value, self);
    }

    /// A field without presence: written unless it has its type's default.
    #[inline]
    fn implicit<K: Kind>(&mut self, number: u32, value: &K::Value) {
        if !K::is_default(value) {
            K::write(number, value, self);
        }
    }

    /// A field with presence.
    #[inline]
    fn optional<K: Kind>(&mut self, number: u32, value: &Option<K::Value>) {
        if let Some(value) = value {
            K::write(number, value, self);
        }
    }

    /// A repeated field, each element with a tag of its own.
    #[inline]
    fn repeated<K: Kind>(&mut self, number: u32, values: &[K::Value]) {
        for value in values.iter().rev() {
            K::write(number, value, self);
        }
    }

    /// A repeated field with all elements under one tag.
    #[inline]
    fn packed<K: Packable>(&mut self, number: u32, values: &[K::Value]) {
        if !values.is_empty() {
            let end = self.written();
            for value in values.iter().rev() {
                K::put(value, self);
            }
            self.close(number, end);
        }
    }

    /// A map: a message of key and value per entry, both always written, as C++ does.
    #[inline]
    fn map<K: Kind, V: Kind, M: MapLike<K::Value, V::Value>>(&mut self, number: u32, entries: &M) {
        for (key, value) in entries.entries() {
            let end = self.written();
            V::write(2, value, self);
            K::write(1, key, self);
            self.close(number, end);
        }
    }

    /// The fields that the schema did not know.
    #[inline]
    fn unknown(&mut self, fields: &UnknownFields) {
        if !fields.is_empty() {
            self.raw(fields.as_bytes());
        }
    }
}

/// Tells the size of what would be written.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    length: usize,
}

impl Encoder for Counter {
    #[inline(always)]
    fn written(&self) -> usize {
        self.length
    }

    #[inline(always)]
    fn varint(&mut self, value: u64) {
        self.length += varint_len(value);
    }

    #[inline(always)]
    fn fixed32(&mut self, _value: u32) {
        self.length += 4;
    }

    #[inline(always)]
    fn fixed64(&mut self, _value: u64) {
        self.length += 8;
    }

    #[inline(always)]
    fn raw(&mut self, bytes: &[u8]) {
        self.length += bytes.len();
    }

    fn foreign(&mut self, message: &impl prost::Message) {
        self.length += message.encoded_len();
    }

    fn by_table<M: Codec>(&mut self, message: &M) {
        // As long to find out as to write.
        self.length += with_written(|writer| writer.by_table(message), <[u8]>::len);
    }
}
