//! The descriptor that a generated module carries.

use std::fmt;
use std::ops::Deref;
use std::sync::OnceLock;

use super::{FileDescriptor, MessageDescriptor, link};

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
    linked: OnceLock<FileDescriptor>,
}

impl GeneratedFile {
    #[doc(hidden)]
    pub const fn new(bytes: &'static [u8], dependencies: &'static [&'static Self]) -> Self {
        Self {
            bytes,
            dependencies,
            linked: OnceLock::new(),
        }
    }

    /// The file as a serialized `FileDescriptorProto`. Mirrors Python's `serialized_pb`.
    #[doc(alias = "serialized_pb")]
    pub const fn serialized(&self) -> &'static [u8] {
        self.bytes
    }

    /// The message at a path of indices, as generated code knows it.
    #[doc(hidden)]
    pub fn message_at(&self, path: &[usize]) -> MessageDescriptor {
        let messages = &self.file().data.messages;
        let index = messages.iter().position(|message| message.path == path);
        self.file()
            .message_at(index.expect("the generator wrote the place of a message"))
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
