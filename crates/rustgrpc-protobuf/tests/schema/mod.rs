//! The schema of the tests of text, reflection and extensions, known by its descriptor alone.

use std::sync::LazyLock;

use rustgrpc_protobuf::google::protobuf::{FileDescriptorProto, any_pb2, descriptor_pb2};
use rustgrpc_protobuf::reflect::DynamicMessage;
use rustgrpc_protobuf::{DescriptorPool, MessageDescriptor, text_format};

const TEXT: &str = include_str!("everything.textproto");

/// `everything.proto` and what it imports.
pub(crate) static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
    // The schema declares options that it uses itself: they are passed over until it is known.
    let parser = text_format::Parser::new().allow_unknown_extension(true);
    let without_options = linked(parser.parse(TEXT).unwrap());
    let parser = text_format::Parser::new().descriptor_pool(&without_options);
    linked(parser.parse(TEXT).unwrap())
});

fn linked(proto: FileDescriptorProto) -> DescriptorPool {
    let mut pool = DescriptorPool::new();
    pool.add(&any_pb2::DESCRIPTOR);
    pool.add(&descriptor_pb2::DESCRIPTOR);
    pool.add_protos([proto]).unwrap();
    pool
}

pub(crate) fn descriptor(name: &str) -> MessageDescriptor {
    POOL.message(name).unwrap()
}

/// A message of the schema with nothing set.
pub(crate) fn new(name: &str) -> DynamicMessage {
    DynamicMessage::with_pool(descriptor(name), &POOL)
}
