//! What generated code may call: no more than is named here, and nothing else of any crate.
//!
//! Removing a line breaks code that users have checked in.

pub use ::bytes::{Buf, BufMut, Bytes};
#[cfg(feature = "serde")]
pub use ::serde::{Deserialize, Deserializer, Serialize, Serializer};
pub use prost::encoding::{DecodeContext, WireType};
pub use prost::{DecodeError, EncodeError, Message as ProstMessage, Name as ProstName};
pub use std::collections::BTreeMap;

pub use crate::debug::debug_message;
pub use crate::decode::next_tag;
pub use crate::descriptor::{GeneratedFile as FileDescriptor, Place};
pub use crate::encode::Encoder;
pub use crate::enumeration::{
    Enumeration, debug as enum_debug, name_of as enum_name_of, number_of as enum_number_of,
};
pub use crate::extension::{Extension, Packed, Repeated};
pub use crate::google;
pub use crate::kind::{
    Bool, Double, Enum, Fixed32, Fixed64, Float, Foreign, Group, Int32, Int64, Message, Sfixed32,
    Sfixed64, SharedBytes, Sint32, Sint64, Str, Uint32, Uint64, VecBytes,
};
pub use crate::map::Map;
pub use crate::message::{Codec, default_instance};
pub use crate::missing::MissingField;
pub use crate::prost_bridge as bridge;
pub use crate::reflect::{Field, Singular, Value, ValueRef, WrongType, enum_value};
#[cfg(feature = "serde")]
pub use crate::serde::{deserialize, serialize};
pub use crate::setters::{converted, converted_entries};
pub use crate::table::Coded;
pub use crate::text_format::display_message;
pub use crate::unknown::UnknownFields;
pub use crate::version::require_version;
pub use crate::wire::{Decoder, END, Ended, Writer};
pub use crate::{__decode_each as decode_each, __decode_in_order as decode_in_order};
pub use crate::{__impl_enum as impl_enum, __impl_message as impl_message};
