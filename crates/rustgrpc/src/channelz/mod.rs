//! Channelz: the channels, servers and connections of this process, with what they have done, for tools to look at.
//! Python's `grpc_channelz.v1`.
//!
//! ```
//! use rustgrpc as grpc;
//! use rustgrpc::channelz;
//!
//! let mut server = grpc::aio::server();
//! channelz::add_channelz_servicer(&mut server);
//! ```
//!
//! With this feature every channel and server is counted, whether or not the service is there to tell about it;
//! `enable_channelz(false)` of their builders, Python's option `grpc.enable_channelz`, leaves one out.

mod messages;
pub(crate) mod nodes;
mod registry;
mod servicer;

#[path = "../generated/grpc/channelz/v1/channelz_pb2.rs"]
#[rustfmt::skip]
#[allow(clippy::semicolon_if_nothing_returned, reason = "generated")]
pub mod channelz_pb2;
#[path = "../generated/grpc/channelz/v1/channelz_pb2_grpc.rs"]
#[rustfmt::skip]
#[allow(clippy::semicolon_if_nothing_returned, reason = "generated")]
pub mod channelz_pb2_grpc;

use crate::RpcServer;

pub use channelz_pb2_grpc::{ChannelzStub, add_channelz_servicer_to_server};
pub use servicer::ChannelzServicer;

/// The full name of the service.
pub const SERVICE_NAME: &str = channelz_pb2_grpc::channelz::SERVICE_NAME;

/// Makes `server` tell about this process. Python's `channelz.add_channelz_servicer(server)`.
pub fn add_channelz_servicer(server: &mut impl RpcServer) {
    add_channelz_servicer_to_server(ChannelzServicer::new(), server);
}
