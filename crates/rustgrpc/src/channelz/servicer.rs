//! The servicer.

use std::sync::Arc;

use super::channelz_pb2::{
    GetChannelRequest, GetChannelResponse, GetServerRequest, GetServerResponse,
    GetServerSocketsRequest, GetServerSocketsResponse, GetServersRequest, GetServersResponse,
    GetSocketRequest, GetSocketResponse, GetSubchannelRequest, GetSubchannelResponse,
    GetTopChannelsRequest, GetTopChannelsResponse,
};
use super::nodes::{ServerNode, SocketKind};
use super::registry::{self, Entity};
use super::{channelz_pb2_grpc, messages};
use crate::{ServicerContext, Status, StatusCode};

/// What one answer holds at most, C-core's.
const PAGE: usize = 100;

/// Tells about the channels, servers and connections of this process. Python's `ChannelzServicer`.
#[derive(Clone, Debug, Default)]
pub struct ChannelzServicer(());

impl ChannelzServicer {
    /// A servicer. It has no state of its own.
    pub fn new() -> Self {
        Self::default()
    }
}

impl channelz_pb2_grpc::ChannelzServicer for ChannelzServicer {
    async fn get_top_channels(
        &self,
        request: GetTopChannelsRequest,
        _context: ServicerContext,
    ) -> Result<GetTopChannelsResponse, Status> {
        let most = page_size(request.max_results);
        let (channels, end) = registry::page(request.start_channel_id, most, |it| match it {
            Entity::Channel(channel) => channel.upgrade(),
            _ => None,
        });
        Ok(GetTopChannelsResponse::new()
            .with_channel(channels.iter().map(|channel| messages::channel(channel)))
            .with_end(end))
    }

    async fn get_servers(
        &self,
        request: GetServersRequest,
        _context: ServicerContext,
    ) -> Result<GetServersResponse, Status> {
        let most = page_size(request.max_results);
        let (servers, end) = registry::page(request.start_server_id, most, server);
        Ok(GetServersResponse::new()
            .with_server(servers.iter().map(|server| messages::server(server)))
            .with_end(end))
    }

    async fn get_server(
        &self,
        request: GetServerRequest,
        _context: ServicerContext,
    ) -> Result<GetServerResponse, Status> {
        let id = request.server_id;
        let server = registry::find(id, server).ok_or_else(|| missing("server", id))?;
        Ok(GetServerResponse::new().with_server(messages::server(&server)))
    }

    async fn get_server_sockets(
        &self,
        request: GetServerSocketsRequest,
        _context: ServicerContext,
    ) -> Result<GetServerSocketsResponse, Status> {
        let id = request.server_id;
        registry::find(id, server).ok_or_else(|| missing_sockets(&request))?;
        let most = page_size(request.max_results);
        let (sockets, end) = registry::page(request.start_socket_id, most, |it| match it {
            Entity::Socket(socket) => {
                let is_its = |kind| kind == SocketKind::OfServer(id);
                socket.upgrade().filter(|socket| is_its(socket.kind))
            }
            _ => None,
        });
        Ok(GetServerSocketsResponse::new()
            .with_socket_ref(sockets.iter().map(|socket| messages::socket_ref(socket)))
            .with_end(end))
    }

    async fn get_channel(
        &self,
        request: GetChannelRequest,
        _context: ServicerContext,
    ) -> Result<GetChannelResponse, Status> {
        let id = request.channel_id;
        let channel = registry::find(id, |entity| match entity {
            Entity::Channel(channel) => channel.upgrade(),
            _ => None,
        });
        let channel = channel.ok_or_else(|| missing("channel", id))?;
        Ok(GetChannelResponse::new().with_channel(messages::channel(&channel)))
    }

    async fn get_subchannel(
        &self,
        request: GetSubchannelRequest,
        _context: ServicerContext,
    ) -> Result<GetSubchannelResponse, Status> {
        let id = request.subchannel_id;
        let subchannel = registry::find(id, |entity| match entity {
            Entity::Subchannel(subchannel) => subchannel.upgrade(),
            _ => None,
        });
        let subchannel = subchannel.ok_or_else(|| missing("subchannel", id))?;
        Ok(GetSubchannelResponse::new().with_subchannel(messages::subchannel(&subchannel)))
    }

    async fn get_socket(
        &self,
        request: GetSocketRequest,
        _context: ServicerContext,
    ) -> Result<GetSocketResponse, Status> {
        let id = request.socket_id;
        let socket = registry::find(id, |entity| match entity {
            Entity::Socket(socket) => socket.upgrade(),
            _ => None,
        });
        let socket = socket.ok_or_else(|| missing("socket", id))?;
        Ok(GetSocketResponse::new().with_socket(messages::socket(&socket)))
    }
}

fn server(entity: &Entity) -> Option<Arc<ServerNode>> {
    match entity {
        Entity::Server(server) => server.upgrade(),
        _ => None,
    }
}

fn page_size(max_results: i64) -> usize {
    match usize::try_from(max_results) {
        Ok(0) | Err(_) => PAGE,
        Ok(most) => most.min(PAGE),
    }
}

fn missing_sockets(request: &GetServerSocketsRequest) -> Status {
    let (server, start) = (request.server_id, request.start_socket_id);
    let text = format!(
        "Failed to get server sockets, please ensure your server_id=={server} and start_socket_id=={start} and max_results=={} is valid",
        request.max_results
    );
    Status::new(StatusCode::NotFound, text)
}

fn missing(what: &str, id: i64) -> Status {
    let text = format!("Failed to get the {what}, please ensure your {what}_id=={id} is valid");
    Status::new(StatusCode::NotFound, text)
}
