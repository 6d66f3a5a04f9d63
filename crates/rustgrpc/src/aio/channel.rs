//! The channel.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_core::Stream;
use prost::Message;

use super::{ChannelBuilder, StreamStreamCall, StreamUnaryCall, UnaryStreamCall, UnaryUnaryCall};
use crate::client::call::{ClientCall, Shape};
use crate::client::interceptor::{AnyChannel, Interceptors};
use crate::codec::{Codec, Deserialize};
use crate::requests::queue_of;
use crate::{ChannelCredentials, MethodDescriptor};

/// A channel to `target` without encryption, with the default options. Python's `grpc.aio.insecure_channel(target)`.
///
/// Connects on first use. Targets: `host:port`, `dns:///host:port`, `ipv4:address:port,address:port`,
/// `ipv6:[address]:port`, `unix:path`, `unix-abstract:name`. A target that is none is what the calls end with.
///
/// ```no_run
/// use rustgrpc as grpc;
/// use rustgrpc::health::{HealthCheckRequest, HealthStub};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let channel = grpc::aio::insecure_channel("localhost:50051");
/// let stub = HealthStub::new(&channel); // as that of any generated service
/// let response = stub.check(HealthCheckRequest::new()).await?;
/// println!("{:?}", response.status);
/// # Ok(())
/// # }
/// ```
pub fn insecure_channel(target: impl AsRef<str>) -> Channel {
    Channel::builder(target).build()
}

/// A channel to `target` with the default options, secured as `credentials` say. Python's
/// `grpc.aio.secure_channel(target, credentials)`.
///
/// ```
/// use rustgrpc as grpc;
///
/// let credentials = grpc::ssl_channel_credentials(); // the public roots
/// let channel = grpc::aio::secure_channel("greeter.example.com:443", credentials);
/// # drop(channel);
/// ```
pub fn secure_channel(
    target: impl AsRef<str>,
    credentials: impl Into<ChannelCredentials>,
) -> Channel {
    Channel::builder(target).credentials(credentials).build()
}

/// Where calls go. Python's `grpc.aio.Channel`.
///
/// A clone is the same channel; with the last one, and its last call, the connections close. Calls run on the tokio
/// runtime in which they are awaited. It connects when the first call needs it.
///
/// ```
/// use rustgrpc as grpc;
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let channel = grpc::aio::Channel::builder("localhost:50051")
///     .max_receive_message_length(16 << 20)
///     .build(); // without options: grpc::aio::insecure_channel("localhost:50051")
/// // let stub = GreeterStub::new(&channel);
/// channel.close(Duration::from_secs(1)).await;
/// # }
/// ```
#[derive(Clone)]
pub struct Channel {
    pub(super) shape: Arc<Shape>,
    interceptors: Interceptors,
}

impl Channel {
    /// A channel with options of your choice.
    pub fn builder(target: impl AsRef<str>) -> ChannelBuilder {
        ChannelBuilder::new(target.as_ref())
    }

    /// A call of a method of one request and one response.
    pub fn unary_unary<Req: Message, Rep: Message + Default>(
        &self,
        method: MethodDescriptor,
        request: Req,
    ) -> UnaryUnaryCall<Req, Rep> {
        UnaryUnaryCall::new(self.call(method), request, Codec::messages())
    }

    /// A call of a method of one request and a stream of responses.
    pub fn unary_stream<Req: Message, Rep: Message + Default>(
        &self,
        method: MethodDescriptor,
        request: Req,
    ) -> UnaryStreamCall<Req, Rep> {
        UnaryStreamCall::new(self.call(method), request, Codec::messages())
    }

    /// A call of a method of a stream of requests and one response.
    pub fn stream_unary<Req: Message + 'static, Rep: Message + Default>(
        &self,
        method: MethodDescriptor,
        requests: impl Stream<Item = Req> + Send + 'static,
    ) -> StreamUnaryCall<Req, Rep> {
        let queue = queue_of::<Req>(&requests as &dyn Any);
        let deserialize = Deserialize::message();
        StreamUnaryCall::new(self.call(method), Box::pin(requests), queue, deserialize)
    }

    /// A call of a method of a stream of requests and a stream of responses.
    pub fn stream_stream<Req: Message + 'static, Rep: Message + Default>(
        &self,
        method: MethodDescriptor,
        requests: impl Stream<Item = Req> + Send + 'static,
    ) -> StreamStreamCall<Req, Rep> {
        let queue = queue_of::<Req>(&requests as &dyn Any);
        let deserialize = Deserialize::message();
        StreamStreamCall::new(self.call(method), Box::pin(requests), queue, deserialize)
    }

    /// Closes the connections: calls that come end with CANCELLED `Channel closed!`, those that run do so after `grace`;
    /// `None` grants no grace. Calls that wait for a connection get none.
    ///
    /// Resolves when all connections are closed.
    pub async fn close(&self, grace: impl Into<Option<Duration>>) {
        if let Ok(balancer) = &self.shape.balancer {
            balancer
                .close_after(grace.into().unwrap_or(Duration::ZERO))
                .await;
        }
    }

    pub(super) fn new(shape: Shape, interceptors: Interceptors) -> Self {
        Self {
            shape: Arc::new(shape),
            interceptors,
        }
    }

    pub(super) fn call(&self, method: MethodDescriptor) -> ClientCall {
        ClientCall::new(self.shape.clone(), method).through(self.interceptors.clone())
    }
}

impl AnyChannel for Channel {
    fn intercepted(&self, interceptors: Interceptors) -> Self {
        Self {
            shape: self.shape.clone(),
            interceptors: interceptors.before(&self.interceptors),
        }
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut channel = f.debug_struct("Channel");
        if let Ok(balancer) = &self.shape.balancer {
            channel.field("target", &balancer.target().authority);
        }
        channel.finish_non_exhaustive()
    }
}
