//! What every generated message is and can.

use std::fmt;

use prost::DecodeError;

use crate::descriptor::{FieldDescriptor, MessageDescriptor, Place};
use crate::encode::Encoder;
use crate::missing::MissingRequired;
use crate::reflect::{DynamicMessage, Field, FieldError, FieldValue, Reflect, access};
use crate::table::{self, Coded};
use crate::unknown::UnknownFields;
use crate::wire::{Decoder, Ended};

/// What generated code says about one message: each field once for reading, writing and looking.
pub trait Codec: Default + Send + Sync + 'static {
    /// Whether the size is cheap to tell: nothing is nested and no list of numbers has to be added up. Then
    /// the size is found first and the message written where it is to stand.
    const SIZE_FIRST: bool = false;

    /// Whether there are fields whose types other generators wrote: `field` does not know them.
    const HAS_FOREIGN_FIELDS: bool = false;

    /// Whether [`decode`](Self::decode) is the one by table.
    const BY_TABLE: bool = false;

    /// Where the message stands in its file.
    fn place() -> Place;

    /// Reads fields from the value of the one whose tag has been read, and gives the tag that ends them:
    /// [`END`](crate::wire::END), or that of the end of a group.
    #[inline]
    fn decode(&mut self, tag: u32, decoder: &mut Decoder<'_>) -> Ended {
        table::decode(self, tag, decoder)
    }

    /// Writes all fields, last first.
    #[inline]
    fn encode(&self, encoder: &mut impl Encoder) {
        encoder.by_table(self);
    }

    /// The field with this number, or the unknown fields if it is 0; `None` if there is none, or if it is a
    /// oneof's member that is not set.
    fn field(&self, _number: u32) -> Option<&dyn Field> {
        None
    }

    /// As [`field`](Self::field), to be changed: a oneof's member becomes the one that is set.
    fn field_mut(&mut self, _number: u32) -> Option<&mut dyn Field> {
        None
    }

    /// As [`field`](Self::field), for the codec by tables. Messages with a codec of their own have no need of it.
    fn coded(&self, _number: u32) -> Option<&dyn Coded> {
        None
    }

    /// As [`field_mut`](Self::field_mut), for the codec by tables.
    fn coded_mut(&mut self, _number: u32) -> Option<&mut dyn Coded> {
        None
    }

    /// The fields that the schema did not know; `None` if this message drops them.
    fn unknown_fields(&self) -> Option<&UnknownFields> {
        self.field(UnknownFields::NUMBER)?.as_unknown_fields()
    }

    /// As [`unknown_fields`](Self::unknown_fields), to be changed.
    fn unknown_fields_mut(&mut self) -> Option<&mut UnknownFields> {
        self.field_mut(UnknownFields::NUMBER)?
            .as_unknown_fields_mut()
    }
}

impl<M: Codec> Codec for Box<M> {
    const HAS_FOREIGN_FIELDS: bool = M::HAS_FOREIGN_FIELDS;
    const BY_TABLE: bool = M::BY_TABLE;

    #[inline]
    fn place() -> Place {
        M::place()
    }

    #[inline]
    fn decode(&mut self, tag: u32, decoder: &mut Decoder<'_>) -> Ended {
        (**self).decode(tag, decoder)
    }

    #[inline]
    fn encode(&self, encoder: &mut impl Encoder) {
        (**self).encode(encoder);
    }

    fn field(&self, number: u32) -> Option<&dyn Field> {
        (**self).field(number)
    }

    fn field_mut(&mut self, number: u32) -> Option<&mut dyn Field> {
        (**self).field_mut(number)
    }

    fn coded(&self, number: u32) -> Option<&dyn Coded> {
        (**self).coded(number)
    }

    fn coded_mut(&mut self, number: u32) -> Option<&mut dyn Coded> {
        (**self).coded_mut(number)
    }
}

/// A protobuf message, with the methods that Python's `google.protobuf.message.Message` has.
///
/// Every generated message implements this trait and `prost::Message`; the two have no method's name
/// in common.
///
/// | Python | here |
/// | --- | --- |
/// | `M(f=1)` | `M { f: 1, ..Default::default() }`, or `M::new().with_f(1)` |
/// | `m.f`, `m.f = 1` | `m.f`, `m.f = 1`; with presence `m.f()`, `m.f = Some(1)` |
/// | `m.SerializeToString()` | [`try_serialize`](Self::try_serialize); [`serialize`](Self::serialize) where nothing is required |
/// | `m.SerializePartialToString()` | [`serialize`](Self::serialize) |
/// | `m.SerializeToString(deterministic=True)` | [`serialize_deterministic`](Self::serialize_deterministic) |
/// | `M.FromString(data)` | [`parse`](Self::parse) |
/// | `m.ParseFromString(data)` | [`parse_from`](Self::parse_from) |
/// | `m.MergeFromString(data)` | [`merge_from_bytes`](Self::merge_from_bytes) |
/// | `m.MergeFrom(other)` | [`merge_from`](Self::merge_from) |
/// | `m.CopyFrom(other)` | [`copy_from`](Self::copy_from) |
/// | `m.Clear()` | [`clear_message`](Self::clear_message) |
/// | `m.HasField("f")` | [`has_field`](Self::has_field), or `m.has_f()` |
/// | `m.ClearField("f")` | [`clear_field`](Self::clear_field), or `m.clear_f()` |
/// | `m.WhichOneof("o")` | [`which_oneof`](Self::which_oneof), or `match m.o` |
/// | `m.ListFields()` | [`list_fields`](Self::list_fields) |
/// | `m.IsInitialized()` | [`is_initialized`](Self::is_initialized) |
/// | `m.FindInitializationErrors()` | [`find_initialization_errors`](Self::find_initialization_errors) |
/// | `m.ByteSize()` | [`byte_size`](Self::byte_size) |
/// | `m.DiscardUnknownFields()` | [`discard_unknown_fields`](Self::discard_unknown_fields) |
/// | `UnknownFieldSet(m)` | `m.unknown_fields` |
/// | `m.f.SetInParent()` | `m.f_mut()` |
/// | `m.Extensions[EXT]`, `HasExtension`, `ClearExtension` | [`EXT.get(&m)`](crate::Extension::get), `EXT.has(&m)`, `EXT.clear(&mut m)` |
/// | `M.DESCRIPTOR` | [`descriptor`](Self::descriptor) |
/// | `str(m)`, `repr(m)` | `m.to_string()` |
/// | `m == other` | `m == other` |
/// | `copy.deepcopy(m)` | `m.clone()` |
/// | `pickle.dumps(m)`, `pickle.loads(data)` | `m.serialize()`, `M::parse(data)` |
///
/// ```
/// use rustgrpc_protobuf::Message;
/// use rustgrpc_protobuf::google::protobuf::Duration;
///
/// let second = Duration { seconds: 1, ..Default::default() };
/// let bytes = second.serialize();
/// assert_eq!(bytes, b"\x08\x01");
/// assert_eq!(Duration::parse(&bytes).unwrap(), second);
/// ```
pub trait Message:
    prost::Message + Codec + Reflect + Clone + PartialEq + fmt::Debug + fmt::Display + 'static
{
    /// The message's descriptor.
    #[doc(alias = "DESCRIPTOR")]
    fn descriptor() -> MessageDescriptor {
        Self::place().descriptor()
    }

    /// A message with nothing set, which lives for ever.
    fn default_instance() -> &'static Self {
        Self::place().default_instance()
    }

    /// The message as bytes, whether required fields are set or not. Mirrors Python's
    /// `SerializePartialToString`.
    #[doc(alias = "SerializePartialToString")]
    fn serialize(&self) -> Vec<u8> {
        self.encode_to_vec()
    }

    /// The message as bytes, if it is complete. Mirrors Python's `SerializeToString`.
    ///
    /// # Errors
    /// If required fields (of proto2, or `LEGACY_REQUIRED`) are not set, here or in a message within.
    #[doc(alias = "SerializeToString")]
    fn try_serialize(&self) -> Result<Vec<u8>, MissingRequired> {
        MissingRequired::check(self)?;
        Ok(self.serialize())
    }

    /// The message as bytes, with the entries of maps by key: equal messages give equal bytes, up to 100
    /// messages within each other. Mirrors Python's `SerializeToString(deterministic=True)`.
    fn serialize_deterministic(&self) -> Vec<u8> {
        let bytes = self.encode_to_vec();
        // Dynamic messages hold maps by key.
        match DynamicMessage::parse(&Self::descriptor(), &bytes) {
            Ok(sorted) => sorted.serialize(),
            Err(_) => bytes,
        }
    }

    /// A message from bytes. Mirrors Python's `FromString`.
    ///
    /// # Errors
    /// If the bytes are not a message of this type: cut off, malformed, or not UTF-8 in a string.
    #[doc(alias = "FromString")]
    fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        prost::Message::decode(bytes)
    }

    /// Replaces this message by the one in `bytes`. Mirrors Python's `ParseFromString`.
    ///
    /// # Errors
    /// As [`parse`](Self::parse); the message is left as it was.
    #[doc(alias = "ParseFromString")]
    fn parse_from(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        *self = Self::parse(bytes)?;
        Ok(())
    }

    /// Merges the message in `bytes` into this one. Mirrors Python's `MergeFromString`.
    ///
    /// # Errors
    /// As [`parse`](Self::parse); what was read before the error has been merged.
    #[doc(alias = "MergeFromString")]
    fn merge_from_bytes(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        prost::Message::merge(self, bytes)
    }

    /// Merges `other` into this message: set fields replace, repeated ones are appended, messages
    /// and maps are merged. Mirrors Python's `MergeFrom`.
    #[doc(alias = "MergeFrom")]
    fn merge_from(&mut self, other: &Self) {
        // Merging is defined by the wire format: the bytes of both, one after the other.
        let bytes = other.encode_to_vec();
        self.merge_from_bytes(&bytes)
            .expect("bytes just written can be read");
    }

    /// Replaces this message by a copy of `other`. Mirrors Python's `CopyFrom`.
    #[doc(alias = "CopyFrom")]
    fn copy_from(&mut self, other: &Self) {
        self.clone_from(other);
    }

    /// Makes this message as a new one is. Mirrors Python's `Clear`; `clear` is `prost::Message`'s name
    /// for it.
    #[doc(alias = "Clear")]
    fn clear_message(&mut self) {
        *self = Self::default();
    }

    /// Whether the field, or any member of the oneof, is set. Mirrors Python's `HasField`.
    ///
    /// # Errors
    /// If the message has neither, or the field has no presence.
    #[doc(alias = "HasField")]
    fn has_field(&self, name: &str) -> Result<bool, FieldError> {
        access::has_field(self, name)
    }

    /// Makes the field as it is in a new message, or unsets the oneof. Mirrors Python's `ClearField`.
    ///
    /// # Errors
    /// If the message has neither.
    #[doc(alias = "ClearField")]
    fn clear_field(&mut self, name: &str) -> Result<(), FieldError> {
        access::clear_field(self, name)
    }

    /// The name of the oneof's member that is set. Mirrors Python's `WhichOneof`.
    ///
    /// # Errors
    /// If the message has no such oneof.
    ///
    /// ```
    /// use rustgrpc_protobuf::Message;
    /// use rustgrpc_protobuf::google::protobuf::Value;
    ///
    /// assert!(Value::from(1.5).has_field("number_value")?);
    /// assert_eq!(Value::from(1.5).which_oneof("kind")?.as_deref(), Some("number_value"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "WhichOneof")]
    fn which_oneof(&self, name: &str) -> Result<Option<String>, FieldError> {
        access::which_oneof(self, name)
    }

    /// The fields that are set and what they hold, by number. Mirrors Python's `ListFields`.
    ///
    /// Extensions are among them if the file of the message that they extend, or one that it imports,
    /// declares them; all others are in the message's unknown fields.
    ///
    /// ```
    /// use rustgrpc_protobuf::Message;
    /// use rustgrpc_protobuf::google::protobuf::Duration;
    /// use rustgrpc_protobuf::reflect::{FieldRef, ValueRef};
    ///
    /// let second = Duration::new().with_seconds(1);
    /// for (field, value) in second.list_fields() {
    ///     assert_eq!(field.name(), "seconds");
    ///     assert!(matches!(value.contents(), FieldRef::Singular(ValueRef::Int64(1))));
    /// }
    /// ```
    #[doc(alias = "ListFields")]
    fn list_fields(&self) -> Vec<(FieldDescriptor, FieldValue<'_>)> {
        access::list_fields(self)
    }

    /// Whether all required fields are set, here and in all messages within. Mirrors Python's
    /// `IsInitialized`.
    #[doc(alias = "IsInitialized")]
    fn is_initialized(&self) -> bool {
        self.find_initialization_errors().is_empty()
    }

    /// The paths of required fields that are not set, such as `children[0].id`. Mirrors Python's
    /// `FindInitializationErrors`.
    #[doc(alias = "FindInitializationErrors")]
    fn find_initialization_errors(&self) -> Vec<String> {
        access::find_initialization_errors(self)
    }

    /// Forgets unknown fields, here and in all messages within. Mirrors Python's `DiscardUnknownFields`.
    ///
    /// Extensions stay if the file of the message that they extend, or one that it imports, declares
    /// them; others are as unknown as in a Python program that has not imported their module.
    #[doc(alias = "DiscardUnknownFields")]
    fn discard_unknown_fields(&mut self) {
        access::discard_unknown_fields(self);
    }

    /// The number of bytes that [`serialize`](Self::serialize) gives. Mirrors Python's `ByteSize`.
    #[doc(alias = "ByteSize")]
    fn byte_size(&self) -> usize {
        self.encoded_len()
    }
}

impl<M> Message for M where M: prost::Message + Codec + Clone + PartialEq + fmt::Debug + fmt::Display
{}

/// The instance that accessors of unset message fields give.
// With a lifetime of its own, so that generated code can name it where a reference of any lifetime is wanted.
pub fn default_instance<'a, M: Codec>() -> &'a M {
    M::place().default_instance()
}

/// Everything a generated message has but its fields: see `Codec` for those.
#[doc(hidden)]
#[macro_export]
macro_rules! __impl_message {
    ($name:ident, $package:literal, $short:literal $(,)?) => {
        impl $crate::codegen::ProstMessage for $name {
            #[inline]
            fn encode_raw(&self, buf: &mut impl $crate::codegen::BufMut) {
                $crate::codegen::bridge::encode_raw(self, buf);
            }

            #[inline]
            fn encode(
                &self,
                buf: &mut impl $crate::codegen::BufMut,
            ) -> ::core::result::Result<(), $crate::codegen::EncodeError> {
                $crate::codegen::bridge::encode(self, buf)
            }

            #[inline]
            fn encode_to_vec(&self) -> ::std::vec::Vec<u8> {
                $crate::codegen::bridge::encode_to_vec(self)
            }

            #[inline]
            fn encoded_len(&self) -> usize {
                $crate::codegen::bridge::encoded_len(self)
            }

            #[inline]
            fn merge(
                &mut self,
                buf: impl $crate::codegen::Buf,
            ) -> ::core::result::Result<(), $crate::codegen::DecodeError> {
                $crate::codegen::bridge::merge(self, buf)
            }

            #[inline]
            fn decode(
                buf: impl $crate::codegen::Buf,
            ) -> ::core::result::Result<Self, $crate::codegen::DecodeError> {
                $crate::codegen::bridge::decode(buf)
            }

            #[inline]
            fn merge_field(
                &mut self,
                number: u32,
                wire_type: $crate::codegen::WireType,
                buf: &mut impl $crate::codegen::Buf,
                context: $crate::codegen::DecodeContext,
            ) -> ::core::result::Result<(), $crate::codegen::DecodeError> {
                $crate::codegen::bridge::merge_field(self, number, wire_type, buf, context)
            }

            #[inline]
            fn clear(&mut self) {
                *self = ::core::default::Default::default();
            }
        }

        impl $crate::codegen::ProstName for $name {
            const NAME: &'static str = $short;
            const PACKAGE: &'static str = $package;
        }

        $crate::__impl_serde!($name);

        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::codegen::debug_message(self, f)
            }
        }

        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::codegen::display_message(self, f)
            }
        }
    };
}

/// `Serialize` and `Deserialize` of a generated message.
// A `cfg` within the macro would ask for a feature of the user's crate.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __impl_serde {
    ($name:ident) => {
        impl $crate::codegen::Serialize for $name {
            #[inline]
            fn serialize<S: $crate::codegen::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::codegen::serialize(self, serializer)
            }
        }

        impl<'de> $crate::codegen::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: $crate::codegen::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::codegen::deserialize(deserializer)
            }
        }
    };
}

/// Nothing, without the feature `serde`.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __impl_serde {
    ($name:ident) => {};
}
