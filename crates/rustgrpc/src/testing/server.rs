//! A real server on a free port.

use std::io;

use crate::aio::{Channel, Server, insecure_channel};

/// A server that listens on a free port of this machine. The fixtures `grpc_addr`, `grpc_server` and `grpc_channel` of
/// `pytest-grpc` in one.
///
/// Dropping it stops the server.
#[derive(Clone, Debug)]
pub struct TestServer {
    server: Server,
    address: String,
    channel: Channel,
}

impl TestServer {
    /// Starts a server with the default options, to which `add` adds servicers.
    pub async fn start(add: impl FnOnce(&mut Server)) -> io::Result<Self> {
        Self::start_with(Server::builder().build(), add).await
    }

    /// Starts `server`, to which `add` adds servicers.
    pub async fn start_with(mut server: Server, add: impl FnOnce(&mut Server)) -> io::Result<Self> {
        add(&mut server);
        let port = server.add_insecure_port("127.0.0.1:0")?;
        server.start().await?;
        let address = format!("127.0.0.1:{port}");
        Ok(Self {
            server,
            channel: insecure_channel(&address),
            address,
        })
    }

    /// `host:port`, for channels with options of your choice.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A channel to the server.
    pub fn channel(&self) -> &Channel {
        &self.channel
    }

    /// The server.
    pub fn server(&self) -> &Server {
        &self.server
    }
}
