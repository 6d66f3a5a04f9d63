//! Where names and numbers in a message lead: packed types and extensions, found in descriptors.

use std::cell::OnceCell;
use std::sync::LazyLock;

use super::{DynamicMessage, Reflect};
use crate::descriptor::{DescriptorPool, FieldDescriptor, FileDescriptor, MessageDescriptor};
use crate::google::protobuf::{
    any_pb2, api_pb2, descriptor_pb2, duration_pb2, empty_pb2, field_mask_pb2, source_context_pb2,
    struct_pb2, timestamp_pb2, type_pb2, wrappers_pb2,
};

/// The types that can be packed into the messages of one call, and the extensions they may have: those
/// of the pool that the caller gave, of the message's own file and what it imports, and the well-known ones.
#[derive(Debug)]
pub(crate) struct Types<'a> {
    given: Option<&'a DescriptorPool>,
    root: FileDescriptor,
    pool: OnceCell<DescriptorPool>,
}

impl<'a> Types<'a> {
    pub(crate) fn new(given: Option<&'a DescriptorPool>, root: &MessageDescriptor) -> Self {
        Self::of_file(given, root.file().clone())
    }

    pub(crate) fn of_file(given: Option<&'a DescriptorPool>, root: FileDescriptor) -> Self {
        Self {
            given,
            root,
            pool: OnceCell::new(),
        }
    }

    /// All of them but the well-known ones.
    pub(crate) fn pool(&self) -> &DescriptorPool {
        self.pool.get_or_init(|| {
            let mut pool = self.given.cloned().unwrap_or_default();
            pool.add(&self.root);
            pool
        })
    }

    pub(crate) fn message(&self, full_name: &str) -> Option<MessageDescriptor> {
        self.pool()
            .message(full_name)
            .or_else(|| WELL_KNOWN.message(full_name))
    }

    /// The extension of `message` with the name that stands in brackets in texts.
    ///
    /// What a message declares for a message set may go by the name of that message.
    pub(crate) fn extension(
        &self,
        message: &MessageDescriptor,
        name: &str,
    ) -> Option<FieldDescriptor> {
        let by_name = self.pool().extension(name);
        if by_name.is_some() || !message.is_message_set() {
            return by_name;
        }
        let extensions = self.pool().extensions_of(message.full_name());
        let found = extensions
            .into_iter()
            .find(|extension| extension.message_set_name().as_deref() == Some(name));
        found.cloned()
    }

    pub(crate) fn extension_by_number(
        &self,
        message: &MessageDescriptor,
        number: u32,
    ) -> Option<FieldDescriptor> {
        self.pool()
            .extension_by_number(message.full_name(), number)
            .cloned()
    }

    /// The extensions among the unknown fields of a message, read; `None` if it can have none.
    ///
    /// The unknown fields of the result are those that are no extensions, or malformed ones.
    pub(crate) fn resolve(&self, message: &dyn Reflect) -> Option<DynamicMessage> {
        let unknown = message.unknown().filter(|unknown| !unknown.is_empty())?;
        let descriptor = message.message_descriptor();
        if descriptor.proto().extension_range.is_empty() {
            return None;
        }
        let mut resolved = DynamicMessage::with_pool(descriptor, self.pool());
        resolved.merge_tolerantly(unknown);
        Some(resolved)
    }
}

static WELL_KNOWN: LazyLock<DescriptorPool> = LazyLock::new(|| {
    let mut pool = DescriptorPool::new();
    for file in [
        &any_pb2::DESCRIPTOR,
        &api_pb2::DESCRIPTOR,
        &descriptor_pb2::DESCRIPTOR,
        &duration_pb2::DESCRIPTOR,
        &empty_pb2::DESCRIPTOR,
        &field_mask_pb2::DESCRIPTOR,
        &source_context_pb2::DESCRIPTOR,
        &struct_pb2::DESCRIPTOR,
        &timestamp_pb2::DESCRIPTOR,
        &type_pb2::DESCRIPTOR,
        &wrappers_pb2::DESCRIPTOR,
    ] {
        pool.add(file);
    }
    pool
});
