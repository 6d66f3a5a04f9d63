//! Calls of methods that no stub has: Python's `channel.unary_unary(path, serializer, deserializer)` and its kin.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use futures_core::Stream;

use super::{Channel, StreamStreamCall, StreamUnaryCall, UnaryStreamCall, UnaryUnaryCall};
use crate::MethodDescriptor;
use crate::client::upload::{Frames, Serializing};
use crate::codec::{Codec, Serialized};
use crate::requests::{Queue, queue_of};

/// What is the same for each arity: the type, and how a channel makes it.
macro_rules! multi_callables {
    ($(#[doc = $doc:literal] $type:ident, $method:ident ($python:literal): $requests:literal, $responses:literal;)*) => {
        impl Channel {
            $(#[doc = $doc]
            #[doc = concat!("Python's `channel.", $python, "(path, serializer, deserializer)`.")]
            ///
            /// `path` is `/package.Service/Method`. `request_serializer` is `HelloRequest::encode_to_vec` or any function to
            /// bytes, `response_deserializer` `HelloReply::decode` or any function from [`Bytes`] to a result;
            /// [`bytes_serializer`](crate::bytes_serializer) and [`bytes_deserializer`](crate::bytes_deserializer) leave
            /// bytes as they are. What cannot be serialized or deserialized ends the call with INTERNAL.
            #[doc(alias = $python)]
            pub fn $method<Req, Rep, S: Serialized, E>(
                &self,
                path: impl AsRef<str>,
                request_serializer: impl Fn(&Req) -> S + Send + Sync + 'static,
                response_deserializer: impl Fn(Bytes) -> Result<Rep, E> + Send + Sync + 'static,
            ) -> $type<Req, Rep> {
                $type {
                    channel: self.clone(),
                    method: MethodDescriptor::new(path, $requests, $responses),
                    codec: Codec::functions(request_serializer, response_deserializer),
                }
            })*
        }

        $(#[doc = $doc]
        #[doc = concat!("Python's `grpc.aio.", stringify!($type), "`.")]
        pub struct $type<Req, Rep> {
            channel: Channel,
            method: MethodDescriptor,
            codec: Codec<Req, Rep>,
        }

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
        })*
    };
}

multi_callables! {
    /// Calls a method of one request and one response.
    UnaryUnaryMultiCallable, unary_unary_multi_callable ("unary_unary"): false, false;
    /// Calls a method of one request and a stream of responses.
    UnaryStreamMultiCallable, unary_stream_multi_callable ("unary_stream"): false, true;
    /// Calls a method of a stream of requests and one response.
    StreamUnaryMultiCallable, stream_unary_multi_callable ("stream_unary"): true, false;
    /// Calls a method of a stream of requests and a stream of responses.
    StreamStreamMultiCallable, stream_stream_multi_callable ("stream_stream"): true, true;
}

impl<Req, Rep> UnaryUnaryMultiCallable<Req, Rep> {
    /// A call, which begins as those of stubs do.
    pub fn call(&self, request: Req) -> UnaryUnaryCall<Req, Rep> {
        let call = self.channel.call(self.method.clone());
        UnaryUnaryCall::new(call, request, self.codec.clone())
    }
}

impl<Req, Rep> UnaryStreamMultiCallable<Req, Rep> {
    /// A call, which begins as those of stubs do.
    pub fn call(&self, request: Req) -> UnaryStreamCall<Req, Rep> {
        let call = self.channel.call(self.method.clone());
        UnaryStreamCall::new(call, request, self.codec.clone())
    }
}

impl<Req: 'static, Rep> StreamUnaryMultiCallable<Req, Rep> {
    /// A call, which begins as those of stubs do.
    pub fn call(
        &self,
        request_iterator: impl Stream<Item = Req> + Send + 'static,
    ) -> StreamUnaryCall<Req, Rep> {
        let call = self.channel.call(self.method.clone());
        let (requests, queue) = serialized(request_iterator, &self.codec);
        StreamUnaryCall::new(call, requests, queue, self.codec.deserialize.clone())
    }
}

impl<Req: 'static, Rep> StreamStreamMultiCallable<Req, Rep> {
    /// A call, which begins as those of stubs do.
    pub fn call(
        &self,
        request_iterator: impl Stream<Item = Req> + Send + 'static,
    ) -> StreamStreamCall<Req, Rep> {
        let call = self.channel.call(self.method.clone());
        let (requests, queue) = serialized(request_iterator, &self.codec);
        StreamStreamCall::new(call, requests, queue, self.codec.deserialize.clone())
    }
}

/// The requests as they are sent, and their queue if they are written.
fn serialized<Req: 'static, Rep>(
    requests: impl Stream<Item = Req> + Send + 'static,
    codec: &Codec<Req, Rep>,
) -> (Frames, Option<Arc<Queue<Req>>>) {
    let queue = queue_of::<Req>(&requests as &dyn Any);
    let requests = Serializing {
        requests: Box::pin(requests),
        serialize: codec.serialize.clone(),
    };
    (Box::pin(requests), queue)
}
