//! The descriptors that generated code carries.

use std::any::Any;
use std::fmt;
use std::ops::Deref;
use std::sync::OnceLock;

use super::{FileDescriptor, MessageDescriptor, link};
use crate::table::Table;

/// The descriptor of a generated module, as `DESCRIPTOR` there: the bytes of a
/// `FileDescriptorProto`, which are parsed and linked when first asked for.
///
/// ```
/// use rustgrpc_protobuf::google::protobuf::timestamp_pb2::DESCRIPTOR;
///
/// assert_eq!(DESCRIPTOR.name(), "google/protobuf/timestamp.proto");
/// assert_eq!(DESCRIPTOR.package(), "google.protobuf");
/// ```
pub struct GeneratedFile {
    bytes: &'static [u8],
    dependencies: &'static [&'static Self],
    /// The number of messages.
    messages: usize,
    linked: OnceLock<FileDescriptor>,
    /// A message with nothing set of each type.
    instances: OnceLock<Box<[Instance]>>,
}

type Instance = OnceLock<Box<dyn Any + Send + Sync>>;

impl GeneratedFile {
    #[doc(hidden)]
    pub const fn new(
        bytes: &'static [u8],
        dependencies: &'static [&'static Self],
        messages: usize,
    ) -> Self {
        Self {
            bytes,
            dependencies,
            messages,
            instances: OnceLock::new(),
            linked: OnceLock::new(),
        }
    }

    /// The file as a serialized `FileDescriptorProto`. Mirrors Python's `serialized_pb`.
    #[doc(alias = "serialized_pb")]
    pub const fn serialized(&self) -> &'static [u8] {
        self.bytes
    }

    /// The file, parsed and linked.
    pub fn file(&self) -> &FileDescriptor {
        self.linked.get_or_init(|| {
            let proto = prost::Message::decode(self.bytes)
                .expect("the generator wrote the bytes of a descriptor");
            let dependencies = self
                .dependencies
                .iter()
                .map(|file| file.file().clone())
                .collect();
            // Types of other generators (`extern_path`) have no descriptor: they stay unlinked.
            link::link(proto, dependencies, link::Missing::Tolerated)
                .expect("the generator wrote a valid descriptor")
        })
    }
}

impl Deref for GeneratedFile {
    type Target = FileDescriptor;

    fn deref(&self) -> &FileDescriptor {
        self.file()
    }
}

impl fmt::Debug for GeneratedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.file().fmt(f)
    }
}

/// Where a generated message stands: what there is once of all messages of a type is reached through it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Place {
    file: &'static GeneratedFile,
    /// Among all messages of the file, outer before inner.
    index: usize,
}

impl Place {
    #[inline]
    pub const fn new(file: &'static GeneratedFile, index: usize) -> Self {
        Self { file, index }
    }

    pub(crate) fn descriptor(self) -> MessageDescriptor {
        self.file.file().message_at(self.index)
    }

    pub(crate) fn table(self) -> &'static Table {
        let message = &self.file.file().data.messages[self.index];
        message.table.get_or_init(|| Table::new(&self.descriptor()))
    }

    /// `M` is the type that stands here.
    pub(crate) fn default_instance<M: Default + Send + Sync + 'static>(self) -> &'static M {
        let instances = self.file.instances.get_or_init(|| {
            let none = || OnceLock::<Box<dyn Any + Send + Sync>>::new();
            std::iter::repeat_with(none)
                .take(self.file.messages)
                .collect()
        });
        let instance = instances[self.index].get_or_init(|| Box::new(M::default()));
        let instance = instance.downcast_ref();
        instance.expect("the generator gave every message a place of its own")
    }
}
