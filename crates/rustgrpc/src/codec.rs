//! Functions between messages and bytes, for calls and handlers that no generated code makes.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use prost::Message;

/// What a serializer may return: bytes, or a result of them. An error ends the call with INTERNAL.
pub trait Serialized: sealed::Sealed {
    #[doc(hidden)]
    fn into_serialized(self) -> Option<Bytes>;
}

/// The deserializer of methods whose messages are bytes. Python's `None` in place of a deserializer.
pub fn bytes_deserializer(message: Bytes) -> Result<Bytes, Infallible> {
    Ok(message)
}

/// The serializer of methods whose messages are bytes. Python's `None` in place of a serializer.
pub fn bytes_serializer(message: &Bytes) -> Bytes {
    message.clone()
}

impl Serialized for Bytes {
    fn into_serialized(self) -> Option<Bytes> {
        Some(self)
    }
}

impl Serialized for Vec<u8> {
    fn into_serialized(self) -> Option<Bytes> {
        Some(self.into())
    }
}

impl<S: Serialized, E> Serialized for Result<S, E> {
    fn into_serialized(self) -> Option<Bytes> {
        self.ok().and_then(S::into_serialized)
    }
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for bytes::Bytes {}
    impl Sealed for Vec<u8> {}
    impl<S: Sealed, E> Sealed for Result<S, E> {}
}

/// From bytes to a message; `None` for bytes that are none.
pub(crate) enum Deserialize<T> {
    Message(fn(Bytes) -> Option<T>),
    Function(Arc<dyn Fn(Bytes) -> Option<T> + Send + Sync>),
}

impl<T> Deserialize<T> {
    pub(crate) fn message() -> Self
    where
        T: Message + Default,
    {
        Self::Message(|bytes| T::decode(bytes).ok())
    }

    pub(crate) fn function<E>(
        deserializer: impl Fn(Bytes) -> Result<T, E> + Send + Sync + 'static,
    ) -> Self {
        Self::Function(Arc::new(move |bytes| deserializer(bytes).ok()))
    }

    pub(crate) fn call(&self, bytes: Bytes) -> Option<T> {
        match self {
            Self::Message(decode) => decode(bytes),
            Self::Function(deserializer) => deserializer(bytes),
        }
    }
}

impl<T> Clone for Deserialize<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Message(decode) => Self::Message(*decode),
            Self::Function(deserializer) => Self::Function(deserializer.clone()),
        }
    }
}

impl<T> fmt::Debug for Deserialize<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Message(_) => "Message",
            Self::Function(_) => "Function",
        })
    }
}
