//! Tests of servicers and of code that calls them, without sockets. Python's `grpc_testing` and the fixtures of `pytest-grpc`.
//!
//! [`channel`] is the fixture `grpc_channel` with `--grpc-fake-server`: calls go through the real client, real frames and the
//! real server, but not through a socket. [`TestServer`] holds the fixtures `grpc_addr`, `grpc_server` and `grpc_channel`
//! of a real server on a free port. [`FakeContext`] and [`request_iterator`] call a servicer's methods directly. For time
//! that stands still there is `tokio::time::pause`.
//!
//! ```
//! use rustgrpc::health::{self, HealthCheckRequest, HealthServicer, HealthStub, ServingStatus};
//! use rustgrpc::testing;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let channel = testing::channel(|server| {
//!     health::add_health_servicer_to_server(HealthServicer::new(), server);
//! });
//! let stub = HealthStub::new(&channel);
//! let response = stub.check(HealthCheckRequest::new()).await?;
//! assert_eq!(response.status, ServingStatus::SERVING);
//! # Ok(())
//! # }
//! ```

mod context;
mod requests;
mod server;

use crate::aio::{Channel, ChannelBuilder, Server};

pub use context::FakeContext;
pub use requests::request_iterator;
pub use server::TestServer;

/// A channel to a server in this process, to which `add` adds servicers.
///
/// The server has the default options, runs on the runtime in which calls are awaited, and goes with the last clone of the
/// channel. `rustgrpc::Channel::from` makes it a channel for blocking calls.
pub fn channel(add: impl FnOnce(&mut Server)) -> Channel {
    let mut server = Server::builder().build();
    add(&mut server);
    channel_to(&server).build()
}

/// The options of a channel to `server`, which may have options of its own and needs no port and no start.
///
/// Calls end with UNAVAILABLE when the server was stopped.
pub fn channel_to(server: &Server) -> ChannelBuilder {
    ChannelBuilder::in_process(server.in_process())
}
