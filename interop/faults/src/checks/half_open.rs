//! Connections on which nothing comes any more, and which nobody closes: keepalive finds them, on either side.

use std::time::Duration;

use futures_util::future::try_join;
use rustgrpc as grpc;
use rustgrpc::StatusCode;
use rustgrpc::aio::Channel;

use super::Scale;
use crate::Failure;
use crate::faults_pb2::Blob;
use crate::faults_pb2_grpc::FaultsStub;
use crate::figures::Figures;
use crate::patience::within;
use crate::proxy::Proxy;
use crate::victim::{Face, Victim};

/// Between pings.
const INTERVAL: Duration = Duration::from_millis(500);
/// For their answer: enough for a busy machine, on which a connection that lives must not be given up.
const TIMEOUT: Duration = Duration::from_secs(5);

pub(super) async fn run(face: Face, _: Scale, figures: &mut Figures) -> Result<(), Failure> {
    let (client, server) = try_join(found_by_the_client(face), found_by_the_server(face)).await?;
    figures.took(
        "until the client gives the connection up (pings: 0.5 + 5 s)",
        client.found,
    );
    figures.took("the next call after that", client.then);
    figures.took(
        "until the server gives the calls up (pings: 0.5 + 5 s)",
        server.found,
    );
    figures.took("until the server has closed the socket", server.then);
    Ok(())
}

/// Seconds.
struct Ends {
    found: f64,
    then: f64,
}

async fn found_by_the_client(face: Face) -> Result<Ends, Failure> {
    let victim = Victim::start(face).await?;
    let proxy = Proxy::start(victim.port()).await?;
    let builder = Channel::builder(format!("127.0.0.1:{}", proxy.port()));
    let stub = FaultsStub::new(&builder.keepalive(INTERVAL, TIMEOUT).build());
    let mut chat = stub.chat(grpc::writing());
    chat.write(Blob::default()).await?;
    within("an answer", chat.next()).await?.0?;
    proxy.go_silent();
    let (end, found) = within("the end of the call", chat.next()).await?;
    let code = end.err().map(|error| error.code());
    if code != Some(StatusCode::Unavailable) {
        return Err(format!("the call ended with {code:?}").into());
    }
    let next = stub.echo(Blob::default()).wait_for_ready(true);
    let (reply, then) = within("the next call", next.into_future()).await?;
    reply?;
    Ok(Ends { found, then })
}

async fn found_by_the_server(face: Face) -> Result<Ends, Failure> {
    let victim = Victim::start_with(face, 0, Some((INTERVAL, TIMEOUT))).await?;
    let proxy = Proxy::start(victim.port()).await?;
    victim.stats().await?;
    let files = victim.usage()?.files;
    let stub = FaultsStub::new(&grpc::aio::insecure_channel(format!(
        "127.0.0.1:{}",
        proxy.port()
    )));
    let holds: Vec<_> = (0..20)
        .map(|_| tokio::spawn(stub.hold(Blob::default()).into_future()))
        .collect();
    victim.until_handlers(20).await?;
    proxy.go_silent();
    let found = victim.until_handlers(0).await?;
    let then = victim.until_files(files).await?;
    holds.iter().for_each(tokio::task::JoinHandle::abort);
    Ok(Ends { found, then })
}
