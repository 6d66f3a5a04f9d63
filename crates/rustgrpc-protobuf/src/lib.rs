//! The protobuf messages of rustgrpc: what generated `_pb2` modules are made of.
//!
//! Messages are plain structs that implement [`prost::Message`] and [`Message`]. Decoding reads one
//! contiguous slice, encoding fills a buffer from its end; unknown fields are kept. `Debug` is
//! readable, `Display` is the text format, and [`Message::descriptor`] leads to the schema.
//!
//! The crate stands alone: no async runtime, no network. With gRPC it is `rustgrpc::protobuf`.
//!
//! ```
//! use rustgrpc_protobuf::Message;
//! use rustgrpc_protobuf::google::protobuf::Timestamp;
//!
//! let start = Timestamp::new().with_seconds(1_700_000_000);
//! assert_eq!(start.to_string(), "seconds: 1700000000\n");
//! assert_eq!(Timestamp::parse(&start.serialize()).unwrap(), start);
//! ```

#[doc(hidden)]
pub mod codegen;
mod debug;
mod decode;
mod descriptor;
mod diagnose;
mod encode;
mod enumeration;
mod extension;
pub mod google;
pub mod json_format;
mod kind;
mod map;
mod message;
mod missing;
#[doc(hidden)]
pub mod prost_bridge;
pub mod reflect;
#[cfg(feature = "serde")]
mod serde;
mod setters;
mod table;
pub mod text_format;
mod unknown;
mod unverified;
mod version;
mod well_known;
mod wire;

#[doc(hidden)]
pub use descriptor::json_name;
pub use descriptor::{
    Cardinality, DescriptorPool, EnumDescriptor, EnumValueDescriptor, Features, FieldDescriptor,
    FileDescriptor, GeneratedFile, Kind, LinkError, MessageDescriptor, MethodDescriptor,
    OneofDescriptor, PoolError, ServiceDescriptor,
};
pub use enumeration::Enumeration;
pub use extension::Extension;
pub use map::Map;
pub use message::Message;
pub use missing::{MissingField, MissingRequired};
pub use prost::{self, DecodeError, EncodeError};
pub use unknown::{UnknownFields, UnknownFieldsIter, UnknownValue};
pub use well_known::{InvalidValue, OutOfRange, UnpackError};
