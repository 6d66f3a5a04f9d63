//! How the Rust types of fields read and write themselves by a table.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use super::{Field, Merged, Taken};
use crate::descriptor::Place;
use crate::encode::Encoder;
use crate::google::protobuf::descriptor_pb2::field_descriptor_proto::Type;
use crate::map::MapLike;
use crate::message::Codec;
use crate::reflect::Singular;
use crate::wire::{Decoded, Decoder, Fail, Writer, push_default, wire_type};

/// A message whose type is not known, as what reads and writes it sees it.
pub(crate) trait Coding {
    fn place(&self) -> Place;
    /// Writes all fields, last first.
    fn write(&self, writer: &mut Writer<'_>);
    /// Merges all fields that are left.
    fn merge(&mut self, decoder: Decoder<'_>) -> Decoded;
    /// As [`Codec::coded`].
    fn coded(&self, number: u32) -> Option<&dyn Coded>;
    /// As [`Codec::coded_mut`].
    fn coded_mut(&mut self, number: u32) -> Option<&mut dyn Coded>;
}

impl<M: Codec> Coding for M {
    fn place(&self) -> Place {
        M::place()
    }

    fn write(&self, writer: &mut Writer<'_>) {
        self.encode(writer);
    }

    fn merge(&mut self, decoder: Decoder<'_>) -> Decoded {
        decoder.fields(self)
    }

    fn coded(&self, number: u32) -> Option<&dyn Coded> {
        Codec::coded(self, number)
    }

    fn coded_mut(&mut self, number: u32) -> Option<&mut dyn Coded> {
        Codec::coded_mut(self, number)
    }
}

/// A field that reads and writes itself.
pub trait Coded {
    /// Reads the value whose tag has been read.
    fn merge(&mut self, field: &Field, tag: u32, decoder: &mut Decoder<'_>) -> Merged;
    /// Writes what it holds.
    fn write(&self, field: &Field, writer: &mut Writer<'_>);
}

impl<T: Singular> Coded for T {
    fn merge(&mut self, field: &Field, tag: u32, decoder: &mut Decoder<'_>) -> Merged {
        self.merge_one(&field.of, tag, decoder)
    }

    fn write(&self, field: &Field, writer: &mut Writer<'_>) {
        if field.has_presence || !self.is_implied() {
            self.write_one(field.number, &field.of, writer);
        }
    }
}

impl<T: Singular> Coded for Option<T> {
    fn merge(&mut self, field: &Field, tag: u32, decoder: &mut Decoder<'_>) -> Merged {
        let was_set = self.is_some();
        let value = self.get_or_insert_with(T::default);
        let taken = value.merge_one(&field.of, tag, decoder)?;
        // An enum keeps what it was; text does not.
        if taken == Taken::No && (!was_set || field.of.ty == Type::STRING) {
            *self = None;
        }
        Ok(taken)
    }

    fn write(&self, field: &Field, writer: &mut Writer<'_>) {
        if let Some(value) = self {
            value.write_one(field.number, &field.of, writer);
        }
    }
}

impl<T: Singular> Coded for Vec<T> {
    fn merge(&mut self, field: &Field, tag: u32, decoder: &mut Decoder<'_>) -> Merged {
        if tag & 7 == wire_type::LEN && field.of.is_packable() {
            T::merge_packed(self, &field.of, decoder)?;
            return Ok(Taken::Yes);
        }
        loop {
            decoder.reserve_run(tag, self);
            if push_default(self).merge_one(&field.of, tag, decoder)? == Taken::No {
                self.pop();
                return Ok(Taken::No);
            }
            // One at a time where one may be refused: those before it are elements.
            if !field.is_plain || !decoder.take_tag(tag) {
                return Ok(Taken::Yes);
            }
        }
    }

    fn write(&self, field: &Field, writer: &mut Writer<'_>) {
        if self.is_empty() {
            return;
        }
        if field.is_packed() {
            let end = writer.written();
            T::write_packed(self, &field.of, writer);
            writer.close(field.number, end);
        } else {
            for value in self.iter().rev() {
                value.write_one(field.number, &field.of, writer);
            }
        }
    }
}

impl<K: Singular + Eq + Hash, V: Singular, S: BuildHasher> Coded for HashMap<K, V, S> {
    fn merge(&mut self, field: &Field, _: u32, decoder: &mut Decoder<'_>) -> Merged {
        merge_entry(self, field, decoder)
    }

    fn write(&self, field: &Field, writer: &mut Writer<'_>) {
        write_entries(self, field, writer);
    }
}

impl<K: Singular + Ord, V: Singular> Coded for BTreeMap<K, V> {
    fn merge(&mut self, field: &Field, _: u32, decoder: &mut Decoder<'_>) -> Merged {
        merge_entry(self, field, decoder)
    }

    fn write(&self, field: &Field, writer: &mut Writer<'_>) {
        write_entries(self, field, writer);
    }
}

/// An entry of a map. What is missing in it has its default; of two with one key the last counts.
fn merge_entry<K: Singular, V: Singular>(
    map: &mut impl MapLike<K, V>,
    field: &Field,
    decoder: &mut Decoder<'_>,
) -> Merged {
    let key_type = field.key().ok_or(Fail)?;
    let mut entry = decoder.nested()?;
    let (mut key, mut value) = (K::default(), V::default());
    let (mut key_taken, mut taken) = (Taken::Yes, Taken::Yes);
    while let Some(tag) = entry.tag()? {
        if tag == 1 << 3 | key_type.wire_type {
            key_taken = key.merge_one(key_type, tag, &mut entry)?;
        } else if tag == 2 << 3 | field.of.wire_type {
            taken = value.merge_one(&field.of, tag, &mut entry)?;
        } else {
            entry.skip(tag)?;
        }
    }
    if key_taken == Taken::No || taken == Taken::No {
        return Ok(Taken::No);
    }
    map.insert(key, value);
    Ok(Taken::Yes)
}

fn write_entries<K: Singular, V: Singular>(
    map: &impl MapLike<K, V>,
    field: &Field,
    writer: &mut Writer<'_>,
) {
    let Some(key_type) = field.key() else {
        return;
    };
    for (key, value) in map.entries() {
        let end = writer.written();
        value.write_one(2, &field.of, writer);
        key.write_one(1, key_type, writer);
        writer.close(field.number, end);
    }
}
