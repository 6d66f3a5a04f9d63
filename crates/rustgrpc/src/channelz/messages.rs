//! The nodes as messages.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use rustgrpc_protobuf::google::protobuf::Timestamp;

use super::channelz_pb2::address::{TcpIpAddress, UdsAddress};
use super::channelz_pb2::channel_connectivity_state::State;
use super::channelz_pb2::channel_trace_event::Severity;
use super::channelz_pb2::security::{OtherSecurity, Tls};
use super::channelz_pb2::{
    Address, Channel, ChannelConnectivityState, ChannelData, ChannelRef, ChannelTrace,
    ChannelTraceEvent, Security, Server, ServerData, ServerRef, Socket, SocketData, SocketRef,
    Subchannel, SubchannelRef,
};
use super::nodes::{
    Calls, ChannelNode, End, ServerNode, SocketKind, SocketNode, SubchannelNode, Trace,
};
use super::registry::{self, Entity};
use crate::ChannelConnectivity;

pub(super) fn channel(node: &ChannelNode) -> Channel {
    let id = node.entry.id();
    let subchannels = registry::all(|entity| match entity {
        Entity::Subchannel(subchannel) => subchannel.upgrade().filter(|it| it.channel == id),
        _ => None,
    });
    Channel::new()
        .with_ref(
            ChannelRef::new()
                .with_channel_id(id)
                .with_name(&*node.target),
        )
        .with_data(data(&node.target, &node.calls, &node.trace))
        .with_subchannel_ref(subchannels.iter().map(|subchannel| {
            SubchannelRef::new()
                .with_subchannel_id(subchannel.entry.id())
                .with_name(&*subchannel.address)
        }))
}

pub(super) fn subchannel(node: &SubchannelNode) -> Subchannel {
    let id = node.entry.id();
    let reference = SubchannelRef::new().with_subchannel_id(id);
    Subchannel::new()
        .with_ref(reference.with_name(&*node.address))
        .with_data(data(&node.address, &node.calls, &node.trace))
        .with_socket_ref(sockets(SocketKind::OfSubchannel(id)))
}

pub(super) fn server(node: &ServerNode) -> Server {
    let id = node.entry.id();
    let mut data = ServerData::new()
        .with_trace(trace(&node.trace))
        .with_calls_started(read(&node.calls.started.count))
        .with_calls_succeeded(read(&node.calls.succeeded))
        .with_calls_failed(read(&node.calls.failed));
    data.last_call_started_timestamp = node.calls.started.last().map(Timestamp::from);
    Server::new()
        .with_ref(ServerRef::new().with_server_id(id))
        .with_data(data)
        .with_listen_socket(sockets(SocketKind::ListensFor(id)))
}

pub(super) fn socket(node: &SocketNode) -> Socket {
    let streams = &node.streams;
    let mut data = SocketData::new()
        .with_streams_started(read(&streams.started.count))
        .with_streams_succeeded(read(&streams.succeeded))
        .with_streams_failed(read(&streams.failed))
        .with_messages_sent(read(&node.sent.count))
        .with_messages_received(read(&node.received.count))
        .with_keep_alives_sent(read(&node.keepalives));
    let stream_created = streams.started.last().map(Timestamp::from);
    match node.kind {
        SocketKind::OfSubchannel(_) => data.last_local_stream_created_timestamp = stream_created,
        _ => data.last_remote_stream_created_timestamp = stream_created,
    }
    data.last_message_sent_timestamp = node.sent.last().map(Timestamp::from);
    data.last_message_received_timestamp = node.received.last().map(Timestamp::from);
    let mut socket = Socket::new()
        .with_ref(socket_ref(node))
        .with_data(data)
        .with_security(security(node.security));
    socket.local = node.local.as_ref().map(address);
    socket.remote = node.remote.as_ref().map(address);
    socket
}

pub(super) fn socket_ref(node: &SocketNode) -> SocketRef {
    let name = match (&node.local, &node.remote) {
        (Some(local), None) => name(local),
        (local, remote) => {
            let name = |end: &Option<End>| end.as_ref().map(name).unwrap_or_default();
            format!("{} -> {}", name(local), name(remote))
        }
    };
    let id = node.entry.id();
    SocketRef::new().with_socket_id(id).with_name(name)
}

fn sockets(kind: SocketKind) -> Vec<SocketRef> {
    let sockets: Vec<Arc<SocketNode>> = registry::all(|entity| match entity {
        Entity::Socket(socket) => socket.upgrade().filter(|socket| socket.kind == kind),
        _ => None,
    });
    sockets.iter().map(|socket| socket_ref(socket)).collect()
}

fn data(target: &str, calls: &Calls, history: &Trace) -> ChannelData {
    let state = ChannelConnectivityState::new().with_state(state(history.history().state));
    let mut data = ChannelData::new()
        .with_state(state)
        .with_target(target)
        .with_trace(trace(history))
        .with_calls_started(read(&calls.started.count))
        .with_calls_succeeded(read(&calls.succeeded))
        .with_calls_failed(read(&calls.failed));
    data.last_call_started_timestamp = calls.started.last().map(Timestamp::from);
    data
}

fn trace(trace: &Trace) -> ChannelTrace {
    let history = trace.history();
    ChannelTrace::new()
        .with_num_events_logged(i64::try_from(history.logged).unwrap_or(i64::MAX))
        .with_creation_timestamp(timestamp(trace.created))
        .with_events(history.events.into_iter().map(|event| {
            ChannelTraceEvent::new()
                .with_description(event.description)
                .with_severity(Severity::CT_INFO)
                .with_timestamp(timestamp(event.at))
        }))
}

fn state(state: ChannelConnectivity) -> State {
    match state {
        ChannelConnectivity::Idle => State::IDLE,
        ChannelConnectivity::Connecting => State::CONNECTING,
        ChannelConnectivity::Ready => State::READY,
        ChannelConnectivity::TransientFailure => State::TRANSIENT_FAILURE,
        ChannelConnectivity::Shutdown => State::SHUTDOWN,
    }
}

fn security(name: &str) -> Security {
    match name {
        "ssl" => Security::new().with_tls(Tls::new()),
        name => Security::new().with_other(OtherSecurity::new().with_name(name)),
    }
}

fn address(end: &End) -> Address {
    match end {
        End::Tcp(address) => Address::new().with_tcpip_address(tcp(address)),
        End::Unix(path) => {
            Address::new().with_uds_address(UdsAddress::new().with_filename(&**path))
        }
        #[cfg(feature = "_in_process")]
        End::InProcess => {
            let other = super::channelz_pb2::address::OtherAddress::new();
            Address::new().with_other_address(other.with_name("inproc"))
        }
    }
}

fn tcp(address: &SocketAddr) -> TcpIpAddress {
    let ip = match address {
        SocketAddr::V4(address) => address.ip().octets().to_vec(),
        SocketAddr::V6(address) => address.ip().octets().to_vec(),
    };
    TcpIpAddress::new()
        .with_ip_address(ip)
        .with_port(address.port().into())
}

fn name(end: &End) -> String {
    match end {
        End::Tcp(address) => crate::server::Address::Tcp(*address).to_string(),
        End::Unix(path) => format!("unix:{path}"),
        #[cfg(feature = "_in_process")]
        End::InProcess => "inproc".to_owned(),
    }
}

fn timestamp(time: SystemTime) -> Timestamp {
    Timestamp::from(time)
}

fn read(count: &AtomicU64) -> i64 {
    count.load(Ordering::Relaxed).try_into().unwrap_or(i64::MAX)
}
