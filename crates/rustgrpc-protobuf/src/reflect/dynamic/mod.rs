//! A message that needs no generated code: its descriptor says what it is.

mod codec;
mod field;
pub(crate) mod message_set;

use std::collections::BTreeMap;
use std::fmt;

use prost::DecodeError;

use super::{Field, Reflect};
use crate::debug::debug_message;
use crate::descriptor::{DescriptorPool, FieldDescriptor, MessageDescriptor};
use crate::text_format::display_message;
use crate::unknown::UnknownFields;

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
///
/// Made with a pool, it reads the extensions that the pool knows as fields of their own, in the
/// messages within it too:
///
/// ```
/// use rustgrpc_protobuf::google::protobuf::descriptor_pb2::{self, MessageOptions};
/// use rustgrpc_protobuf::reflect::DynamicMessage;
/// use rustgrpc_protobuf::{DescriptorPool, Message};
///
/// let mut pool = DescriptorPool::new();
/// pool.add(&descriptor_pb2::DESCRIPTOR);
/// let options = MessageOptions::new().with_map_entry(true);
/// let mut dynamic = DynamicMessage::with_pool(MessageOptions::descriptor(), &pool);
/// dynamic.merge(&options.serialize()).unwrap();
/// assert_eq!(dynamic.to_string(), "map_entry: true\n");
/// ```
#[derive(Clone)]
pub struct DynamicMessage {
    descriptor: MessageDescriptor,
    /// The fields that were set or touched, by number.
    fields: BTreeMap<u32, DynamicField>,
    /// The descriptors of those that are extensions.
    extensions: BTreeMap<u32, FieldDescriptor>,
    /// What knows the extensions of this message and those within.
    pool: Option<DescriptorPool>,
    unknown_fields: UnknownFields,
}

impl DynamicMessage {
    /// A message with nothing set.
    pub fn new(descriptor: MessageDescriptor) -> Self {
        Self::of(descriptor, None)
    }

    /// A message with nothing set, which reads the extensions that `pool` knows.
    pub fn with_pool(descriptor: MessageDescriptor, pool: &DescriptorPool) -> Self {
        Self::of(descriptor, Some(pool.clone()))
    }

    fn of(descriptor: MessageDescriptor, pool: Option<DescriptorPool>) -> Self {
        Self {
            descriptor,
            fields: BTreeMap::new(),
            extensions: BTreeMap::new(),
            pool,
            unknown_fields: UnknownFields::default(),
        }
    }

    /// What the schema says of the message.
    pub fn descriptor(&self) -> &MessageDescriptor {
        &self.descriptor
    }

    /// The field or extension with this number, as far as this message can know.
    fn field_descriptor(&self, number: u32) -> Option<FieldDescriptor> {
        let declared = self.descriptor.field_by_number(number);
        declared
            .or_else(|| self.extensions.get(&number).cloned())
            .or_else(|| {
                let pool = self.pool.as_ref()?;
                let found = pool.extension_by_number(self.descriptor.full_name(), number);
                found.cloned()
            })
    }

    /// Sets what a field holds; of a oneof's members the others are cleared.
    fn put(&mut self, field: &FieldDescriptor, contents: DynamicField) {
        if let Some(oneof) = field.containing_oneof() {
            for other in oneof.fields() {
                self.fields.remove(&other.number());
            }
        }
        if field.is_extension() {
            self.extensions.insert(field.number(), field.clone());
        }
        self.fields.insert(field.number(), contents);
    }

    /// The field, made if it is not there yet.
    fn slot(&mut self, field: &FieldDescriptor) -> &mut DynamicField {
        let contents = self.fields.remove(&field.number());
        let contents = contents.unwrap_or_else(|| DynamicField::new(field, self.pool.as_ref()));
        self.put(field, contents);
        self.fields
            .get_mut(&field.number())
            .expect("the field was put there just now")
    }

    /// The fields that hold something.
    fn set_fields(&self) -> impl DoubleEndedIterator<Item = (FieldDescriptor, &DynamicField)> {
        self.fields.iter().filter_map(|(&number, contents)| {
            let field = self.field_descriptor(number)?;
            contents.is_set(&field).then_some((field, contents))
        })
    }
}

impl DynamicMessage {
    /// The fields that hold something, by number.
    pub(crate) fn into_set_fields(mut self) -> Vec<(FieldDescriptor, DynamicField)> {
        let fields = std::mem::take(&mut self.fields).into_iter();
        fields
            .filter_map(|(number, contents)| {
                let field = self.field_descriptor(number)?;
                contents.is_set(&field).then_some((field, contents))
            })
            .collect()
    }
}

impl PartialEq for DynamicMessage {
    fn eq(&self, other: &Self) -> bool {
        self.descriptor == other.descriptor
            && self.unknown_fields == other.unknown_fields
            && self.set_fields().eq(other.set_fields())
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
        let field = self.field_descriptor(number)?;
        Some(self.slot(&field))
    }

    fn unknown(&self) -> Option<&UnknownFields> {
        Some(&self.unknown_fields)
    }

    fn unknown_mut(&mut self) -> Option<&mut UnknownFields> {
        Some(&mut self.unknown_fields)
    }

    fn encoded(&self) -> Vec<u8> {
        self.serialize()
    }

    fn merge_encoded(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        self.merge(bytes)
    }

    fn clear_by_number(&mut self, number: u32) {
        self.fields.remove(&number);
        self.extensions.remove(&number);
    }

    fn extension_fields(&self) -> Vec<(FieldDescriptor, &dyn Field)> {
        let extensions = self.extensions.iter();
        extensions
            .filter_map(|(number, field)| {
                let contents = self.fields.get(number)?;
                contents
                    .is_set(field)
                    .then_some((field.clone(), contents as &dyn Field))
            })
            .collect()
    }

    fn extension_mut(&mut self, extension: &FieldDescriptor) -> Option<&mut dyn Field> {
        Some(self.slot(extension))
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
