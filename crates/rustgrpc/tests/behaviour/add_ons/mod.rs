//! The add-ons of gRPC Python: C5, C29, C30, C31, C34.

mod channelz;
mod health;
mod reflection;
mod rich_status;
mod telemetry;
mod testing;
mod tower;

use rustgrpc::aio::{Channel, Server, insecure_channel};

/// A server with what `add` adds, and a channel to it.
async fn serve(add: impl FnOnce(&mut Server)) -> (Server, Channel) {
    let mut server = rustgrpc::aio::server();
    add(&mut server);
    let port = server
        .add_insecure_port("127.0.0.1:0")
        .expect("a free port");
    server.start().await.expect("a server");
    (server, insecure_channel(format!("127.0.0.1:{port}")))
}
