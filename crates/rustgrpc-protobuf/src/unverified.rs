//! How generated code reads strings that need not be UTF-8: those of proto2, and of editions that say so.
//!
//! C++ takes any bytes for them. A `String` cannot hold such bytes, so the field becomes an unknown
//! field, as a number does that a closed enum does not know: accepted, kept, and written again.

use std::any::TypeId;

use crate::enumeration::Enumeration;
use crate::kind::{Kind, Str};
use crate::map::MapLike;
use crate::unknown::UnknownFields;
use crate::wire::{Decoded, Decoder, Fail, push_default, wire_type};

impl Decoder<'_> {
    /// A field without presence.
    pub fn unverified_value(
        &mut self,
        tag: u32,
        value: &mut String,
        unknown: &mut UnknownFields,
    ) -> Decoded {
        let before = *self;
        self.value::<Str>(value).or_else(|_| {
            value.clear();
            self.keep_bytes(before, tag, unknown)
        })
    }

    /// A field with presence.
    pub fn unverified_optional(
        &mut self,
        tag: u32,
        value: &mut Option<String>,
        unknown: &mut UnknownFields,
    ) -> Decoded {
        let before = *self;
        self.optional::<Str>(value).or_else(|_| {
            *value = None;
            self.keep_bytes(before, tag, unknown)
        })
    }

    /// A member of a oneof.
    pub fn unverified_member<O>(
        &mut self,
        tag: u32,
        oneof: &mut Option<O>,
        member: impl FnOnce(String) -> O,
        unknown: &mut UnknownFields,
    ) -> Decoded {
        let before = *self;
        self.member::<Str, O>(oneof, member)
            .or_else(|_| self.keep_bytes(before, tag, unknown))
    }

    /// An element of a repeated field.
    pub fn unverified_repeated(
        &mut self,
        tag: u32,
        values: &mut Vec<String>,
        unknown: &mut UnknownFields,
    ) -> Decoded {
        let before = *self;
        self.reserve_run(tag, values);
        // One at a time: those before one that is refused are elements.
        self.string(push_default(values)).or_else(|_| {
            values.pop();
            self.keep_bytes(before, tag, unknown)
        })
    }

    /// An entry of a map with such strings; one in which a string is not UTF-8 is an unknown field, whole.
    pub fn unverified_map<K: Kind + 'static, V: Kind + 'static, M: MapLike<K::Value, V::Value>>(
        &mut self,
        tag: u32,
        map: &mut M,
        unknown: &mut UnknownFields,
    ) -> Decoded {
        if map.is_empty() {
            map.reserve(self.run_length(tag));
        }
        let before = *self;
        let mut entry = self.nested()?;
        let (mut key, mut value) = (K::Value::default(), V::Value::default());
        let (mut key_fits, mut value_fits) = (true, true);
        while let Some(tag) = entry.tag()? {
            if tag == 1 << 3 | K::WIRE_TYPE {
                key_fits = entry.part::<K>(&mut key)?;
            } else if tag == 2 << 3 | V::WIRE_TYPE {
                value_fits = entry.part::<V>(&mut value)?;
            } else {
                entry.skip(tag)?;
            }
        }
        if key_fits && value_fits {
            map.insert(key, value);
        } else {
            self.keep_since(before, tag, unknown);
        }
        Ok(())
    }

    /// The same for a map to a closed enum, where an unknown number makes an unknown field too.
    pub fn unverified_closed_map<
        K: Kind + 'static,
        E: Enumeration + 'static,
        M: MapLike<K::Value, E>,
    >(
        &mut self,
        tag: u32,
        map: &mut M,
        unknown: &mut UnknownFields,
    ) -> Decoded {
        let before = *self;
        let mut entry = self.nested()?;
        let (mut key, mut key_fits) = (K::Value::default(), true);
        let mut value = Some(E::default());
        while let Some(tag) = entry.tag()? {
            if tag == 1 << 3 | K::WIRE_TYPE {
                key_fits = entry.part::<K>(&mut key)?;
            } else if tag == 2 << 3 | wire_type::VARINT {
                value = E::from_known(entry.varint()? as i32);
            } else {
                entry.skip(tag)?;
            }
        }
        match value.filter(|_| key_fits) {
            Some(value) => map.insert(key, value),
            None => self.keep_since(before, tag, unknown),
        }
        Ok(())
    }

    /// Key or value of an entry; whether it fits its Rust type.
    fn part<K: Kind + 'static>(&mut self, value: &mut K::Value) -> Result<bool, Fail> {
        let before = *self;
        match K::merge(value, self) {
            Ok(()) => Ok(true),
            Err(Fail) if TypeId::of::<K>() == TypeId::of::<Str>() => {
                *self = before;
                self.bytes()?;
                Ok(false)
            }
            Err(Fail) => Err(Fail),
        }
    }

    /// Keeps what was refused, if its bytes are all there.
    #[cold]
    #[inline(never)]
    fn keep_bytes(&mut self, before: Self, tag: u32, unknown: &mut UnknownFields) -> Decoded {
        *self = before;
        self.bytes()?;
        self.keep_since(before, tag, unknown);
        Ok(())
    }

    fn keep_since(&self, before: Self, tag: u32, unknown: &mut UnknownFields) {
        let whole = before.rest();
        unknown.push(tag, &whole[..whole.len() - self.left()]);
    }
}
