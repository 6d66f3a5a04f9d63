//! How generated code reads its fields: cardinality by method, type by [`Kind`].

use crate::enumeration::Enumeration;
use crate::kind::{Kind, Packable};
use crate::map::MapLike;
use crate::unknown::UnknownFields;
use crate::wire::{Decoded, Decoder, FAILED, Fail, wire_type};

impl Decoder<'_> {
    /// A field without presence, or the target of a message field.
    #[inline(always)]
    pub fn value<K: Kind>(&mut self, value: &mut K::Value) -> Decoded {
        K::merge(value, self)
    }

    /// A field with presence.
    #[inline(always)]
    pub fn optional<K: Kind>(&mut self, value: &mut Option<K::Value>) -> Decoded {
        K::merge(value.get_or_insert_default(), self)
    }

    /// A member of a oneof that is not a message: it takes the place of whatever is set.
    #[inline(always)]
    pub fn member<K: Kind, O>(
        &mut self,
        oneof: &mut Option<O>,
        member: impl FnOnce(K::Value) -> O,
    ) -> Decoded {
        let mut value = K::Value::default();
        K::merge(&mut value, self)?;
        *oneof = Some(member(value));
        Ok(())
    }

    /// An element of a repeated field, and those with the same tag that follow it.
    #[inline(always)]
    pub fn repeated<K: Kind>(&mut self, tag: u32, values: &mut Vec<K::Value>) -> Decoded {
        K::push(tag, values, self)
    }

    /// All elements of a packed field.
    #[inline(always)]
    pub fn packed<K: Packable>(&mut self, values: &mut Vec<K::Value>) -> Decoded {
        K::merge_packed(values, self)
    }

    /// An entry of a map, and those that follow it. What is missing in one has its default; of two with one key the
    /// last counts.
    #[inline(always)]
    pub fn map<K: Kind, V: Kind, M: MapLike<K::Value, V::Value>>(
        &mut self,
        tag: u32,
        map: &mut M,
    ) -> Decoded {
        self.entries::<K, V, M>(tag, map)
    }

    /// A field that the schema does not know, or knows with another wire type: it is kept as it is.
    #[inline(always)]
    pub fn unknown(&mut self, tag: u32, fields: &mut UnknownFields) -> Decoded {
        *self = keep_unknown(*self, tag, fields)?;
        Ok(())
    }

    /// A closed enum's field with presence: an unknown number is an unknown field.
    pub fn closed_optional<E: Enumeration>(
        &mut self,
        tag: u32,
        value: &mut Option<E>,
        unknown: &mut UnknownFields,
    ) -> Decoded {
        if let Some(known) = self.closed(tag, unknown)? {
            *value = Some(known);
        }
        Ok(())
    }

    /// A closed enum as a member of a oneof.
    pub fn closed_member<E: Enumeration, O>(
        &mut self,
        tag: u32,
        oneof: &mut Option<O>,
        member: impl FnOnce(E) -> O,
        unknown: &mut UnknownFields,
    ) -> Decoded {
        if let Some(known) = self.closed(tag, unknown)? {
            *oneof = Some(member(known));
        }
        Ok(())
    }

    /// An element of a repeated closed enum.
    pub fn closed_repeated<E: Enumeration>(
        &mut self,
        tag: u32,
        values: &mut Vec<E>,
        unknown: &mut UnknownFields,
    ) -> Decoded {
        values.extend(self.closed::<E>(tag, unknown)?);
        Ok(())
    }

    /// A packed closed enum; each unknown number becomes an unknown field of its own, as in C++.
    pub fn closed_packed<E: Enumeration>(
        &mut self,
        tag: u32,
        values: &mut Vec<E>,
        unknown: &mut UnknownFields,
    ) -> Decoded {
        let mut packed = self.nested_scalars()?;
        while !packed.is_at_end() {
            values.extend(packed.closed::<E>(tag & !7 | wire_type::VARINT, unknown)?);
        }
        Ok(())
    }

    /// An entry of a map to a closed enum; one with an unknown number is an unknown field, whole.
    pub fn closed_map<K: Kind, E: Enumeration, M: MapLike<K::Value, E>>(
        &mut self,
        tag: u32,
        map: &mut M,
        unknown: &mut UnknownFields,
    ) -> Decoded {
        let before = self.rest();
        let mut entry = self.nested()?;
        let (mut key, mut number) = (K::Value::default(), None);
        while let Some(tag) = entry.tag()? {
            if tag == 1 << 3 | K::WIRE_TYPE {
                K::merge(&mut key, &mut entry)?;
            } else if tag == 2 << 3 | wire_type::VARINT {
                number = Some(entry.varint()? as i32);
            } else {
                entry.skip(tag)?;
            }
        }
        match number.map_or_else(|| Some(E::default()), E::from_known) {
            Some(value) => map.insert(key, value),
            None => unknown.push(tag, &before[..before.len() - self.left()]),
        }
        Ok(())
    }

    fn closed<E: Enumeration>(
        &mut self,
        tag: u32,
        unknown: &mut UnknownFields,
    ) -> Result<Option<E>, Fail> {
        let raw = self.varint()?;
        let known = E::from_known(raw as i32);
        if known.is_none() {
            // With the bits that the enum has no room for: another schema may have a wider type.
            unknown.push_varint(tag, raw);
        }
        Ok(known)
    }
}

/// Skips a field and keeps its bytes; gives the cursor behind it. By value, as all slow paths are.
#[cold]
#[inline(never)]
fn keep_unknown<'a>(
    mut decoder: Decoder<'a>,
    tag: u32,
    fields: &mut UnknownFields,
) -> Result<Decoder<'a>, Fail> {
    let before = decoder.rest();
    decoder.skip(tag)?;
    fields.push(tag, &before[..before.len() - decoder.left()]);
    Ok(decoder)
}

/// Reads fields by comparing tags in the schema's order, which is that on the wire: a field that is there costs a
/// branch that is predicted, one that is not there a comparison. Fields in another order take another pass.
#[doc(hidden)]
#[macro_export]
macro_rules! __decode_in_order {
    ($tag:ident, $decoder:ident, { $($known:literal => $read:expr;)* _ => $unknown:expr $(;)? }) => {
        loop {
            let before = $decoder.left();
            $(if $tag == $known {
                $tag = $crate::codegen::next_tag($read, $decoder);
            })*
            if $tag == $crate::codegen::END {
                return $tag;
            }
            if $decoder.left() == before {
                if $decoder.is_end($tag) {
                    return $tag;
                }
                $tag = $crate::codegen::next_tag($unknown, $decoder);
            }
        }
    };
}

/// Reads fields each by a jump: for messages of so many that comparing tags one by one would take longer.
#[doc(hidden)]
#[macro_export]
macro_rules! __decode_each {
    ($tag:ident, $decoder:ident, { $($known:literal => $read:expr;)* _ => $unknown:expr $(;)? }) => {
        loop {
            $tag = $crate::codegen::next_tag(
                match $tag {
                    $($known => $read,)*
                    _ if $decoder.is_end($tag) => return $tag,
                    _ => $unknown,
                },
                $decoder,
            );
        }
    };
}

/// The tag behind a field, or what stands for it if the field could not be read.
#[inline(always)]
pub fn next_tag(read: Decoded, decoder: &mut Decoder<'_>) -> u32 {
    match read {
        Ok(()) => decoder.next_tag(),
        Err(Fail) => FAILED,
    }
}
