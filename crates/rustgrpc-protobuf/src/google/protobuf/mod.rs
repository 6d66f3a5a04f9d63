//! Generated.
pub mod descriptor_pb2;
