//! Descriptors: what the schema says of files, messages, fields, enums and services, at run time.
//!
//! A [`FileDescriptor`] is linked once: every name in it is resolved and every feature decided
//! (proto2, proto3 and editions come to the same terms), so that whoever reads a descriptor finds
//! answers and not rules. Files hold the files they import, so a descriptor leads everywhere.

mod enums;
mod features;
mod field;
mod file;
mod generated;
mod link;
mod message;
mod pool;
mod service;

pub use enums::{EnumDescriptor, EnumValueDescriptor};
pub use features::Features;
pub use field::{Cardinality, FieldDescriptor, Kind};
pub use file::FileDescriptor;
pub use generated::{GeneratedFile, Place};
pub use link::{LinkError, json_name};
pub use message::{MessageDescriptor, OneofDescriptor};
pub use pool::{DescriptorPool, PoolError};
pub use service::{MethodDescriptor, ServiceDescriptor};
