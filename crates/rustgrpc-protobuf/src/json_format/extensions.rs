//! Extensions, which generated messages keep among their unknown fields.

use std::collections::{BTreeMap, btree_map};

use super::types::Types;
use crate::descriptor::{FieldDescriptor, MessageDescriptor};
use crate::reflect::{DynamicField, Field, FieldRef, Reflect, ValueRef};
use crate::unknown::UnknownFields;
use crate::wire::{Decoder, RECURSION_LIMIT, Writer, wire_type};

/// An extension and what it holds.
pub(super) struct Extension {
    descriptor: FieldDescriptor,
    field: DynamicField,
}

impl Extension {
    pub(super) fn new(descriptor: FieldDescriptor) -> Self {
        let field = DynamicField::new(&descriptor, None);
        Self { descriptor, field }
    }

    pub(super) fn descriptor(&self) -> &FieldDescriptor {
        &self.descriptor
    }

    pub(super) fn contents(&self) -> FieldRef<'_> {
        self.field.contents()
    }

    pub(super) fn field_mut(&mut self) -> &mut dyn Field {
        &mut self.field
    }

    fn is_empty(&self) -> bool {
        match self.contents() {
            FieldRef::Absent => true,
            FieldRef::Singular(_) => false,
            FieldRef::List(list) => list.is_empty(),
            FieldRef::Map(map) => map.is_empty(),
        }
    }

    /// Merges a value; bytes that are none of this extension's leave it as it was.
    fn merge(&mut self, tag: u32, value: &[u8]) {
        let decoder = Decoder::new(value, RECURSION_LIMIT);
        // Tried on an empty field first: what fails half-way must leave no trace.
        let mut trial = DynamicField::new(&self.descriptor, None);
        if trial
            .decode(&self.descriptor, tag, &mut { decoder })
            .is_ok()
        {
            let decoded = self.field.decode(&self.descriptor, tag, &mut { decoder });
            debug_assert!(decoded.is_ok(), "the same bytes were read before");
        }
    }
}

/// The extensions that a message's unknown fields hold, by number.
pub(super) fn read_all(
    message: &dyn Reflect,
    descriptor: &MessageDescriptor,
    types: &Types<'_>,
) -> Vec<Extension> {
    let Some(unknown) = message.unknown().filter(|unknown| !unknown.is_empty()) else {
        return Vec::new();
    };
    let mut found: BTreeMap<u32, Extension> = BTreeMap::new();
    for entry in entries(unknown, descriptor) {
        if !descriptor.is_extension_number(entry.number) {
            continue;
        }
        let extension = match found.entry(entry.number) {
            btree_map::Entry::Occupied(known) => known.into_mut(),
            btree_map::Entry::Vacant(new) => {
                match types.extension_by_number(descriptor, entry.number) {
                    Some(extension) => new.insert(Extension::new(extension)),
                    None => continue,
                }
            }
        };
        extension.merge(entry.tag, entry.value);
    }
    let set = found
        .into_values()
        .filter(|extension| !extension.is_empty());
    set.collect()
}

/// Puts extensions that were parsed among a message's unknown fields; one that holds nothing is
/// cleared. Messages are merged into what is there, all else replaces it.
pub(super) fn write_all(
    message: &mut dyn Reflect,
    descriptor: &MessageDescriptor,
    extensions: &BTreeMap<u32, Extension>,
) {
    let Some(unknown) = message.unknown_mut() else {
        return;
    };
    let mut bytes = Vec::new();
    for entry in entries(unknown, descriptor) {
        let replaced = extensions.get(&entry.number).is_some_and(|extension| {
            let merges = matches!(
                extension.contents(),
                FieldRef::Singular(ValueRef::Message(_))
            );
            !merges
        });
        if !replaced {
            bytes.extend_from_slice(entry.whole);
        }
    }
    for extension in extensions.values() {
        let mut writer = Writer::new(Vec::new());
        extension.field.encode(&extension.descriptor, &mut writer);
        if descriptor.is_message_set() {
            append_item(extension.descriptor.number(), writer.as_slice(), &mut bytes);
        } else {
            bytes.extend_from_slice(writer.as_slice());
        }
    }
    *unknown = UnknownFields::from_bytes(&bytes).unwrap_or_default();
}

/// A field among the unknown ones.
struct Entry<'a> {
    number: u32,
    tag: u32,
    /// What stands behind the tag.
    value: &'a [u8],
    whole: &'a [u8],
}

fn entries<'a>(unknown: &'a UnknownFields, descriptor: &MessageDescriptor) -> Vec<Entry<'a>> {
    let mut decoder = Decoder::new(unknown.as_bytes(), RECURSION_LIMIT);
    let mut entries = Vec::new();
    let is_message_set = descriptor.is_message_set();
    loop {
        let start = decoder.rest();
        let Ok(Some(tag)) = decoder.tag() else {
            return entries;
        };
        let behind_tag = decoder.rest();
        if decoder.skip(tag).is_err() {
            return entries;
        }
        let whole = &start[..start.len() - decoder.left()];
        let value = &behind_tag[..behind_tag.len() - decoder.left()];
        let item = is_message_set && tag == ITEM << 3 | wire_type::START_GROUP;
        let entry = item.then(|| item_of(value, whole)).flatten();
        entries.push(entry.unwrap_or(Entry {
            number: tag >> 3,
            tag,
            value,
            whole,
        }));
    }
}

/// The numbers of a message set's wire format: a group per item, of the type's number and a message.
const ITEM: u32 = 1;
const TYPE_ID: u32 = 2;
const MESSAGE: u32 = 3;

/// An item of a message set as if it were a field.
fn item_of<'a>(group: &'a [u8], whole: &'a [u8]) -> Option<Entry<'a>> {
    let mut decoder = Decoder::new(group, RECURSION_LIMIT);
    let (mut number, mut message) = (None, None);
    while let Ok(Some(tag)) = decoder.tag() {
        let behind_tag = decoder.rest();
        if tag == TYPE_ID << 3 | wire_type::VARINT {
            number = u32::try_from(decoder.varint().ok()?).ok();
        } else if tag & 7 == wire_type::END_GROUP {
            break;
        } else {
            decoder.skip(tag).ok()?;
            if tag == MESSAGE << 3 | wire_type::LEN {
                message = Some(&behind_tag[..behind_tag.len() - decoder.left()]);
            }
        }
    }
    let number = number.filter(|&number| number <= u32::MAX >> 3)?;
    Some(Entry {
        number,
        tag: number << 3 | wire_type::LEN,
        value: message?,
        whole,
    })
}

/// A field with a length as an item of a message set.
fn append_item(number: u32, field: &[u8], bytes: &mut Vec<u8>) {
    let mut decoder = Decoder::new(field, RECURSION_LIMIT);
    if !matches!(decoder.tag(), Ok(Some(_))) {
        return;
    }
    let mut item = UnknownFields::default();
    item.push_varint(ITEM << 3 | wire_type::START_GROUP, u64::from(TYPE_ID << 3));
    bytes.extend_from_slice(item.as_bytes());
    let mut message = UnknownFields::default();
    message.push_varint(number, u64::from(MESSAGE << 3 | wire_type::LEN));
    bytes.extend_from_slice(message.as_bytes());
    bytes.extend_from_slice(decoder.rest());
    bytes.push((ITEM << 3 | wire_type::END_GROUP) as u8);
}
