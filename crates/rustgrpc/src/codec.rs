//! Functions between messages and bytes, for calls and handlers that no generated code makes.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use bytes::buf::Take;
use bytes::{Buf, Bytes};
use prost::Message;

use crate::wire::inbound::whole;
use crate::{Status, StatusCode};

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
    Message(fn(Take<&mut Bytes>, &mut Option<T>)),
    Function(Arc<dyn Fn(Bytes) -> Option<T> + Send + Sync>),
}

impl<T> Deserialize<T> {
    pub(crate) fn message() -> Self
    where
        T: Message + Default,
    {
        Self::Message(decode)
    }

    pub(crate) fn function<E>(
        deserializer: impl Fn(Bytes) -> Result<T, E> + Send + Sync + 'static,
    ) -> Self {
        Self::Function(Arc::new(move |bytes| deserializer(bytes).ok()))
    }

    pub(crate) fn call(&self, mut bytes: Bytes) -> Option<T> {
        let (length, mut message) = (bytes.len(), None);
        self.read((&mut bytes).take(length), &mut message);
        message
    }

    /// [`call`](Self::call) of bytes where they lie, into `message`.
    pub(crate) fn read(&self, bytes: Take<&mut Bytes>, message: &mut Option<T>) {
        match self {
            Self::Message(decode) => decode(bytes, message),
            Self::Function(deserializer) => *message = deserializer(whole(bytes)),
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

/// Decodes into `message`, which is `None` afterwards for bytes that are none. A message that is handed from result to result
/// costs as much as to decode a small one.
pub(crate) fn decode<T: Message + Default>(bytes: Take<&mut Bytes>, message: &mut Option<T>) {
    if message.insert(T::default()).merge(bytes).is_err() {
        *message = None;
    }
}

/// From a message to bytes; `None` for what cannot be serialized.
pub(crate) enum Serialize<T> {
    Message(fn(&T) -> Bytes),
    Function(Arc<Serializer<T>>),
}

type Serializer<T> = dyn Fn(&T) -> Option<Bytes> + Send + Sync;

impl<T> Serialize<T> {
    pub(crate) fn message() -> Self
    where
        T: Message,
    {
        Self::Message(|message| message.encode_to_vec().into())
    }

    pub(crate) fn function<S: Serialized>(
        serializer: impl Fn(&T) -> S + Send + Sync + 'static,
    ) -> Self {
        Self::Function(Arc::new(move |message| {
            serializer(message).into_serialized()
        }))
    }

    pub(crate) fn call(&self, message: &T) -> Result<Bytes, Status> {
        let serialized = match self {
            Self::Message(encode) => Some(encode(message)),
            Self::Function(serializer) => serializer(message),
        };
        serialized
            .ok_or_else(|| Status::new(StatusCode::Internal, "Exception serializing request!"))
    }
}

impl<T> Clone for Serialize<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Message(encode) => Self::Message(*encode),
            Self::Function(serializer) => Self::Function(serializer.clone()),
        }
    }
}

/// Both directions of a call.
pub(crate) struct Codec<Req, Rep> {
    pub(crate) serialize: Serialize<Req>,
    pub(crate) deserialize: Deserialize<Rep>,
}

impl<Req, Rep> Codec<Req, Rep> {
    pub(crate) fn functions<S: Serialized, E>(
        serializer: impl Fn(&Req) -> S + Send + Sync + 'static,
        deserializer: impl Fn(Bytes) -> Result<Rep, E> + Send + Sync + 'static,
    ) -> Self {
        Self {
            serialize: Serialize::function(serializer),
            deserialize: Deserialize::function(deserializer),
        }
    }
}

impl<Req: Message, Rep: Message + Default> Codec<Req, Rep> {
    pub(crate) fn messages() -> Self {
        Self {
            serialize: Serialize::message(),
            deserialize: Deserialize::message(),
        }
    }
}

impl<Req, Rep> Clone for Codec<Req, Rep> {
    fn clone(&self) -> Self {
        Self {
            serialize: self.serialize.clone(),
            deserialize: self.deserialize.clone(),
        }
    }
}
