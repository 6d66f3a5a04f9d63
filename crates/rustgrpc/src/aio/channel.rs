//! The channel.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_core::Stream;
use http::HeaderValue;
use prost::Message;

use super::{StreamStreamCall, StreamUnaryCall, UnaryStreamCall, UnaryUnaryCall};
use crate::client::call::{ClientCall, Shape};
use crate::client::connector;
use crate::client::outcome::Outcome;
use crate::client::subchannel::Subchannel;
use crate::client::target::Target;
use crate::requests::queue_of;
use crate::wire::compression::{Compression, Enabled};
use crate::wire::settings;
use crate::{ChannelCredentials, MethodDescriptor, StatusCode, insecure_channel_credentials};

const USER_AGENT: &str = concat!("grpc-rustgrpc/", env!("CARGO_PKG_VERSION"));

/// A channel to `target` without encryption, with the default options. Python's `grpc.aio.insecure_channel(target)`.
///
/// Connects on first use. Targets: `host:port`, `dns:///host:port`, `ipv4:address:port,address:port`,
/// `ipv6:[address]:port`, `unix:path`. A target that is none is what the calls end with.
pub fn insecure_channel(target: impl AsRef<str>) -> Channel {
    Channel::builder(target).build()
}

/// A channel to `target` with the default options, secured as `credentials` say. Python's
/// `grpc.aio.secure_channel(target, credentials)`.
pub fn secure_channel(
    target: impl AsRef<str>,
    credentials: impl Into<ChannelCredentials>,
) -> Channel {
    Channel::builder(target).credentials(credentials).build()
}

/// Where calls go. Python's `grpc.aio.Channel`.
///
/// A clone is the same channel; with the last one, and its last call, the connection closes. Calls run on the tokio
/// runtime in which they are awaited.
#[derive(Clone)]
pub struct Channel {
    shape: Arc<Shape>,
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
        UnaryUnaryCall::new(self.call(method), request)
    }

    /// A call of a method of one request and a stream of responses.
    pub fn unary_stream<Req: Message, Rep: Message + Default>(
        &self,
        method: MethodDescriptor,
        request: Req,
    ) -> UnaryStreamCall<Req, Rep> {
        UnaryStreamCall::new(self.call(method), request)
    }

    /// A call of a method of a stream of requests and one response.
    pub fn stream_unary<Req: Message + 'static, Rep: Message + Default>(
        &self,
        method: MethodDescriptor,
        requests: impl Stream<Item = Req> + Send + 'static,
    ) -> StreamUnaryCall<Req, Rep> {
        let queue = queue_of::<Req>(&requests as &dyn Any);
        StreamUnaryCall::new(self.call(method), Box::pin(requests), queue)
    }

    /// A call of a method of a stream of requests and a stream of responses.
    pub fn stream_stream<Req: Message + 'static, Rep: Message + Default>(
        &self,
        method: MethodDescriptor,
        requests: impl Stream<Item = Req> + Send + 'static,
    ) -> StreamStreamCall<Req, Rep> {
        let queue = queue_of::<Req>(&requests as &dyn Any);
        StreamStreamCall::new(self.call(method), Box::pin(requests), queue)
    }

    /// Closes the connection at once: calls that run and calls that come end with CANCELLED `Channel closed!`.
    pub fn close(&self) {
        if let Ok(subchannel) = &self.shape.subchannel {
            subchannel.close();
        }
    }

    fn call(&self, method: MethodDescriptor) -> ClientCall {
        ClientCall::new(self.shape.clone(), method)
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut channel = f.debug_struct("Channel");
        if let Ok(subchannel) = &self.shape.subchannel {
            channel.field("target", &subchannel.target().authority);
        }
        channel.finish_non_exhaustive()
    }
}

/// The options of a [`Channel`].
#[derive(Clone, Debug)]
pub struct ChannelBuilder {
    target: String,
    user_agent: Option<String>,
    max_receive_message_length: usize,
    max_send_message_length: usize,
    compression: Compression,
    enabled: Enabled,
    keepalive: Option<(Duration, Duration)>,
    credentials: ChannelCredentials,
    default_authority: Option<String>,
    ssl_target_name_override: Option<String>,
}

impl ChannelBuilder {
    fn new(target: &str) -> Self {
        Self {
            target: target.to_owned(),
            user_agent: None,
            max_receive_message_length: settings::MAX_RECEIVE_MESSAGE_LENGTH,
            max_send_message_length: usize::MAX,
            compression: Compression::NoCompression,
            enabled: Enabled::default(),
            keepalive: None,
            credentials: insecure_channel_credentials(),
            default_authority: None,
            ssl_target_name_override: None,
        }
    }

    /// The longest response in bytes, 4 MiB by default; longer ones end the call with RESOURCE_EXHAUSTED. `None`: no limit.
    #[doc(alias = "grpc.max_receive_message_length")]
    pub fn max_receive_message_length(mut self, length: impl Into<Option<usize>>) -> Self {
        self.max_receive_message_length = length.into().unwrap_or(usize::MAX);
        self
    }

    /// The longest request in bytes, not limited by default.
    #[doc(alias = "grpc.max_send_message_length")]
    pub fn max_send_message_length(mut self, length: impl Into<Option<usize>>) -> Self {
        self.max_send_message_length = length.into().unwrap_or(usize::MAX);
        self
    }

    /// What is put before the library's own `user-agent`. Characters that a header cannot carry leave it out.
    #[doc(alias = "grpc.primary_user_agent")]
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// The compression of requests; none by default.
    #[doc(alias = "grpc.default_compression_algorithm")]
    pub fn compression(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// The algorithms in use, all by default. Responses in others end the call with INTERNAL.
    #[doc(alias = "grpc.compression_enabled_algorithms_bitset")]
    pub fn enabled_compression(
        mut self,
        algorithms: impl IntoIterator<Item = Compression>,
    ) -> Self {
        self.enabled = algorithms.into_iter().collect();
        self
    }

    /// Pings the connection after each `time` and gives it up when no answer comes within `timeout`. Off by default.
    #[doc(alias = "grpc.keepalive_time_ms")]
    pub fn keepalive(mut self, time: Duration, timeout: Duration) -> Self {
        self.keepalive = Some((time, timeout));
        self
    }

    /// How the connection is secured, and what the calls carry. Not at all, and nothing, by default.
    pub fn credentials(mut self, credentials: impl Into<ChannelCredentials>) -> Self {
        self.credentials = credentials.into();
        self
    }

    /// The `:authority` of calls, and whose certificate the server has to have. The host and port of the target by default.
    #[doc(alias = "grpc.default_authority")]
    pub fn default_authority(mut self, authority: impl Into<String>) -> Self {
        self.default_authority = Some(authority.into());
        self
    }

    /// The name that the server's certificate has to have, and the `:authority` of calls unless that is set: for tests,
    /// in which a certificate is not made for the address of its server. The host of the target by default.
    #[doc(alias = "grpc.ssl_target_name_override")]
    pub fn ssl_target_name_override(mut self, name: impl Into<String>) -> Self {
        self.ssl_target_name_override = Some(name.into());
        self
    }

    /// The channel, not connected yet.
    pub fn build(self) -> Channel {
        let ChannelCredentials { security, call } = self.credentials;
        let name = self.ssl_target_name_override;
        let authority = self.default_authority.or_else(|| name.clone());
        let target = Target::parse(&self.target).and_then(|mut target| {
            if let Some(authority) = authority {
                target.authority = authority
                    .parse()
                    .map_err(|_| format!("the authority is not valid: {authority}"))?;
            }
            Ok(target)
        });
        let subchannel = match target {
            Ok(target) => {
                let options = connector::Options {
                    keepalive: self.keepalive,
                    security: security.clone(),
                    host: name.unwrap_or_else(|| target.authority.host().to_owned()),
                };
                Ok(Subchannel::new(target, options))
            }
            Err(text) if self.target.is_empty() => {
                let details = format!("Failed to create channel to '':{text}");
                Err(Outcome::new(StatusCode::Unknown, details))
            }
            Err(text) => Err(Outcome::new(StatusCode::Unavailable, text)),
        };
        let user_agent = self
            .user_agent
            .and_then(|first| format!("{first} {USER_AGENT}").parse().ok());
        let shape = Shape {
            subchannel,
            user_agent: user_agent.unwrap_or(HeaderValue::from_static(USER_AGENT)),
            max_receive_message_length: self.max_receive_message_length,
            max_send_message_length: self.max_send_message_length,
            compression: self.compression,
            enabled: self.enabled,
            security,
            credentials: call,
        };
        Channel {
            shape: Arc::new(shape),
        }
    }
}
