//! What a compiler and its plugins say to each other.

/// `google/protobuf/compiler/plugin.proto`
#[rustfmt::skip]
pub mod plugin_pb2;
