//! Blocking calls of methods that no stub has: Python's `channel.unary_unary(path, serializer, deserializer)` and its kin.

use bytes::Bytes;

use super::channel::take;
use super::pump::Pump;
use super::{Channel, StreamStreamCall, StreamUnaryCall, UnaryStreamCall, UnaryUnaryCall};
use crate::{RequestReceiver, Serialized, aio};

/// What is the same for each arity: the type, and how a channel makes it.
macro_rules! multi_callables {
    ($(#[doc = $doc:literal] $type:ident, $method:ident ($python:literal);)*) => {
        impl Channel {
            $(#[doc = $doc]
            #[doc = concat!("See [`aio::Channel::", stringify!($method), "`].")]
            #[doc(alias = $python)]
            pub fn $method<Req, Rep, S: Serialized, E>(
                &self,
                path: impl AsRef<str>,
                request_serializer: impl Fn(&Req) -> S + Send + Sync + 'static,
                response_deserializer: impl Fn(Bytes) -> Result<Rep, E> + Send + Sync + 'static,
            ) -> $type<Req, Rep> {
                let channel = &self.channel;
                $type {
                    callable: channel.$method(path, request_serializer, response_deserializer),
                }
            })*
        }

        $(#[doc = $doc]
        #[doc = concat!("Python's `grpc.", stringify!($type), "`.")]
        #[derive(Debug)]
        pub struct $type<Req, Rep> {
            callable: aio::$type<Req, Rep>,
        }

        impl<Req, Rep> Clone for $type<Req, Rep> {
            fn clone(&self) -> Self {
                Self {
                    callable: self.callable.clone(),
                }
            }
        })*
    };
}

multi_callables! {
    /// Calls a method of one request and one response.
    UnaryUnaryMultiCallable, unary_unary_multi_callable ("unary_unary");
    /// Calls a method of one request and a stream of responses.
    UnaryStreamMultiCallable, unary_stream_multi_callable ("unary_stream");
    /// Calls a method of a stream of requests and one response.
    StreamUnaryMultiCallable, stream_unary_multi_callable ("stream_unary");
    /// Calls a method of a stream of requests and a stream of responses.
    StreamStreamMultiCallable, stream_stream_multi_callable ("stream_stream");
}

impl<Req, Rep> UnaryUnaryMultiCallable<Req, Rep> {
    /// A call, which begins as those of stubs do.
    pub fn call(&self, request: Req) -> UnaryUnaryCall<Req, Rep> {
        UnaryUnaryCall::new(self.callable.call(request))
    }
}

impl<Req, Rep> UnaryStreamMultiCallable<Req, Rep> {
    /// A call, which begins as those of stubs do.
    pub fn call(&self, request: Req) -> UnaryStreamCall<Req, Rep> {
        UnaryStreamCall::new(self.callable.call(request))
    }
}

impl<Req: Send + 'static, Rep> StreamUnaryMultiCallable<Req, Rep> {
    /// A call, which begins as those of stubs do. The iterator runs on a thread of its own, where it may block.
    pub fn call<I>(&self, request_iterator: I) -> StreamUnaryCall<Req, Rep>
    where
        I: IntoIterator<Item = Req, IntoIter: Send + 'static>,
    {
        let mut requests = Some(request_iterator.into_iter());
        let call = match take::<RequestReceiver<Req>>(&mut requests) {
            Some(written) => self.callable.call(written),
            None => self.callable.call(Pump::new(requests)),
        };
        StreamUnaryCall::new(call)
    }
}

impl<Req: Send + 'static, Rep> StreamStreamMultiCallable<Req, Rep> {
    /// A call, which begins as those of stubs do. The iterator runs on a thread of its own, where it may block.
    pub fn call<I>(&self, request_iterator: I) -> StreamStreamCall<Req, Rep>
    where
        I: IntoIterator<Item = Req, IntoIter: Send + 'static>,
    {
        let mut requests = Some(request_iterator.into_iter());
        let call = match take::<RequestReceiver<Req>>(&mut requests) {
            Some(written) => self.callable.call(written),
            None => self.callable.call(Pump::new(requests)),
        };
        StreamStreamCall::new(call)
    }
}
