//! What a JSON object's members go into: a message's fields and its extensions.

use std::collections::{BTreeMap, BTreeSet};

use super::extensions::Extension;
use crate::descriptor::FieldDescriptor;
use crate::reflect::{FieldMut, Reflect};

/// The message that is read, and its extensions until they are written.
pub(super) struct Target<'a> {
    pub(super) message: &'a mut dyn Reflect,
    pub(super) extensions: BTreeMap<u32, Extension>,
}

impl Target<'_> {
    /// The field, to be changed: a oneof's member becomes the one that is set.
    pub(super) fn contents(&mut self, field: &FieldDescriptor) -> Option<FieldMut<'_>> {
        let contents = if field.is_extension() {
            self.extension(field).field_mut()
        } else {
            self.message.field_by_number_mut(field.number())?
        };
        Some(contents.contents_mut())
    }

    pub(super) fn clear(&mut self, field: &FieldDescriptor) {
        if field.is_extension() {
            self.extension(field);
            return;
        }
        // To reach a oneof's member is to set it.
        if field.containing_oneof().is_some() {
            return;
        }
        match self.contents(field) {
            Some(FieldMut::Singular(slot)) => slot.clear(),
            Some(FieldMut::List(list)) => list.clear(),
            Some(FieldMut::Map(map)) => map.clear(),
            None => {}
        }
    }

    fn extension(&mut self, field: &FieldDescriptor) -> &mut Extension {
        self.extensions
            .entry(field.number())
            .or_insert_with(|| Extension::new(field.clone()))
    }
}

/// The numbers of fields and the indices of oneofs that a JSON object has named.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) fields: BTreeSet<u32>,
    pub(super) oneofs: BTreeSet<i32>,
}
