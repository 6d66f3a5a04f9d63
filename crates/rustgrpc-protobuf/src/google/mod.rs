//! Generated.
pub mod protobuf;
