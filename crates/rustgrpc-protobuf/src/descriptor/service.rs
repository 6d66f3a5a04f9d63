//! Descriptors of services and methods.

use std::fmt;

use super::field::Link;
use super::{FileDescriptor, MessageDescriptor};
use crate::google::protobuf::descriptor_pb2::{MethodDescriptorProto, ServiceDescriptorProto};

/// The descriptor of a service. Mirrors Python's `ServiceDescriptor`.
#[derive(Clone, PartialEq, Eq)]
pub struct ServiceDescriptor {
    pub(super) file: FileDescriptor,
    pub(super) index: usize,
}

pub(super) struct ServiceData {
    pub(super) full_name: String,
    /// Request and response of each method.
    pub(super) methods: Vec<(Link, Link)>,
}

impl ServiceDescriptor {
    pub(super) fn data(&self) -> &ServiceData {
        &self.file.data.services[self.index]
    }

    /// The file that defines the service.
    pub fn file(&self) -> &FileDescriptor {
        &self.file
    }

    /// The service's descriptor as a message.
    pub fn proto(&self) -> &ServiceDescriptorProto {
        &self.file.data.proto.service[self.index]
    }

    /// The name without the package.
    pub fn name(&self) -> &str {
        self.proto().name()
    }

    /// The name with the package, as it stands in a call's path.
    pub fn full_name(&self) -> &str {
        &self.data().full_name
    }

    /// The methods, in the order of the schema.
    pub fn methods(&self) -> impl ExactSizeIterator<Item = MethodDescriptor> + '_ {
        (0..self.data().methods.len()).map(|index| MethodDescriptor {
            service: self.clone(),
            index,
        })
    }

    /// The method with this name. Mirrors Python's `methods_by_name`.
    #[doc(alias = "methods_by_name")]
    pub fn method_by_name(&self, name: &str) -> Option<MethodDescriptor> {
        self.methods().find(|method| method.name() == name)
    }
}

impl fmt::Debug for ServiceDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ServiceDescriptor")
            .field(&self.full_name())
            .finish()
    }
}

/// The descriptor of a method. Mirrors Python's `MethodDescriptor`.
#[derive(Clone, PartialEq, Eq)]
pub struct MethodDescriptor {
    service: ServiceDescriptor,
    index: usize,
}

impl MethodDescriptor {
    /// The service that it belongs to.
    pub fn service(&self) -> &ServiceDescriptor {
        &self.service
    }

    /// The method's descriptor as a message.
    pub fn proto(&self) -> &MethodDescriptorProto {
        &self.service.proto().method[self.index]
    }

    /// The name in the schema.
    pub fn name(&self) -> &str {
        self.proto().name()
    }

    /// The request's type; `None` if another generator wrote it.
    pub fn input(&self) -> Option<MessageDescriptor> {
        self.service.data().methods[self.index]
            .0
            .message(&self.service.file)
    }

    /// The response's type; `None` if another generator wrote it.
    pub fn output(&self) -> Option<MessageDescriptor> {
        self.service.data().methods[self.index]
            .1
            .message(&self.service.file)
    }

    /// Whether the client sends a stream.
    pub fn is_client_streaming(&self) -> bool {
        self.proto().client_streaming()
    }

    /// Whether the server sends a stream.
    pub fn is_server_streaming(&self) -> bool {
        self.proto().server_streaming()
    }
}

impl fmt::Debug for MethodDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "MethodDescriptor({}.{})",
            self.service.full_name(),
            self.name()
        )
    }
}
