//! `Any`: a message of any type, packed.

use std::fmt;

use prost::{DecodeError, Name};

use crate::google::protobuf::any_pb2::Any;
use crate::message::Message;

const PREFIX: &str = "type.googleapis.com";

impl Any {
    /// Packs `message`. Mirrors Python's `any_pb2.Any.Pack`.
    ///
    /// ```
    /// use rustgrpc_protobuf::google::protobuf::{Any, Duration};
    ///
    /// let second = Duration { seconds: 1, ..Default::default() };
    /// let any = Any::pack(&second);
    /// assert_eq!(any.type_url, "type.googleapis.com/google.protobuf.Duration");
    /// assert!(any.is::<Duration>());
    /// assert_eq!(any.unpack::<Duration>().unwrap(), second);
    /// ```
    #[doc(alias = "Pack")]
    pub fn pack<M: Message + Name>(message: &M) -> Self {
        Self::pack_with_prefix(message, PREFIX)
    }

    /// Packs `message` under a type URL of another prefix. Mirrors Python's `Pack(m, type_url_prefix=…)`.
    ///
    /// ```
    /// use rustgrpc_protobuf::google::protobuf::{Any, Duration};
    ///
    /// let any = Any::pack_with_prefix(&Duration::default(), "my.dom/");
    /// assert_eq!(any.type_url, "my.dom/google.protobuf.Duration");
    /// ```
    pub fn pack_with_prefix<M: Message + Name>(message: &M, prefix: &str) -> Self {
        let slash = if prefix.ends_with('/') { "" } else { "/" };
        Self {
            type_url: format!("{prefix}{slash}{}", M::full_name()),
            value: message.serialize(),
            ..Default::default()
        }
    }

    /// The message, if it is of type `M`. Mirrors Python's `Unpack`.
    ///
    /// # Errors
    /// If it is of another type, or its bytes are not a message.
    #[doc(alias = "Unpack")]
    pub fn unpack<M: Message + Name>(&self) -> Result<M, UnpackError> {
        if !self.is::<M>() {
            return Err(UnpackError::OtherType {
                expected: M::full_name(),
                found: self.type_url.clone(),
            });
        }
        M::parse(&self.value).map_err(UnpackError::Malformed)
    }

    /// Whether the message is of type `M`. Mirrors Python's `Is`.
    #[doc(alias = "Is")]
    pub fn is<M: Name>(&self) -> bool {
        self.type_url.contains('/') && self.type_name() == M::full_name()
    }

    /// The full name of the message's type. Mirrors Python's `TypeName`.
    #[doc(alias = "TypeName")]
    pub fn type_name(&self) -> &str {
        self.type_url.rsplit('/').next().unwrap_or_default()
    }
}

/// Why a message could not be unpacked.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum UnpackError {
    /// The `Any` holds a message of another type.
    #[non_exhaustive]
    OtherType {
        /// The full name of the type that was asked for.
        expected: String,
        /// The type URL that was found.
        found: String,
    },
    /// The bytes are not a message of the type.
    Malformed(DecodeError),
}

impl fmt::Display for UnpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherType { expected, found } => {
                write!(f, "expected a packed {expected}, found type URL {found:?}")
            }
            Self::Malformed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for UnpackError {}
