//! The blocking channel.

use std::any::Any;

use prost::Message;

use super::blocking::begin;
use super::pump::Pump;
use super::{StreamStreamCall, StreamUnaryCall, UnaryStreamCall, UnaryUnaryCall};
use crate::aio::{self, ChannelBuilder};
use crate::client::interceptor::{AnyChannel, Interceptors};
use crate::{ChannelCredentials, MethodDescriptor, RequestReceiver};

/// A channel to `target` without encryption, with the default options. Python's `grpc.insecure_channel(target)`.
///
/// Connects on first use. Targets are those of [`aio::insecure_channel`].
///
/// ```no_run
/// use rustgrpc as grpc;
/// use rustgrpc::health::{HealthCheckRequest, HealthStub};
///
/// # fn main() -> Result<(), grpc::RpcError> {
/// let channel = grpc::insecure_channel("localhost:50051");
/// let stub = HealthStub::new(&channel); // as that of any generated service
/// let response = stub.check(HealthCheckRequest::new()).wait()?;
/// println!("{:?}", response.status);
/// # Ok(())
/// # }
/// ```
pub fn insecure_channel(target: impl AsRef<str>) -> Channel {
    Channel::builder(target).build()
}

/// A channel to `target` with the default options, secured as `credentials` say. Python's
/// `grpc.secure_channel(target, credentials)`.
pub fn secure_channel(
    target: impl AsRef<str>,
    credentials: impl Into<ChannelCredentials>,
) -> Channel {
    Channel::builder(target).credentials(credentials).build()
}

/// Where blocking calls go. Python's `grpc.Channel`.
///
/// A clone is the same channel; with the last one, and its last call, the connection closes. Any thread may use it, but not
/// the tasks of an async runtime: a call that would have to wait there ends with FAILED_PRECONDITION instead of holding the
/// runtime up. For them there is [`aio`].
///
/// What goes on by itself, connections and timers, runs on one runtime for all blocking channels and servers of the process,
/// which begins with the first of them and has as many threads as there are processors.
#[derive(Clone, Debug)]
pub struct Channel {
    pub(super) channel: aio::Channel,
}

impl Channel {
    /// A channel with options of your choice.
    pub fn builder(target: impl AsRef<str>) -> ChannelBuilder<Self> {
        ChannelBuilder::new(target.as_ref())
    }

    /// A call of a method of one request and one response.
    pub fn unary_unary<Req: Message, Rep: Message + Default>(
        &self,
        method: MethodDescriptor,
        request: Req,
    ) -> UnaryUnaryCall<Req, Rep> {
        UnaryUnaryCall::new(self.channel.unary_unary(method, request))
    }

    /// A call of a method of one request and a stream of responses.
    pub fn unary_stream<Req: Message, Rep: Message + Default>(
        &self,
        method: MethodDescriptor,
        request: Req,
    ) -> UnaryStreamCall<Req, Rep> {
        UnaryStreamCall::new(self.channel.unary_stream(method, request))
    }

    /// A call of a method of a stream of requests and one response.
    ///
    /// The iterator runs on a thread of its own, where it may block.
    pub fn stream_unary<Req, Rep, I>(
        &self,
        method: MethodDescriptor,
        requests: I,
    ) -> StreamUnaryCall<Req, Rep>
    where
        Req: Message + 'static,
        Rep: Message + Default,
        I: IntoIterator<Item = Req, IntoIter: Send + 'static>,
    {
        let mut requests = Some(requests.into_iter());
        let call = match take::<RequestReceiver<Req>>(&mut requests) {
            Some(written) => self.channel.stream_unary(method, written),
            None => self.channel.stream_unary(method, Pump::new(requests)),
        };
        StreamUnaryCall::new(call)
    }

    /// A call of a method of a stream of requests and a stream of responses.
    ///
    /// The iterator runs on a thread of its own, where it may block.
    pub fn stream_stream<Req, Rep, I>(
        &self,
        method: MethodDescriptor,
        requests: I,
    ) -> StreamStreamCall<Req, Rep>
    where
        Req: Message + 'static,
        Rep: Message + Default,
        I: IntoIterator<Item = Req, IntoIter: Send + 'static>,
    {
        let mut requests = Some(requests.into_iter());
        let call = match take::<RequestReceiver<Req>>(&mut requests) {
            Some(written) => self.channel.stream_stream(method, written),
            None => self.channel.stream_stream(method, Pump::new(requests)),
        };
        StreamStreamCall::new(call)
    }

    /// Closes the connections, without waiting for it: calls that run and calls that come end with CANCELLED
    /// `Channel closed!`.
    pub fn close(&self) {
        begin(self.channel.close(None));
    }
}

impl From<aio::Channel> for Channel {
    /// The same channel for blocking calls.
    fn from(channel: aio::Channel) -> Self {
        Self { channel }
    }
}

impl AnyChannel for Channel {
    fn intercepted(&self, interceptors: Interceptors) -> Self {
        Self::from(self.channel.intercepted(interceptors))
    }
}

/// What is in `slot`, if it is a `T`: requests that are written need no thread.
pub(super) fn take<T: 'static>(slot: &mut (dyn Any + Send)) -> Option<T> {
    slot.downcast_mut::<Option<T>>()?.take()
}
