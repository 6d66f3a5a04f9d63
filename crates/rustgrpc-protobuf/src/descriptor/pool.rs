//! Descriptors found by name.

use std::collections::HashMap;
use std::sync::Arc;

use prost::DecodeError;

use super::{
    EnumDescriptor, FieldDescriptor, FileDescriptor, LinkError, MessageDescriptor,
    MethodDescriptor, OneofDescriptor, ServiceDescriptor,
};
use crate::google::protobuf::descriptor_pb2::{FileDescriptorProto, FileDescriptorSet};

/// Files and all that they define, found by name. Mirrors Python's `DescriptorPool`.
///
/// | Python | here |
/// | --- | --- |
/// | `pool.Add(proto)` | [`add_protos`](Self::add_protos)`([proto])` |
/// | `pool.AddSerializedFile(data)` | `add_protos([FileDescriptorProto::parse(data)?])` |
/// | `pool.FindFileByName(name)` and the like | [`file`](Self::file), [`message`](Self::message), [`enum_`](Self::enum_), [`field`](Self::field), [`oneof`](Self::oneof), [`service`](Self::service), [`method`](Self::method), [`extension`](Self::extension) |
/// | `pool.FindFileContainingSymbol(name)` | [`file_containing`](Self::file_containing) |
/// | `pool.FindExtensionByNumber(message, 1)` | [`extension_by_number`](Self::extension_by_number) |
/// | `pool.FindAllExtensions(message)` | [`extensions_of`](Self::extensions_of) |
/// | `d.name`, `d.full_name`, `d.file` | `d.name()`, `d.full_name()`, `d.file()` |
/// | `d.GetOptions()`, `d.has_options` | `d.proto().options()`, `d.proto().has_options()`; custom options: `EXT.get(…)` of it |
/// | `d.CopyToProto(proto)` | `d.proto()` |
/// | `message.fields`, `fields_by_name`, `fields_by_number`, `fields_by_camelcase_name` | [`MessageDescriptor::fields`], [`field_by_name`](MessageDescriptor::field_by_name), [`field_by_number`](MessageDescriptor::field_by_number), [`field_by_json_name`](MessageDescriptor::field_by_json_name) |
/// | `message.oneofs`, `nested_types`, `enum_types` | [`oneofs`](MessageDescriptor::oneofs), [`nested_messages`](MessageDescriptor::nested_messages), [`nested_enums`](MessageDescriptor::nested_enums) |
/// | `message.containing_type` | [`parent`](MessageDescriptor::parent) |
/// | `message.is_extendable`, `extension_ranges` | `proto().extension_range`, [`is_extension_number`](MessageDescriptor::is_extension_number) |
/// | `field.type`, `message_type`, `enum_type` | [`FieldDescriptor::kind`] |
/// | `field.is_repeated`, `is_required`, `is_packed`, `has_presence`, `is_extension` | methods of these names |
/// | `field.number`, `json_name`, `containing_oneof` | methods of these names |
/// | `field.containing_type` | [`containing_message`](FieldDescriptor::containing_message) |
/// | `field.default_value`, `has_default_value` | [`declared_default`](FieldDescriptor::declared_default) |
/// | `enum.values`, `values_by_name`, `values_by_number`, `is_closed` | [`EnumDescriptor::values`], [`value_by_name`](EnumDescriptor::value_by_name), [`value_by_number`](EnumDescriptor::value_by_number), [`is_closed`](EnumDescriptor::is_closed) |
/// | `service.methods`, `methods_by_name` | [`ServiceDescriptor::methods`], [`method_by_name`](ServiceDescriptor::method_by_name) |
/// | `method.input_type`, `output_type`, `client_streaming`, `server_streaming` | [`MethodDescriptor::input`](crate::MethodDescriptor::input), [`output`](crate::MethodDescriptor::output), [`is_client_streaming`](crate::MethodDescriptor::is_client_streaming), [`is_server_streaming`](crate::MethodDescriptor::is_server_streaming) |
///
/// ```
/// use rustgrpc_protobuf::DescriptorPool;
/// use rustgrpc_protobuf::google::protobuf::{struct_pb2, timestamp_pb2};
///
/// let mut pool = DescriptorPool::new();
/// pool.add(&timestamp_pb2::DESCRIPTOR);
/// pool.add(&struct_pb2::DESCRIPTOR);
/// assert!(pool.message("google.protobuf.Timestamp").is_some());
/// assert!(pool.message("google.protobuf.Duration").is_none());
/// ```
#[derive(Clone, Debug, Default)]
pub struct DescriptorPool {
    /// Shared: messages hold the pool that knows their extensions.
    data: Arc<PoolData>,
}

#[derive(Clone, Debug, Default)]
struct PoolData {
    files: Vec<FileDescriptor>,
    by_name: HashMap<String, usize>,
    /// Extensions by the message they extend and their number.
    extensions: HashMap<(String, u32), FieldDescriptor>,
}

impl DescriptorPool {
    /// A pool with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// A pool of all files in a serialized `FileDescriptorSet`, as `protoc --descriptor_set_out` writes.
    ///
    /// # Errors
    /// If the bytes are not one, or a file in it cannot be linked.
    pub fn from_descriptor_set(bytes: &[u8]) -> Result<Self, PoolError> {
        let set: FileDescriptorSet = prost::Message::decode(bytes).map_err(PoolError::Decode)?;
        let mut pool = Self::new();
        pool.add_protos(set.file)?;
        Ok(pool)
    }

    /// Adds a file and all that it imports.
    pub fn add(&mut self, file: &FileDescriptor) {
        if self.data.by_name.contains_key(file.name()) {
            return;
        }
        for dependency in file.dependencies() {
            self.add(dependency);
        }
        let data = Arc::make_mut(&mut self.data);
        for extension in file.extensions() {
            if let Some(extendee) = extension.containing_message() {
                let key = (extendee.full_name().to_owned(), extension.number());
                data.extensions.insert(key, extension);
            }
        }
        data.by_name
            .insert(file.name().to_owned(), data.files.len());
        data.files.push(file.clone());
    }

    /// Links files and adds them, in whatever order they come; imports may be here already.
    ///
    /// # Errors
    /// If an import is missing or circular, or a file cannot be linked.
    pub fn add_protos(
        &mut self,
        protos: impl IntoIterator<Item = FileDescriptorProto>,
    ) -> Result<(), PoolError> {
        let mut waiting: Vec<_> = protos.into_iter().collect();
        while !waiting.is_empty() {
            let before = waiting.len();
            let (ready, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|proto| {
                proto
                    .dependency
                    .iter()
                    .all(|name| self.data.by_name.contains_key(name))
            });
            waiting = rest;
            for proto in ready {
                let dependencies = proto.dependency.iter().filter_map(|name| self.file(name));
                let dependencies = dependencies.cloned().collect();
                self.add(&FileDescriptor::new(proto, dependencies).map_err(PoolError::Link)?);
            }
            if waiting.len() == before {
                let proto = &waiting[0];
                let missing = proto
                    .dependency
                    .iter()
                    .find(|name| !self.data.by_name.contains_key(*name));
                return Err(PoolError::Import {
                    file: proto.name().to_owned(),
                    import: missing.cloned().unwrap_or_default(),
                });
            }
        }
        Ok(())
    }

    /// All files, imports before those who import them.
    pub fn files(&self) -> &[FileDescriptor] {
        &self.data.files
    }

    /// The file with this path. Mirrors Python's `FindFileByName`.
    #[doc(alias = "FindFileByName")]
    pub fn file(&self, name: &str) -> Option<&FileDescriptor> {
        self.data
            .by_name
            .get(name)
            .map(|&index| &self.data.files[index])
    }

    /// The file that defines this full name. Mirrors Python's `FindFileContainingSymbol`.
    ///
    /// The name may be that of a message, enum, service, extension, field or method.
    #[doc(alias = "FindFileContainingSymbol")]
    pub fn file_containing(&self, full_name: &str) -> Option<&FileDescriptor> {
        let defines = |file: &&FileDescriptor, name: &str| file.data.symbols.contains_key(name);
        self.data.files.iter().find(|file| {
            let (scope, name) = full_name.rsplit_once('.').unwrap_or(("", full_name));
            defines(file, full_name)
                || file
                    .message(scope)
                    .is_some_and(|scope| scope.field_by_name(name).is_some())
                || file
                    .service(scope)
                    .is_some_and(|scope| scope.method_by_name(name).is_some())
                || file
                    .enum_(scope)
                    .is_some_and(|scope| scope.value_by_name(name).is_some())
        })
    }

    /// The message with this full name. Mirrors Python's `FindMessageTypeByName`.
    #[doc(alias = "FindMessageTypeByName")]
    pub fn message(&self, full_name: &str) -> Option<MessageDescriptor> {
        self.data
            .files
            .iter()
            .find_map(|file| file.message(full_name))
    }

    /// The enum with this full name. Mirrors Python's `FindEnumTypeByName`.
    #[doc(alias = "FindEnumTypeByName")]
    pub fn enum_(&self, full_name: &str) -> Option<EnumDescriptor> {
        self.data
            .files
            .iter()
            .find_map(|file| file.enum_(full_name))
    }

    /// The service with this full name. Mirrors Python's `FindServiceByName`.
    #[doc(alias = "FindServiceByName")]
    pub fn service(&self, full_name: &str) -> Option<ServiceDescriptor> {
        self.data
            .files
            .iter()
            .find_map(|file| file.service(full_name))
    }

    /// The field or extension with this full name. Mirrors Python's `FindFieldByName`.
    #[doc(alias = "FindFieldByName")]
    pub fn field(&self, full_name: &str) -> Option<FieldDescriptor> {
        let (message, name) = full_name.rsplit_once('.')?;
        let field = self
            .message(message)
            .and_then(|message| message.field_by_name(name));
        field.or_else(|| self.extension(full_name))
    }

    /// The oneof with this full name. Mirrors Python's `FindOneofByName`.
    #[doc(alias = "FindOneofByName")]
    pub fn oneof(&self, full_name: &str) -> Option<OneofDescriptor> {
        let (message, name) = full_name.rsplit_once('.')?;
        let message = self.message(message)?;
        message.oneofs().find(|oneof| oneof.name() == name)
    }

    /// The method with this full name. Mirrors Python's `FindMethodByName`.
    #[doc(alias = "FindMethodByName")]
    pub fn method(&self, full_name: &str) -> Option<MethodDescriptor> {
        let (service, name) = full_name.rsplit_once('.')?;
        self.service(service)?.method_by_name(name)
    }

    /// The extension with this full name. Mirrors Python's `FindExtensionByName`.
    #[doc(alias = "FindExtensionByName")]
    pub fn extension(&self, full_name: &str) -> Option<FieldDescriptor> {
        self.data
            .files
            .iter()
            .find_map(|file| file.extension(full_name))
    }

    /// The extension of a message with this number. Mirrors Python's `FindExtensionByNumber`.
    #[doc(alias = "FindExtensionByNumber")]
    pub fn extension_by_number(&self, message: &str, number: u32) -> Option<&FieldDescriptor> {
        self.data.extensions.get(&(message.to_owned(), number))
    }

    /// All extensions of a message. Mirrors Python's `FindAllExtensions`.
    #[doc(alias = "FindAllExtensions")]
    pub fn extensions_of(&self, message: &str) -> Vec<&FieldDescriptor> {
        let mut found: Vec<_> = self
            .data
            .extensions
            .iter()
            .filter_map(|((extendee, _), field)| (extendee == message).then_some(field))
            .collect();
        found.sort_by_key(|field| field.number());
        found
    }
}

/// Why files cannot be added to a pool.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PoolError {
    /// The bytes are no `FileDescriptorSet`.
    Decode(DecodeError),
    /// A file breaks a rule of the schema language.
    Link(LinkError),
    /// An import is missing, or files import each other.
    #[non_exhaustive]
    Import {
        /// The file that imports.
        file: String,
        /// What it imports.
        import: String,
    },
}

impl std::fmt::Display for PoolError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Decode(error) => error.fmt(f),
            Self::Link(error) => error.fmt(f),
            Self::Import { file, import } => {
                write!(f, "{file}: the import {import:?} is missing or circular")
            }
        }
    }
}

impl std::error::Error for PoolError {}
