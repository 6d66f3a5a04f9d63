//! Descriptors of files.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::enums::EnumData;
use super::features::edition_of;
use super::field::FieldData;
use super::message::MessageData;
use super::service::ServiceData;
use super::{
    EnumDescriptor, Features, FieldDescriptor, LinkError, MessageDescriptor, ServiceDescriptor,
    link,
};
use crate::google::protobuf::descriptor_pb2::{Edition, FileDescriptorProto};

/// The descriptor of a `.proto` file. Mirrors Python's `google.protobuf.descriptor.FileDescriptor`.
///
/// A clone is another handle to the same file.
#[derive(Clone)]
pub struct FileDescriptor {
    pub(super) data: Arc<FileData>,
}

/// A linked file. Indices lead within the file; what lies in another file is reached through its handle.
pub(super) struct FileData {
    pub(super) proto: FileDescriptorProto,
    pub(super) dependencies: Vec<FileDescriptor>,
    pub(super) features: Features,
    /// All messages, outer before inner.
    pub(super) messages: Vec<MessageData>,
    pub(super) enums: Vec<EnumData>,
    pub(super) extensions: Vec<FieldData>,
    pub(super) services: Vec<ServiceData>,
    pub(super) symbols: HashMap<String, Symbol>,
}

/// What a full name stands for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Symbol {
    Message(usize),
    Enum(usize),
    Extension(usize),
    Service(usize),
}

impl FileDescriptor {
    /// Links a file with the files that it imports.
    ///
    /// # Errors
    /// If a type is not found, a name or number stands twice, or the schema breaks another rule.
    pub fn new(proto: FileDescriptorProto, dependencies: Vec<Self>) -> Result<Self, LinkError> {
        link::link(proto, dependencies, link::Missing::Refused)
    }

    /// The file as a message.
    pub fn proto(&self) -> &FileDescriptorProto {
        &self.data.proto
    }

    /// The path of the file, as it is imported.
    pub fn name(&self) -> &str {
        self.proto().name()
    }

    /// The package, or the empty string.
    pub fn package(&self) -> &str {
        self.proto().package()
    }

    /// The edition; proto2 and proto3 are editions too.
    pub fn edition(&self) -> Edition {
        edition_of(self.proto())
    }

    /// The features that hold where nothing else is said.
    pub fn features(&self) -> Features {
        self.data.features
    }

    /// The files that this one imports, as far as they are known.
    pub fn dependencies(&self) -> &[Self] {
        &self.data.dependencies
    }

    /// The messages at the top of the file. Mirrors Python's `message_types_by_name`.
    #[doc(alias = "message_types_by_name")]
    pub fn messages(&self) -> impl Iterator<Item = MessageDescriptor> + '_ {
        self.all_messages()
            .filter(|message| message.parent().is_none())
    }

    /// All messages, nested ones behind the one they stand in.
    pub fn all_messages(&self) -> impl Iterator<Item = MessageDescriptor> + '_ {
        (0..self.data.messages.len()).map(|index| self.message_at(index))
    }

    /// The enums at the top of the file. Mirrors Python's `enum_types_by_name`.
    #[doc(alias = "enum_types_by_name")]
    pub fn enums(&self) -> impl Iterator<Item = EnumDescriptor> + '_ {
        self.all_enums().filter(|found| found.parent().is_none())
    }

    /// All enums, nested ones too.
    pub fn all_enums(&self) -> impl Iterator<Item = EnumDescriptor> + '_ {
        (0..self.data.enums.len()).map(|index| EnumDescriptor {
            file: self.clone(),
            index,
        })
    }

    /// All extensions, those within messages too. Mirrors Python's `extensions_by_name`.
    #[doc(alias = "extensions_by_name")]
    pub fn extensions(&self) -> impl Iterator<Item = FieldDescriptor> + '_ {
        (0..self.data.extensions.len()).map(|index| FieldDescriptor::extension(self.clone(), index))
    }

    /// The services. Mirrors Python's `services_by_name`.
    #[doc(alias = "services_by_name")]
    pub fn services(&self) -> impl Iterator<Item = ServiceDescriptor> + '_ {
        (0..self.data.services.len()).map(|index| ServiceDescriptor {
            file: self.clone(),
            index,
        })
    }

    /// The message with this full name, if it is defined in this file.
    pub fn message(&self, full_name: &str) -> Option<MessageDescriptor> {
        match self.data.symbols.get(full_name) {
            Some(&Symbol::Message(index)) => Some(self.message_at(index)),
            _ => None,
        }
    }

    /// The enum with this full name, if it is defined in this file.
    pub fn enum_(&self, full_name: &str) -> Option<EnumDescriptor> {
        match self.data.symbols.get(full_name) {
            Some(&Symbol::Enum(index)) => Some(EnumDescriptor {
                file: self.clone(),
                index,
            }),
            _ => None,
        }
    }

    /// The service with this full name, if it is defined in this file.
    pub fn service(&self, full_name: &str) -> Option<ServiceDescriptor> {
        match self.data.symbols.get(full_name) {
            Some(&Symbol::Service(index)) => Some(ServiceDescriptor {
                file: self.clone(),
                index,
            }),
            _ => None,
        }
    }

    /// The extension with this full name, if it is defined in this file.
    pub fn extension(&self, full_name: &str) -> Option<FieldDescriptor> {
        match self.data.symbols.get(full_name) {
            Some(&Symbol::Extension(index)) => {
                Some(FieldDescriptor::extension(self.clone(), index))
            }
            _ => None,
        }
    }

    pub(super) fn message_at(&self, index: usize) -> MessageDescriptor {
        MessageDescriptor {
            file: self.clone(),
            index,
        }
    }
}

impl fmt::Debug for FileDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FileDescriptor").field(&self.name()).finish()
    }
}

impl PartialEq for FileDescriptor {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.data, &other.data)
    }
}

impl Eq for FileDescriptor {}
