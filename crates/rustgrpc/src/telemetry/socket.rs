//! What is told about a connection, and about the messages on it.

#[cfg(any(feature = "channelz", feature = "metrics"))]
use std::sync::Arc;

use tokio::net::TcpStream;

#[cfg(feature = "channelz")]
use crate::channelz::nodes::{End, SocketNode, SubchannelNode};
#[cfg(feature = "metrics")]
use crate::observability::traffic::Traffic;
use crate::wire::frame::Frame;

/// A connection of a channel or a server.
#[derive(Clone, Debug, Default)]
pub(crate) struct SocketTelemetry {
    #[cfg(feature = "channelz")]
    pub(super) node: Option<Arc<SocketNode>>,
    /// Of a channel's connection.
    #[cfg(feature = "channelz")]
    pub(super) subchannel: Option<Arc<SubchannelNode>>,
}

impl SocketTelemetry {
    /// A ping was sent to see whether the peer is there.
    pub(crate) fn note_keepalive(&self) {
        #[cfg(feature = "channelz")]
        if let Some(node) = &self.node {
            node.note_keepalive();
        }
    }
}

/// The ends of a connection: this one and the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ends {
    #[cfg(feature = "channelz")]
    pub(super) ends: [Option<End>; 2],
}

impl Ends {
    pub(crate) fn of_tcp(stream: &TcpStream) -> Self {
        let _ = stream;
        Self {
            #[cfg(feature = "channelz")]
            ends: [stream.local_addr(), stream.peer_addr()].map(|end| end.ok().map(End::Tcp)),
        }
    }

    #[cfg(unix)]
    pub(crate) fn of_unix(stream: &tokio::net::UnixStream) -> Self {
        let _ = stream;
        Self {
            #[cfg(feature = "channelz")]
            ends: [stream.local_addr(), stream.peer_addr()]
                .map(|end| end.ok().map(|end| End::of_unix(end.as_pathname()))),
        }
    }

    #[cfg(feature = "_in_process")]
    pub(crate) fn in_process() -> Self {
        Self {
            #[cfg(feature = "channelz")]
            ends: [(); 2].map(|()| Some(End::InProcess)),
        }
    }
}

/// Counts the messages of one attempt to make a call, or of a server's call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meter {
    #[cfg(feature = "channelz")]
    pub(super) socket: Option<Arc<SocketNode>>,
    #[cfg(feature = "metrics")]
    pub(super) traffic: Option<Arc<Traffic>>,
}

impl Meter {
    /// Messages go out.
    pub(crate) fn sent(&self, frame: &Frame) {
        let _ = frame;
        #[cfg(feature = "channelz")]
        if let Some(socket) = &self.socket {
            socket.note_sent(frame.messages());
        }
        #[cfg(feature = "metrics")]
        if let Some(traffic) = &self.traffic {
            traffic.add_sent(frame.length());
        }
    }

    /// A message has come in, of so many bytes before decompression.
    pub(crate) fn received(&self, length: usize) {
        let _ = length;
        #[cfg(feature = "channelz")]
        if let Some(socket) = &self.socket {
            socket.note_received();
        }
        #[cfg(feature = "metrics")]
        if let Some(traffic) = &self.traffic {
            traffic.add_received(length);
        }
    }
}
