//! Descriptors of enums.

use std::fmt;

use super::message::message_proto;
use super::{FileDescriptor, MessageDescriptor};
use crate::google::protobuf::descriptor_pb2::{EnumDescriptorProto, EnumValueDescriptorProto};

/// The descriptor of an enum. Mirrors Python's `EnumDescriptor`.
#[derive(Clone, PartialEq, Eq)]
pub struct EnumDescriptor {
    pub(super) file: FileDescriptor,
    pub(super) index: usize,
}

pub(super) struct EnumData {
    pub(super) full_name: String,
    pub(super) parent: Option<usize>,
    /// The index in the parent, or in the file.
    pub(super) proto_index: usize,
    pub(super) closed: bool,
}

impl EnumDescriptor {
    pub(super) fn data(&self) -> &EnumData {
        &self.file.data.enums[self.index]
    }

    /// The file that defines the enum.
    pub fn file(&self) -> &FileDescriptor {
        &self.file
    }

    /// The message that it is nested in.
    pub fn parent(&self) -> Option<MessageDescriptor> {
        self.data().parent.map(|index| self.file.message_at(index))
    }

    /// The enum's descriptor as a message.
    pub fn proto(&self) -> &EnumDescriptorProto {
        let data = self.data();
        match data.parent {
            Some(parent) => {
                let parent = message_proto(&self.file, &self.file.data.messages[parent].path);
                &parent.enum_type[data.proto_index]
            }
            None => &self.file.data.proto.enum_type[data.proto_index],
        }
    }

    /// The name without package and outer messages.
    pub fn name(&self) -> &str {
        self.proto().name()
    }

    /// The name with package and outer messages.
    pub fn full_name(&self) -> &str {
        &self.data().full_name
    }

    /// Whether numbers that the enum does not know are kept among the unknown fields.
    pub fn is_closed(&self) -> bool {
        self.data().closed
    }

    /// The values, in the order of the schema. Mirrors Python's `values`.
    pub fn values(&self) -> impl ExactSizeIterator<Item = EnumValueDescriptor> + '_ {
        (0..self.proto().value.len()).map(|index| EnumValueDescriptor {
            enum_: self.clone(),
            index,
        })
    }

    /// The value with this name. Mirrors Python's `values_by_name`.
    #[doc(alias = "values_by_name")]
    pub fn value_by_name(&self, name: &str) -> Option<EnumValueDescriptor> {
        self.values().find(|value| value.name() == name)
    }

    /// The first value with this number. Mirrors Python's `values_by_number`.
    #[doc(alias = "values_by_number")]
    pub fn value_by_number(&self, number: i32) -> Option<EnumValueDescriptor> {
        self.values().find(|value| value.number() == number)
    }

    /// The name of a number.
    pub(crate) fn value_name(&self, number: i32) -> Option<&str> {
        let value = self
            .proto()
            .value
            .iter()
            .find(|value| value.number() == number)?;
        Some(value.name())
    }

    /// The number of a name.
    pub(crate) fn number_by_name(&self, name: &str) -> Option<i32> {
        let values = &self.proto().value;
        let value = values.iter().find(|value| value.name() == name)?;
        Some(value.number())
    }

    /// The number of a field that is not set: that of the first value.
    pub fn default_number(&self) -> i32 {
        self.proto()
            .value
            .first()
            .map_or(0, EnumValueDescriptorProto::number)
    }
}

impl fmt::Debug for EnumDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EnumDescriptor")
            .field(&self.full_name())
            .finish()
    }
}

/// The descriptor of an enum's value. Mirrors Python's `EnumValueDescriptor`.
#[derive(Clone, PartialEq, Eq)]
pub struct EnumValueDescriptor {
    enum_: EnumDescriptor,
    index: usize,
}

impl EnumValueDescriptor {
    /// The value's descriptor as a message.
    pub fn proto(&self) -> &EnumValueDescriptorProto {
        &self.enum_.proto().value[self.index]
    }

    /// The enum that it belongs to.
    pub fn enum_(&self) -> &EnumDescriptor {
        &self.enum_
    }

    /// The name in the schema.
    pub fn name(&self) -> &str {
        self.proto().name()
    }

    /// The number.
    pub fn number(&self) -> i32 {
        self.proto().number()
    }
}

impl fmt::Debug for EnumValueDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.name(), self.number())
    }
}
