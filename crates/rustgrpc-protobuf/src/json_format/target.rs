//! What a JSON object's members go into: a message's fields and its extensions.

use std::collections::BTreeSet;

use crate::descriptor::{FieldDescriptor, Kind};
use crate::reflect::message_set::Item;
use crate::reflect::{DynamicMessage, FieldMut, Reflect};
use crate::unknown::UnknownValue;

/// The message that is read into.
pub(super) struct Target<'a> {
    pub(super) message: &'a mut dyn Reflect,
    /// Extensions that the message will keep among its unknown fields.
    carried: Option<DynamicMessage>,
    /// The numbers of those that replace what is there.
    replaced: BTreeSet<u32>,
}

impl<'a> Target<'a> {
    pub(super) fn new(message: &'a mut dyn Reflect) -> Self {
        Self {
            message,
            carried: None,
            replaced: BTreeSet::new(),
        }
    }

    /// The field, to be changed: a oneof's member becomes the one that is set.
    pub(super) fn contents(&mut self, field: &FieldDescriptor) -> Option<FieldMut<'_>> {
        let contents = if !field.is_extension() {
            self.message.field_by_number_mut(field.number())?
        } else if self.has_place_for(field) {
            self.message.extension_mut(field)?
        } else {
            // A message is merged with what is there, by standing behind it.
            if field.is_repeated() || !matches!(field.kind(), Kind::Message(_)) {
                self.replaced.insert(field.number());
            }
            let descriptor = self.message.message_descriptor();
            let carried = self
                .carried
                .get_or_insert_with(|| DynamicMessage::new(descriptor));
            carried.extension_mut(field)?
        };
        Some(contents.contents_mut())
    }

    pub(super) fn clear(&mut self, field: &FieldDescriptor) {
        if !field.is_extension() || self.has_place_for(field) {
            self.message.clear_by_number(field.number());
        } else {
            self.replaced.insert(field.number());
        }
    }

    /// Puts the extensions among the unknown fields, once all have been read.
    pub(super) fn finish(self) {
        let is_message_set = self.message.message_descriptor().is_message_set();
        let Some(unknown) = self.message.unknown_mut() else {
            return;
        };
        if !self.replaced.is_empty() {
            unknown.retain(|number, value| {
                let number = match value {
                    UnknownValue::Group(group) if is_message_set && number == 1 => {
                        Item::of_group(group).number.unwrap_or(number)
                    }
                    _ => number,
                };
                !self.replaced.contains(&number)
            });
        }
        if let Some(carried) = &self.carried {
            unknown.append_written(&carried.serialize());
        }
    }

    /// Whether the message holds this extension as a field, and not among the unknown ones.
    fn has_place_for(&mut self, extension: &FieldDescriptor) -> bool {
        let is_message_set = self.message.message_descriptor().is_message_set();
        let is_unknown = self
            .message
            .unknown()
            .is_some_and(|unknown| unknown.holds(extension.number(), is_message_set));
        !is_unknown && self.message.extension_mut(extension).is_some()
    }
}

/// The numbers of fields and the indices of oneofs that a JSON object has named.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) fields: BTreeSet<u32>,
    pub(super) oneofs: BTreeSet<i32>,
}
