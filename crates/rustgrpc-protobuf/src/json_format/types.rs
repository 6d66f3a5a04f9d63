//! Types that are known by name alone: what an `Any` holds, and extensions.

use std::cell::OnceCell;

use crate::descriptor::{DescriptorPool, FieldDescriptor, MessageDescriptor};
use crate::google::protobuf::{
    any_pb2, api_pb2, duration_pb2, empty_pb2, field_mask_pb2, source_context_pb2, struct_pb2,
    timestamp_pb2, type_pb2, wrappers_pb2,
};

/// Where types are looked for: the message's own file with its imports, then the user's pool, then
/// the well-known types.
pub(super) struct Types<'p> {
    root: MessageDescriptor,
    given: Option<&'p DescriptorPool>,
    /// Made when first asked: most messages need neither.
    reachable: OnceCell<DescriptorPool>,
    well_known: OnceCell<DescriptorPool>,
}

impl<'p> Types<'p> {
    pub(super) fn new(root: MessageDescriptor, given: Option<&'p DescriptorPool>) -> Self {
        Self {
            root,
            given,
            reachable: OnceCell::new(),
            well_known: OnceCell::new(),
        }
    }

    /// The message that a type URL names: `type.googleapis.com/demo.Item`.
    pub(super) fn message(&self, type_url: &str) -> Option<MessageDescriptor> {
        let name = type_url.rsplit('/').next().unwrap_or_default();
        self.find(|pool| pool.message(name)).or_else(|| {
            let is_well_known = name.starts_with("google.protobuf.");
            is_well_known.then(|| self.well_known().message(name))?
        })
    }

    /// The extension of a message with this full name; an extension of a message set may go by the
    /// name of its type.
    pub(super) fn extension(
        &self,
        extendee: &MessageDescriptor,
        name: &str,
    ) -> Option<FieldDescriptor> {
        let extends = |field: &FieldDescriptor| {
            let extended = field.containing_message();
            extended.is_some_and(|message| message.full_name() == extendee.full_name())
        };
        let named = |name: &str| self.find(|pool| pool.extension(name).filter(&extends));
        named(name).or_else(|| named(name.rsplit_once('.')?.0))
    }

    /// The extension of a message with this number.
    pub(super) fn extension_by_number(
        &self,
        extendee: &MessageDescriptor,
        number: u32,
    ) -> Option<FieldDescriptor> {
        self.find(|pool| {
            pool.extension_by_number(extendee.full_name(), number)
                .cloned()
        })
    }

    fn find<T>(&self, look: impl Fn(&DescriptorPool) -> Option<T>) -> Option<T> {
        look(self.reachable()).or_else(|| look(self.given?))
    }

    fn reachable(&self) -> &DescriptorPool {
        self.reachable.get_or_init(|| {
            let mut pool = DescriptorPool::new();
            pool.add(self.root.file());
            pool
        })
    }

    fn well_known(&self) -> &DescriptorPool {
        self.well_known.get_or_init(|| {
            let mut pool = DescriptorPool::new();
            for file in [
                &any_pb2::DESCRIPTOR,
                &api_pb2::DESCRIPTOR,
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
        })
    }
}
