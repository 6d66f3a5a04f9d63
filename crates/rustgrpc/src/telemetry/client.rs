//! What is told about a channel and its calls.

#[cfg(any(feature = "channelz", feature = "metrics"))]
use std::sync::Arc;

use super::Observers;
use super::socket::{Ends, Meter, SocketTelemetry};
#[cfg(feature = "channelz")]
use crate::channelz::nodes::{ChannelNode, SubchannelNode};
use crate::client::target::Address;
#[cfg(feature = "metrics")]
use crate::observability::client::{CallMeasurement, ChannelMetrics};
use crate::{ChannelConnectivity, MethodDescriptor, StatusCode};

/// What listens to a channel.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChannelTelemetry {
    #[cfg(feature = "channelz")]
    channelz: Option<Arc<ChannelNode>>,
    #[cfg(feature = "metrics")]
    metrics: Option<Arc<ChannelMetrics>>,
    #[cfg(feature = "tracing")]
    server: super::span::ServerName,
}

impl ChannelTelemetry {
    /// `target` is told with its scheme.
    pub(crate) fn new(observers: &Observers, target: &str) -> Self {
        let _ = (observers, target);
        #[cfg(feature = "channelz")]
        let channelz = (!observers.without_channelz).then(|| ChannelNode::new(target));
        #[cfg(feature = "tracing")]
        let server = super::span::ServerName::of_target(target);
        #[cfg(feature = "metrics")]
        let metrics = observers.plugin().map(|plugin| plugin.channel(target));
        Self {
            #[cfg(feature = "channelz")]
            channelz,
            #[cfg(feature = "metrics")]
            metrics,
            #[cfg(feature = "tracing")]
            server,
        }
    }

    pub(crate) fn set_state(&self, state: ChannelConnectivity) {
        #[cfg(feature = "channelz")]
        if let Some(node) = &self.channelz {
            node.set_state(state);
        }
        let _ = state;
    }

    /// The channel has these addresses from now on.
    pub(crate) fn set_addresses(&self, addresses: &[Address]) {
        #[cfg(feature = "channelz")]
        if let Some(node) = &self.channelz {
            let addresses: Vec<_> = addresses.iter().map(ToString::to_string).collect();
            node.set_addresses(&addresses);
        }
        let _ = addresses;
    }

    /// An attempt to connect to `address` begins.
    pub(crate) fn dial(&self, address: &Address) -> DialTelemetry {
        let _ = address;
        DialTelemetry {
            #[cfg(feature = "channelz")]
            subchannel: self.channelz.as_ref().map(|node| {
                let subchannel = node.subchannel(&address.to_string());
                subchannel.set_state(ChannelConnectivity::Connecting);
                subchannel
            }),
        }
    }

    /// A call begins.
    pub(crate) fn begin(&self, method: &MethodDescriptor) -> CallTelemetry {
        #[cfg(feature = "channelz")]
        if let Some(node) = &self.channelz {
            node.calls().begin();
        }
        let _ = method;
        CallTelemetry {
            #[cfg(feature = "channelz")]
            channelz: self.channelz.clone(),
            #[cfg(feature = "channelz")]
            socket: None,
            #[cfg(feature = "channelz")]
            complete: false,
            #[cfg(feature = "metrics")]
            metrics: self
                .metrics
                .as_ref()
                .map(|metrics| Box::new(metrics.begin(method))),
            #[cfg(feature = "tracing")]
            span: super::span::client(method, &self.server),
        }
    }
}

/// What listens to an attempt to connect.
#[derive(Debug)]
pub(crate) struct DialTelemetry {
    #[cfg(feature = "channelz")]
    subchannel: Option<Arc<SubchannelNode>>,
}

impl DialTelemetry {
    /// There is a connection.
    pub(crate) fn connected(&self, ends: &Ends, security: &'static str) -> SocketTelemetry {
        let _ = (ends, security);
        SocketTelemetry {
            #[cfg(feature = "channelz")]
            node: self.subchannel.as_ref().map(|subchannel| {
                subchannel.set_state(ChannelConnectivity::Ready);
                subchannel.socket(&ends.ends, security)
            }),
            #[cfg(feature = "channelz")]
            subchannel: self.subchannel.clone(),
        }
    }

    pub(crate) fn failed(&self) {
        #[cfg(feature = "channelz")]
        if let Some(subchannel) = &self.subchannel {
            subchannel.set_state(ChannelConnectivity::TransientFailure);
        }
    }
}

/// What listens to a call: from its first attempt to its end.
#[derive(Debug, Default)]
pub(crate) struct CallTelemetry {
    #[cfg(feature = "channelz")]
    channelz: Option<Arc<ChannelNode>>,
    /// That of the attempt that runs.
    #[cfg(feature = "channelz")]
    socket: Option<SocketTelemetry>,
    /// Whether the server has ended its stream.
    #[cfg(feature = "channelz")]
    complete: bool,
    #[cfg(feature = "metrics")]
    metrics: Option<Box<CallMeasurement>>,
    #[cfg(feature = "tracing")]
    span: Option<tracing::Span>,
}

impl CallTelemetry {
    /// An attempt begins: a connection is looked for.
    pub(crate) fn begin_attempt(&mut self) {
        #[cfg(feature = "metrics")]
        if let Some(metrics) = &mut self.metrics {
            metrics.begin_attempt();
        }
    }

    /// The attempt has a connection.
    pub(crate) fn open(&mut self, socket: &SocketTelemetry) -> Meter {
        #[cfg(feature = "channelz")]
        {
            if let Some(subchannel) = &socket.subchannel {
                subchannel.calls().begin();
            }
            if let Some(node) = &socket.node {
                node.streams().begin();
            }
            self.socket = Some(socket.clone());
        }
        let _ = socket;
        Meter {
            #[cfg(feature = "channelz")]
            socket: socket.node.clone(),
            #[cfg(feature = "metrics")]
            traffic: self.metrics.as_ref().and_then(|metrics| metrics.traffic()),
        }
    }

    /// The server has ended the stream of the attempt.
    pub(crate) fn complete(&mut self) {
        #[cfg(feature = "channelz")]
        {
            self.complete = true;
        }
    }

    /// The attempt is over.
    pub(crate) fn end_attempt(&mut self, code: StatusCode) {
        let _ = code;
        #[cfg(feature = "channelz")]
        if let Some(socket) = self.socket.take() {
            let complete = std::mem::take(&mut self.complete);
            if let Some(subchannel) = &socket.subchannel {
                subchannel.calls().end(code);
            }
            if let Some(node) = &socket.node {
                node.streams().end_as(complete);
            }
        }
        #[cfg(feature = "metrics")]
        if let Some(metrics) = &mut self.metrics {
            metrics.end_attempt(code);
        }
    }

    /// The call is over, and with it its last attempt. Has no effect twice.
    pub(crate) fn end(&mut self, code: StatusCode) {
        self.end_attempt(code);
        #[cfg(feature = "channelz")]
        if let Some(channel) = self.channelz.take() {
            channel.calls().end(code);
        }
        #[cfg(feature = "metrics")]
        if let Some(metrics) = self.metrics.take() {
            metrics.end(code);
        }
        #[cfg(feature = "tracing")]
        if let Some(span) = self.span.take() {
            super::span::end_client(&span, code);
        }
    }
}

impl Drop for CallTelemetry {
    /// A call that is dropped before its end was cancelled.
    fn drop(&mut self) {
        self.end(StatusCode::Cancelled);
    }
}
