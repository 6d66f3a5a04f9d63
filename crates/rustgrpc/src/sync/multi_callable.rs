//! Blocking calls of methods that no stub has: Python's `channel.unary_unary(path, serializer, deserializer)` and its kin.

use bytes::Bytes;

use super::channel::take;
use super::pump::Pump;
use super::{Channel, StreamStreamCall, StreamUnaryCall, UnaryStreamCall, UnaryUnaryCall};
use crate::{RequestReceiver, Serialized, aio};

impl Channel {
    /// Calls a method of one request and one response. See
    /// [`aio::Channel::unary_unary_multi_callable`].
    #[doc(alias = "unary_unary")]
    pub fn unary_unary_multi_callable<Req, Rep, S: Serialized, E>(
        &self,
        path: impl AsRef<str>,
        request_serializer: impl Fn(&Req) -> S + Send + Sync + 'static,
        response_deserializer: impl Fn(Bytes) -> Result<Rep, E> + Send + Sync + 'static,
    ) -> UnaryUnaryMultiCallable<Req, Rep> {
        UnaryUnaryMultiCallable {
            callable: self.channel.unary_unary_multi_callable(
                path,
                request_serializer,
                response_deserializer,
            ),
        }
    }

    /// Calls a method of one request and a stream of responses. See
    /// [`aio::Channel::unary_unary_multi_callable`].
    #[doc(alias = "unary_stream")]
    pub fn unary_stream_multi_callable<Req, Rep, S: Serialized, E>(
        &self,
        path: impl AsRef<str>,
        request_serializer: impl Fn(&Req) -> S + Send + Sync + 'static,
        response_deserializer: impl Fn(Bytes) -> Result<Rep, E> + Send + Sync + 'static,
    ) -> UnaryStreamMultiCallable<Req, Rep> {
        UnaryStreamMultiCallable {
            callable: self.channel.unary_stream_multi_callable(
                path,
                request_serializer,
                response_deserializer,
            ),
        }
    }

    /// Calls a method of a stream of requests and one response. See
    /// [`aio::Channel::unary_unary_multi_callable`].
    #[doc(alias = "stream_unary")]
    pub fn stream_unary_multi_callable<Req, Rep, S: Serialized, E>(
        &self,
        path: impl AsRef<str>,
        request_serializer: impl Fn(&Req) -> S + Send + Sync + 'static,
        response_deserializer: impl Fn(Bytes) -> Result<Rep, E> + Send + Sync + 'static,
    ) -> StreamUnaryMultiCallable<Req, Rep> {
        StreamUnaryMultiCallable {
            callable: self.channel.stream_unary_multi_callable(
                path,
                request_serializer,
                response_deserializer,
            ),
        }
    }

    /// Calls a method of a stream of requests and a stream of responses. See
    /// [`aio::Channel::unary_unary_multi_callable`].
    #[doc(alias = "stream_stream")]
    pub fn stream_stream_multi_callable<Req, Rep, S: Serialized, E>(
        &self,
        path: impl AsRef<str>,
        request_serializer: impl Fn(&Req) -> S + Send + Sync + 'static,
        response_deserializer: impl Fn(Bytes) -> Result<Rep, E> + Send + Sync + 'static,
    ) -> StreamStreamMultiCallable<Req, Rep> {
        StreamStreamMultiCallable {
            callable: self.channel.stream_stream_multi_callable(
                path,
                request_serializer,
                response_deserializer,
            ),
        }
    }
}

/// Calls a method of one request and one response. Python's `grpc.UnaryUnaryMultiCallable`.
#[derive(Debug)]
pub struct UnaryUnaryMultiCallable<Req, Rep> {
    callable: aio::UnaryUnaryMultiCallable<Req, Rep>,
}

impl<Req, Rep> UnaryUnaryMultiCallable<Req, Rep> {
    /// A call, which begins as those of stubs do.
    pub fn call(&self, request: Req) -> UnaryUnaryCall<Req, Rep> {
        UnaryUnaryCall::new(self.callable.call(request))
    }
}

/// Calls a method of one request and a stream of responses. Python's `grpc.UnaryStreamMultiCallable`.
#[derive(Debug)]
pub struct UnaryStreamMultiCallable<Req, Rep> {
    callable: aio::UnaryStreamMultiCallable<Req, Rep>,
}

impl<Req, Rep> UnaryStreamMultiCallable<Req, Rep> {
    /// A call, which begins as those of stubs do.
    pub fn call(&self, request: Req) -> UnaryStreamCall<Req, Rep> {
        UnaryStreamCall::new(self.callable.call(request))
    }
}

/// Calls a method of a stream of requests and one response. Python's `grpc.StreamUnaryMultiCallable`.
#[derive(Debug)]
pub struct StreamUnaryMultiCallable<Req, Rep> {
    callable: aio::StreamUnaryMultiCallable<Req, Rep>,
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

/// Calls a method of a stream of requests and a stream of responses. Python's `grpc.StreamStreamMultiCallable`.
#[derive(Debug)]
pub struct StreamStreamMultiCallable<Req, Rep> {
    callable: aio::StreamStreamMultiCallable<Req, Rep>,
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
