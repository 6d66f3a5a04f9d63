//! Connections on which nothing comes any more, and which nobody closes: keepalive finds them, on either side.

use std::time::Duration;

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

/// Between pings, and for their answer.
const KEEPALIVE: Duration = Duration::from_millis(500);

pub(super) async fn run(face: Face, _: Scale, figures: &mut Figures) -> Result<(), Failure> {
    found_by_the_client(face, figures).await?;
    found_by_the_server(face, figures).await
}

async fn found_by_the_client(face: Face, figures: &mut Figures) -> Result<(), Failure> {
    let victim = Victim::start(face).await?;
    let proxy = Proxy::start(victim.port()).await?;
    let builder = Channel::builder(format!("127.0.0.1:{}", proxy.port()));
    let stub = FaultsStub::new(&builder.keepalive(KEEPALIVE, KEEPALIVE).build());
    let mut chat = stub.chat(grpc::writing());
    chat.write(Blob::default()).await?;
    within("an answer", chat.next()).await?.0?;
    proxy.go_silent();
    let (end, seconds) = within("the end of the call", chat.next()).await?;
    let code = end.err().map(|error| error.code());
    if code != Some(StatusCode::Unavailable) {
        return Err(format!("the call ended with {code:?}").into());
    }
    figures.at_most(
        "until the client gives the connection up (pings: 0.5 + 0.5 s)",
        seconds,
        10.0,
        "s",
    );
    let next = stub.echo(Blob::default()).wait_for_ready(true);
    let (reply, seconds) = within("the next call", next.into_future()).await?;
    reply?;
    figures.at_most("the next call after that", seconds, 10.0, "s");
    Ok(())
}

async fn found_by_the_server(face: Face, figures: &mut Figures) -> Result<(), Failure> {
    let victim = Victim::start_with(face, 0, KEEPALIVE).await?;
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
    let seconds = victim.until_handlers(0).await?;
    figures.at_most(
        "until the server gives the calls up (pings: 0.5 + 0.5 s)",
        seconds,
        10.0,
        "s",
    );
    let seconds = victim.until_files(files).await?;
    figures.at_most("until the server has closed the socket", seconds, 10.0, "s");
    holds.iter().for_each(tokio::task::JoinHandle::abort);
    Ok(())
}
