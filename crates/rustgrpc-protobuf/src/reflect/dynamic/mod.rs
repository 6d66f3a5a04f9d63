//! A message that needs no generated code: its descriptor says what it is.

mod codec;
mod field;

use std::collections::BTreeMap;
use std::fmt;

use super::{Field, Reflect};
use crate::debug::debug_message;
use crate::descriptor::{FieldDescriptor, MessageDescriptor};
use crate::text_format::display_message;
use crate::unknown::UnknownFields;

pub(crate) use codec::Form;
pub(crate) use field::DynamicField;

/// A message of any type that a descriptor describes. Mirrors what Python's
/// `message_factory.GetMessageClass(descriptor)()` makes.
///
/// ```
/// use rustgrpc_protobuf::Message;
/// use rustgrpc_protobuf::google::protobuf::Timestamp;
/// use rustgrpc_protobuf::reflect::DynamicMessage;
///
/// let message = DynamicMessage::parse(&Timestamp::descriptor(), b"\x08\x05").unwrap();
/// assert_eq!(message.to_string(), "seconds: 5\n");
/// assert_eq!(message.serialize(), b"\x08\x05");
/// ```
#[derive(Clone, PartialEq)]
pub struct DynamicMessage {
    descriptor: MessageDescriptor,
    /// The fields that were set or touched, by number.
    fields: BTreeMap<u32, DynamicField>,
    unknown_fields: UnknownFields,
}

impl DynamicMessage {
    /// A message with nothing set.
    pub fn new(descriptor: MessageDescriptor) -> Self {
        Self {
            descriptor,
            fields: BTreeMap::new(),
            unknown_fields: UnknownFields::default(),
        }
    }

    /// What the schema says of the message.
    pub fn descriptor(&self) -> &MessageDescriptor {
        &self.descriptor
    }

    /// The field, made if it is not there yet.
    fn slot(&mut self, field: &FieldDescriptor) -> &mut DynamicField {
        if let Some(oneof) = field.containing_oneof() {
            for other in oneof
                .fields()
                .filter(|other| other.number() != field.number())
            {
                self.fields.remove(&other.number());
            }
        }
        self.fields
            .entry(field.number())
            .or_insert_with(|| DynamicField::new(field))
    }
}

impl Reflect for DynamicMessage {
    fn message_descriptor(&self) -> MessageDescriptor {
        self.descriptor.clone()
    }

    fn field_by_number(&self, number: u32) -> Option<&dyn Field> {
        self.fields.get(&number).map(|field| field as &dyn Field)
    }

    fn field_by_number_mut(&mut self, number: u32) -> Option<&mut dyn Field> {
        let field = self.descriptor.field_by_number(number)?;
        Some(self.slot(&field))
    }

    fn unknown(&self) -> Option<&UnknownFields> {
        Some(&self.unknown_fields)
    }

    fn unknown_mut(&mut self) -> Option<&mut UnknownFields> {
        Some(&mut self.unknown_fields)
    }
}

impl fmt::Debug for DynamicMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_message(self, f)
    }
}

impl fmt::Display for DynamicMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display_message(self, f)
    }
}
