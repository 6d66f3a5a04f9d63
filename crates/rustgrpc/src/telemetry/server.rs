//! What is told about a server and its calls.

#[cfg(any(feature = "channelz", feature = "metrics"))]
use std::sync::Arc;

use super::Observers;
use super::socket::{Ends, Meter, SocketTelemetry};
#[cfg(feature = "channelz")]
use crate::channelz::nodes::{ServerNode, SocketNode};
#[cfg(feature = "metrics")]
use crate::observability::OpenTelemetryPlugin;
#[cfg(feature = "metrics")]
use crate::observability::server::{CallMeasurement, ServerMetrics};
use crate::server::{Listener, Peer, Running};
use crate::wire::frame::Frame;
use crate::{MethodDescriptor, StatusCode};

/// What listens to a server.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerTelemetry {
    #[cfg(feature = "channelz")]
    channelz: Option<Arc<ServerNode>>,
    #[cfg(feature = "metrics")]
    metrics: Option<Arc<ServerMetrics>>,
}

impl ServerTelemetry {
    pub(crate) fn new(observers: &Observers) -> Self {
        let _ = observers;
        Self {
            #[cfg(feature = "channelz")]
            channelz: (!observers.without_channelz).then(ServerNode::new),
            #[cfg(feature = "metrics")]
            metrics: observers.plugin().map(OpenTelemetryPlugin::server),
        }
    }

    /// Connections are accepted as long as what this returns is kept.
    pub(crate) fn listening(&self, listener: &Listener, security: &'static str) -> ListenTelemetry {
        let _ = (listener, security);
        ListenTelemetry {
            #[cfg(feature = "channelz")]
            _node: self
                .channelz
                .as_ref()
                .map(|node| node.listener(listener.end(), security)),
        }
    }

    /// A connection was accepted.
    pub(crate) fn connected(&self, ends: &Ends, security: &'static str) -> SocketTelemetry {
        let _ = (ends, security);
        SocketTelemetry {
            #[cfg(feature = "channelz")]
            node: self
                .channelz
                .as_ref()
                .map(|node| node.socket(&ends.ends, security)),
            #[cfg(feature = "channelz")]
            subchannel: None,
        }
    }

    /// A call begins.
    pub(crate) fn begin(&self, method: &MethodDescriptor, peer: &Peer) -> CallTelemetry {
        let _ = (method, peer);
        #[cfg(feature = "channelz")]
        {
            if let Some(server) = &self.channelz {
                server.calls().begin();
            }
            if let Some(socket) = &peer.socket.node {
                socket.streams().begin();
            }
        }
        CallTelemetry {
            #[cfg(any(feature = "channelz", feature = "metrics", feature = "tracing"))]
            code: None,
            #[cfg(feature = "channelz")]
            channelz: self.channelz.clone(),
            #[cfg(feature = "channelz")]
            socket: peer.socket.node.clone(),
            #[cfg(feature = "metrics")]
            metrics: self
                .metrics
                .as_ref()
                .map(|metrics| Box::new(metrics.begin(method))),
            #[cfg(feature = "tracing")]
            span: super::span::server(method, peer),
        }
    }

    /// A call is refused before it reaches a servicer.
    pub(crate) fn refuse(&self, path: &str, code: StatusCode, peer: &Peer) {
        let method = MethodDescriptor::new(path, false, false);
        let mut call = self.begin(&method, peer);
        call.settle(code);
        call.complete();
    }
}

/// What listens to a socket that is listened on.
#[derive(Debug)]
pub(crate) struct ListenTelemetry {
    #[cfg(feature = "channelz")]
    _node: Option<Arc<SocketNode>>,
}

/// What listens to a call.
#[derive(Debug)]
pub(crate) struct CallTelemetry {
    #[cfg(any(feature = "channelz", feature = "metrics", feature = "tracing"))]
    code: Option<StatusCode>,
    #[cfg(feature = "channelz")]
    channelz: Option<Arc<ServerNode>>,
    #[cfg(feature = "channelz")]
    socket: Option<Arc<SocketNode>>,
    #[cfg(feature = "metrics")]
    metrics: Option<Box<CallMeasurement>>,
    #[cfg(feature = "tracing")]
    span: Option<tracing::Span>,
}

impl CallTelemetry {
    pub(crate) fn meter(&self) -> Meter {
        Meter {
            #[cfg(feature = "channelz")]
            socket: self.socket.clone(),
            #[cfg(feature = "metrics")]
            traffic: self.metrics.as_ref().map(|metrics| metrics.traffic()),
        }
    }

    /// The servicer as it runs inside the span of the call.
    pub(crate) fn around(&self, running: Running) -> Running {
        #[cfg(feature = "tracing")]
        if let Some(span) = &self.span {
            use tracing::Instrument;
            return Box::pin(running.instrument(span.clone()));
        }
        running
    }

    /// Messages go out.
    pub(crate) fn sent(&self, frame: &Frame) {
        let _ = frame;
        #[cfg(feature = "channelz")]
        if let Some(socket) = &self.socket {
            socket.note_sent(frame.messages());
        }
        #[cfg(feature = "metrics")]
        if let Some(metrics) = &self.metrics {
            metrics.add_sent(frame.length());
        }
    }

    /// What the call ends with is known.
    pub(crate) fn settle(&mut self, code: StatusCode) {
        let _ = code;
        #[cfg(any(feature = "channelz", feature = "metrics", feature = "tracing"))]
        {
            self.code = Some(code);
        }
    }

    /// The end is on its way to the caller. Has no effect twice.
    pub(crate) fn complete(&mut self) {
        #[cfg(any(feature = "channelz", feature = "metrics", feature = "tracing"))]
        self.end(self.code.unwrap_or(StatusCode::Unknown), true);
    }

    fn end(&mut self, code: StatusCode, complete: bool) {
        let _ = (code, complete);
        #[cfg(feature = "channelz")]
        {
            if let Some(server) = self.channelz.take() {
                server.calls().end(code);
            }
            if let Some(socket) = self.socket.take() {
                socket.streams().end_as(complete);
            }
        }
        #[cfg(feature = "metrics")]
        if let Some(metrics) = self.metrics.take() {
            metrics.end(code);
        }
        #[cfg(feature = "tracing")]
        if let Some(span) = self.span.take() {
            super::span::end_server(&span, code);
        }
    }
}

impl Drop for CallTelemetry {
    /// A call whose end was not sent was cancelled.
    fn drop(&mut self) {
        self.end(StatusCode::Cancelled, false);
    }
}
