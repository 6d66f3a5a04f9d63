//! Descriptors of messages and oneofs.

use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use super::field::FieldData;
use super::{EnumDescriptor, Features, FieldDescriptor, FileDescriptor};
use crate::google::protobuf::descriptor_pb2::{DescriptorProto, OneofDescriptorProto};
use crate::table::Table;

/// The descriptor of a message. Mirrors Python's `Message.DESCRIPTOR`.
///
/// ```
/// use rustgrpc_protobuf::Message;
/// use rustgrpc_protobuf::google::protobuf::Timestamp;
///
/// let descriptor = Timestamp::descriptor();
/// assert_eq!(descriptor.full_name(), "google.protobuf.Timestamp");
/// let names: Vec<_> = descriptor.fields().map(|field| field.name().to_owned()).collect();
/// assert_eq!(names, ["seconds", "nanos"]);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct MessageDescriptor {
    pub(super) file: FileDescriptor,
    pub(super) index: usize,
}

pub(super) struct MessageData {
    pub(super) full_name: String,
    /// Where it stands: the index in the file, then those in the messages around it.
    pub(super) path: Vec<usize>,
    pub(super) parent: Option<usize>,
    pub(super) features: Features,
    pub(super) fields: Vec<FieldData>,
    /// Number and index of each field, by number.
    pub(super) by_number: Vec<(u32, usize)>,
    /// The index of each field by its names in JSON; made when first asked for.
    pub(super) by_json_name: OnceLock<HashMap<String, usize>>,
    /// How messages without code of their own are read and written; made when that is first done.
    pub(super) table: OnceLock<Table>,
}

impl MessageDescriptor {
    pub(super) fn data(&self) -> &MessageData {
        &self.file.data.messages[self.index]
    }

    /// The file that defines the message.
    pub fn file(&self) -> &FileDescriptor {
        &self.file
    }

    /// The message that this one is nested in.
    pub fn parent(&self) -> Option<Self> {
        self.data().parent.map(|index| self.file.message_at(index))
    }

    /// The message's descriptor as a message.
    pub fn proto(&self) -> &DescriptorProto {
        message_proto(&self.file, &self.data().path)
    }

    /// The name without package and outer messages.
    pub fn name(&self) -> &str {
        self.proto().name()
    }

    /// The name with package and outer messages, such as `greet.HelloRequest`.
    pub fn full_name(&self) -> &str {
        &self.data().full_name
    }

    /// The features in force.
    pub fn features(&self) -> Features {
        self.data().features
    }

    /// Whether this is the entry of a map field.
    pub fn is_map_entry(&self) -> bool {
        self.proto()
            .options
            .as_ref()
            .is_some_and(super::super::google::protobuf::descriptor_pb2::MessageOptions::map_entry)
    }

    /// Whether this is a message set: extensions alone, in a wire format of their own.
    pub fn is_message_set(&self) -> bool {
        self.proto().options.as_ref().is_some_and(
            super::super::google::protobuf::descriptor_pb2::MessageOptions::message_set_wire_format,
        )
    }

    /// The fields, in the order of the schema. Mirrors Python's `fields`.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = FieldDescriptor> + '_ {
        (0..self.data().fields.len()).map(|index| FieldDescriptor::of_message(self.clone(), index))
    }

    /// The fields by number.
    pub fn fields_by_number(&self) -> impl ExactSizeIterator<Item = FieldDescriptor> + '_ {
        let by_number = self.data().by_number.iter();
        by_number.map(|&(_, index)| FieldDescriptor::of_message(self.clone(), index))
    }

    /// The field with this name in the schema. Mirrors Python's `fields_by_name`.
    #[doc(alias = "fields_by_name")]
    pub fn field_by_name(&self, name: &str) -> Option<FieldDescriptor> {
        self.fields().find(|field| field.name() == name)
    }

    /// The field with this name in JSON: its JSON name, or its name in the schema.
    pub fn field_by_json_name(&self, name: &str) -> Option<FieldDescriptor> {
        let by_name = self.data().by_json_name.get_or_init(|| {
            let fields = self.proto().field.iter().zip(&self.data().fields);
            let named = fields.enumerate();
            // Where one field has the JSON name that is another's name, the JSON name counts.
            let names = named
                .clone()
                .map(|(index, (field, _))| (field.name().to_owned(), index));
            let json_names = named.map(|(index, (_, data))| (data.json_name.clone(), index));
            names.chain(json_names).collect()
        });
        let index = *by_name.get(name)?;
        Some(FieldDescriptor::of_message(self.clone(), index))
    }

    /// The field with this number.
    pub fn field_by_number(&self, number: u32) -> Option<FieldDescriptor> {
        let by_number = &self.data().by_number;
        let at = by_number
            .binary_search_by_key(&number, |&(number, _)| number)
            .ok()?;
        Some(FieldDescriptor::of_message(self.clone(), by_number[at].1))
    }

    /// The oneofs, in the order of the schema, without those that `optional` stands for.
    pub fn oneofs(&self) -> impl Iterator<Item = OneofDescriptor> + '_ {
        (0..self.proto().oneof_decl.len())
            .map(|index| OneofDescriptor {
                message: self.clone(),
                index,
            })
            .filter(|oneof| !oneof.is_synthetic())
    }

    /// The messages within this one.
    pub fn nested_messages(&self) -> impl Iterator<Item = Self> + '_ {
        self.file
            .all_messages()
            .filter(|message| message.data().parent == Some(self.index))
    }

    /// The enums within this one.
    pub fn nested_enums(&self) -> impl Iterator<Item = EnumDescriptor> + '_ {
        self.file
            .all_enums()
            .filter(|found| found.data().parent == Some(self.index))
    }

    /// Whether this number may be an extension's.
    pub fn is_extension_number(&self, number: u32) -> bool {
        self.proto().extension_range.iter().any(|range| {
            i64::from(range.start()) <= i64::from(number)
                && i64::from(number) < i64::from(range.end())
        })
    }
}

/// The descriptor at a path of indices. The linker has walked every path.
pub(super) fn message_proto<'a>(file: &'a FileDescriptor, path: &[usize]) -> &'a DescriptorProto {
    let (&outermost, nested) = path.split_first().expect("a path is never empty");
    let outermost = &file.data.proto.message_type[outermost];
    nested
        .iter()
        .fold(outermost, |message, &index| &message.nested_type[index])
}

impl fmt::Debug for MessageDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MessageDescriptor")
            .field(&self.full_name())
            .finish()
    }
}

/// The descriptor of a oneof. Mirrors Python's `OneofDescriptor`.
#[derive(Clone, PartialEq, Eq)]
pub struct OneofDescriptor {
    pub(super) message: MessageDescriptor,
    pub(super) index: usize,
}

impl OneofDescriptor {
    /// The message that it belongs to.
    pub fn message(&self) -> &MessageDescriptor {
        &self.message
    }

    /// The oneof's descriptor as a message.
    pub fn proto(&self) -> &OneofDescriptorProto {
        &self.message.proto().oneof_decl[self.index]
    }

    /// The name in the schema.
    pub fn name(&self) -> &str {
        self.proto().name()
    }

    /// The members, in the order of the schema.
    pub fn fields(&self) -> impl Iterator<Item = FieldDescriptor> + '_ {
        self.message
            .fields()
            .filter(|field| field.proto().oneof_index == Some(self.index as i32))
    }

    /// Whether this is what the compiler makes of `optional` in proto3, and no oneof of the schema.
    pub fn is_synthetic(&self) -> bool {
        self.fields().any(|field| field.proto().proto3_optional())
    }
}

impl fmt::Debug for OneofDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "OneofDescriptor({}.{})",
            self.message.full_name(),
            self.name()
        )
    }
}
