//! Calls of methods that no stub has: Python's `channel.unary_unary(path, serializer, deserializer)` and its kin.

use std::any::Any;
use std::fmt;

use bytes::Bytes;
use futures_core::Stream;

use super::{Channel, StreamStreamCall, StreamUnaryCall, UnaryStreamCall, UnaryUnaryCall};
use crate::MethodDescriptor;
use crate::client::upload::Serializing;
use crate::codec::{Codec, Serialized};
use crate::requests::queue_of;

/// What all of them have in common.
macro_rules! multi_callable {
    ($type:ident) => {
        impl<Req, Rep> Clone for $type<Req, Rep> {
            fn clone(&self) -> Self {
                Self {
                    channel: self.channel.clone(),
                    method: self.method.clone(),
                    codec: self.codec.clone(),
                }
            }
        }

        impl<Req, Rep> fmt::Debug for $type<Req, Rep> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($type))
                    .field("method", &self.method.path())
                    .finish_non_exhaustive()
            }
        }
    };
}

impl Channel {
    /// Calls a method of one request and one response. Python's
    /// `channel.unary_unary(path, serializer, deserializer)`.
    ///
    /// `path` is `/package.Service/Method`. `request_serializer` is `HelloRequest::encode_to_vec` or any function to bytes,
    /// `response_deserializer` `HelloReply::decode` or any function from [`Bytes`] to a result;
    /// [`bytes_serializer`](crate::bytes_serializer) and [`bytes_deserializer`](crate::bytes_deserializer) leave bytes as they are.
    /// What cannot be serialized or deserialized ends the call with INTERNAL.
    #[doc(alias = "unary_unary")]
    pub fn unary_unary_multi_callable<Req, Rep, S: Serialized, E>(
        &self,
        path: impl AsRef<str>,
        request_serializer: impl Fn(&Req) -> S + Send + Sync + 'static,
        response_deserializer: impl Fn(Bytes) -> Result<Rep, E> + Send + Sync + 'static,
    ) -> UnaryUnaryMultiCallable<Req, Rep> {
        UnaryUnaryMultiCallable {
            channel: self.clone(),
            method: MethodDescriptor::new(path, false, false),
            codec: Codec::functions(request_serializer, response_deserializer),
        }
    }

    /// Calls a method of one request and a stream of responses. Python's
    /// `channel.unary_stream(path, serializer, deserializer)`.
    /// See [`unary_unary_multi_callable`](Self::unary_unary_multi_callable).
    #[doc(alias = "unary_stream")]
    pub fn unary_stream_multi_callable<Req, Rep, S: Serialized, E>(
        &self,
        path: impl AsRef<str>,
        request_serializer: impl Fn(&Req) -> S + Send + Sync + 'static,
        response_deserializer: impl Fn(Bytes) -> Result<Rep, E> + Send + Sync + 'static,
    ) -> UnaryStreamMultiCallable<Req, Rep> {
        UnaryStreamMultiCallable {
            channel: self.clone(),
            method: MethodDescriptor::new(path, false, true),
            codec: Codec::functions(request_serializer, response_deserializer),
        }
    }

    /// Calls a method of a stream of requests and one response. Python's
    /// `channel.stream_unary(path, serializer, deserializer)`.
    /// See [`unary_unary_multi_callable`](Self::unary_unary_multi_callable).
    #[doc(alias = "stream_unary")]
    pub fn stream_unary_multi_callable<Req, Rep, S: Serialized, E>(
        &self,
        path: impl AsRef<str>,
        request_serializer: impl Fn(&Req) -> S + Send + Sync + 'static,
        response_deserializer: impl Fn(Bytes) -> Result<Rep, E> + Send + Sync + 'static,
    ) -> StreamUnaryMultiCallable<Req, Rep> {
        StreamUnaryMultiCallable {
            channel: self.clone(),
            method: MethodDescriptor::new(path, true, false),
            codec: Codec::functions(request_serializer, response_deserializer),
        }
    }

    /// Calls a method of a stream of requests and a stream of responses. Python's
    /// `channel.stream_stream(path, serializer, deserializer)`.
    /// See [`unary_unary_multi_callable`](Self::unary_unary_multi_callable).
    #[doc(alias = "stream_stream")]
    pub fn stream_stream_multi_callable<Req, Rep, S: Serialized, E>(
        &self,
        path: impl AsRef<str>,
        request_serializer: impl Fn(&Req) -> S + Send + Sync + 'static,
        response_deserializer: impl Fn(Bytes) -> Result<Rep, E> + Send + Sync + 'static,
    ) -> StreamStreamMultiCallable<Req, Rep> {
        StreamStreamMultiCallable {
            channel: self.clone(),
            method: MethodDescriptor::new(path, true, true),
            codec: Codec::functions(request_serializer, response_deserializer),
        }
    }
}

/// Calls a method of one request and one response. Python's `grpc.aio.UnaryUnaryMultiCallable`.
pub struct UnaryUnaryMultiCallable<Req, Rep> {
    channel: Channel,
    method: MethodDescriptor,
    codec: Codec<Req, Rep>,
}

impl<Req, Rep> UnaryUnaryMultiCallable<Req, Rep> {
    /// A call, which begins as those of stubs do.
    pub fn call(&self, request: Req) -> UnaryUnaryCall<Req, Rep> {
        let call = self.channel.call(self.method.clone());
        UnaryUnaryCall::new(call, request, self.codec.clone())
    }
}

multi_callable!(UnaryUnaryMultiCallable);

/// Calls a method of one request and a stream of responses. Python's `grpc.aio.UnaryStreamMultiCallable`.
pub struct UnaryStreamMultiCallable<Req, Rep> {
    channel: Channel,
    method: MethodDescriptor,
    codec: Codec<Req, Rep>,
}

impl<Req, Rep> UnaryStreamMultiCallable<Req, Rep> {
    /// A call, which begins as those of stubs do.
    pub fn call(&self, request: Req) -> UnaryStreamCall<Req, Rep> {
        let call = self.channel.call(self.method.clone());
        UnaryStreamCall::new(call, request, self.codec.clone())
    }
}

multi_callable!(UnaryStreamMultiCallable);

/// Calls a method of a stream of requests and one response. Python's `grpc.aio.StreamUnaryMultiCallable`.
pub struct StreamUnaryMultiCallable<Req, Rep> {
    channel: Channel,
    method: MethodDescriptor,
    codec: Codec<Req, Rep>,
}

impl<Req: 'static, Rep> StreamUnaryMultiCallable<Req, Rep> {
    /// A call, which begins as those of stubs do.
    pub fn call(
        &self,
        request_iterator: impl Stream<Item = Req> + Send + 'static,
    ) -> StreamUnaryCall<Req, Rep> {
        let queue = queue_of::<Req>(&request_iterator as &dyn Any);
        let requests = Serializing {
            requests: Box::pin(request_iterator),
            serialize: self.codec.serialize.clone(),
        };
        let call = self.channel.call(self.method.clone());
        let deserialize = self.codec.deserialize.clone();
        StreamUnaryCall::new(call, Box::pin(requests), queue, deserialize)
    }
}

multi_callable!(StreamUnaryMultiCallable);

/// Calls a method of a stream of requests and a stream of responses. Python's `grpc.aio.StreamStreamMultiCallable`.
pub struct StreamStreamMultiCallable<Req, Rep> {
    channel: Channel,
    method: MethodDescriptor,
    codec: Codec<Req, Rep>,
}

impl<Req: 'static, Rep> StreamStreamMultiCallable<Req, Rep> {
    /// A call, which begins as those of stubs do.
    pub fn call(
        &self,
        request_iterator: impl Stream<Item = Req> + Send + 'static,
    ) -> StreamStreamCall<Req, Rep> {
        let queue = queue_of::<Req>(&request_iterator as &dyn Any);
        let requests = Serializing {
            requests: Box::pin(request_iterator),
            serialize: self.codec.serialize.clone(),
        };
        let call = self.channel.call(self.method.clone());
        let deserialize = self.codec.deserialize.clone();
        StreamStreamCall::new(call, Box::pin(requests), queue, deserialize)
    }
}

multi_callable!(StreamStreamMultiCallable);
