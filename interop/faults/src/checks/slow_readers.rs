//! Readers that do not read: flow control bounds what is buffered for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustgrpc as grpc;
use rustgrpc::protobuf::Message;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::Scale;
use crate::Failure;
use crate::faults_pb2::{Blob, FloodRequest, SwallowRequest};
use crate::faults_pb2_grpc::FaultsStub;
use crate::figures::Figures;
use crate::patience::within;
use crate::raw::{self, Client, frame, header_block};
use crate::usage::Usage;
use crate::victim::{Face, Victim};

/// Streams of one connection that are not read. With the window of a stream, they leave some of the connection's.
const STREAMS: u64 = 4;
/// Bytes of each message.
const SIZE: u32 = 64 << 10;
const MIB: f64 = 1_048_576.0;
/// Streams of the connection whose socket is not read.
const DEAF_STREAMS: u64 = 64;

pub(super) async fn run(face: Face, scale: Scale, figures: &mut Figures) -> Result<(), Failure> {
    let settle = Duration::from_millis(scale.of(4000, 500) as u64);
    responses(face, settle, figures).await?;
    requests(face, settle, figures).await?;
    let count = scale.of(800_000, 100_000);
    empty_requests(face, count, figures).await?;
    // The channel is the same, whatever the server.
    if face == Face::Aio {
        empty_responses(count, figures).await?;
    }
    sockets(face, settle, figures).await
}

/// Waits until `count` has stood still for `settle`, and gives it. Without flow control it would never stand still.
async fn still(
    settle: Duration,
    mut count: impl AsyncFnMut() -> Result<u64, Failure>,
) -> Result<u64, Failure> {
    let mut before = count().await?;
    let standing = async {
        loop {
            tokio::time::sleep(settle).await;
            let now = count().await?;
            if now == before {
                return Ok(now);
            }
            before = now;
        }
    };
    within("the writers' standstill", standing).await?.0
}

/// A client that reads one response of each stream.
async fn responses(face: Face, settle: Duration, figures: &mut Figures) -> Result<(), Failure> {
    let victim = Victim::start(face).await?;
    let stub = victim.stub();
    stub.echo(Blob::default()).await?;
    let (server, client) = (victim.usage()?.memory, Usage::of_this_process()?.memory);
    let mut floods = Vec::new();
    for _ in 0..STREAMS {
        let mut flood = stub.flood(endless());
        within("the first response", flood.next()).await?.0?;
        floods.push(flood);
    }
    let made = still(settle, async || Ok(victim.stats().await?.flooded)).await?;
    let made = made as f64 * f64::from(SIZE) / MIB;
    figures.at_most("responses made while nobody reads", made, 64.0, "MiB");
    let grown = victim.usage()?.memory - server;
    figures.at_most(
        "server's memory, 4 streams unread by the client",
        grown,
        64.0,
        "MiB",
    );
    let grown = Usage::of_this_process()?.memory - client;
    figures.at_most(
        "client's memory, 4 streams unread by the client",
        grown,
        96.0,
        "MiB",
    );
    let (reply, seconds) =
        within("the call beside", stub.echo(Blob::default()).into_future()).await?;
    reply?;
    figures.took("a call beside the unread streams", seconds);
    drop(floods);
    victim.until_handlers(0).await?;
    Ok(())
}

/// A servicer that reads one request of each stream.
async fn requests(face: Face, settle: Duration, figures: &mut Figures) -> Result<(), Failure> {
    let victim = Victim::start(face).await?;
    let stub = victim.stub();
    stub.echo(Blob::default()).await?;
    let (server, client) = (victim.usage()?.memory, Usage::of_this_process()?.memory);
    let written = Arc::<AtomicU64>::default();
    let mut writers = Vec::new();
    for _ in 0..STREAMS {
        let mut call = stub.swallow(grpc::writing());
        let written = written.clone();
        writers.push(tokio::spawn(async move {
            let request = SwallowRequest {
                data: vec![7; SIZE as usize],
                hold: true,
                ..Default::default()
            };
            while call.write(request.clone()).await.is_ok() {
                written.fetch_add(1, Ordering::SeqCst);
            }
        }));
    }
    victim.until_handlers(STREAMS).await?;
    let made = still(settle, async || Ok(written.load(Ordering::SeqCst))).await?;
    let made = made as f64 * f64::from(SIZE) / MIB;
    figures.at_most("requests written while nobody reads", made, 64.0, "MiB");
    let grown = victim.usage()?.memory - server;
    figures.at_most(
        "server's memory, 4 streams unread by the servicer",
        grown,
        96.0,
        "MiB",
    );
    let grown = Usage::of_this_process()?.memory - client;
    figures.at_most(
        "client's memory, 4 streams unread by the servicer",
        grown,
        64.0,
        "MiB",
    );
    let (reply, seconds) =
        within("the call beside", stub.echo(Blob::default()).into_future()).await?;
    reply?;
    figures.took("a call beside the unread streams", seconds);
    writers.iter().for_each(tokio::task::JoinHandle::abort);
    victim.until_handlers(0).await?;
    Ok(())
}

/// A servicer that does not read: in the window of a stream, there is room for very many empty messages, each a frame.
async fn empty_requests(face: Face, count: usize, figures: &mut Figures) -> Result<(), Failure> {
    let victim = Victim::start(face).await?;
    let memory = victim.usage()?.memory;
    let first = SwallowRequest {
        hold: true,
        ..Default::default()
    };
    let frames = [
        frame(raw::HEADERS, 4, 1, &header_block("/faults.Faults/Swallow")),
        frame(raw::DATA, 0, 1, &framed(&first)),
        frame(raw::DATA, 0, 1, &framed(&SwallowRequest::default())).repeat(count),
    ]
    .concat();
    let left = raw::leave(victim.port(), &frames);
    let (connection, seconds) = within("the server's reading", left).await?;
    let connection = connection?;
    figures.note("empty requests that wait", count as f64, "");
    figures.took("until the server has them", seconds);
    let grown = victim.usage()?.memory - memory;
    figures.at_most("server's memory for them", grown, 256.0, "MiB");
    drop(connection);
    victim.until_handlers(0).await?;
    Ok(())
}

/// The same for a client that does not read.
async fn empty_responses(count: usize, figures: &mut Figures) -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let target = format!("127.0.0.1:{}", listener.local_addr()?.port());
    let frames = frame(raw::DATA, 0, 1, &framed(&Blob::default())).repeat(count);
    let frames = [raw::response(), frames].concat();
    let memory = Usage::of_this_process()?.memory;
    let mut flood = FaultsStub::new(&grpc::aio::insecure_channel(target)).flood(endless());
    let sending = async {
        let (mut stream, _) = listener.accept().await?;
        raw::take_call(&mut stream).await?;
        raw::write_until_read(&mut stream, &frames).await?;
        Ok::<_, Failure>(stream)
    };
    let (_, sent) = tokio::join!(flood.start(), within("the client's reading", sending));
    let (stream, seconds) = sent?;
    let mut stream = stream?;
    figures.note("empty responses that wait", count as f64, "");
    figures.took("until the client has them", seconds);
    let grown = Usage::of_this_process()?.memory - memory;
    figures.at_most("client's memory for them", grown, 256.0, "MiB");
    stream.write_all(&raw::trailers(b"0")).await?;
    let reading = async {
        let mut read = 0;
        while flood.next().await?.is_some() {
            read += 1;
        }
        Ok::<_, Failure>(read)
    };
    let read: usize = within("the responses", reading).await?.0?;
    figures.at_least("of these, read in the end", read as f64, count as f64, "");
    Ok(())
}

/// A client that allows all it can and does not even read its socket.
async fn sockets(face: Face, settle: Duration, figures: &mut Figures) -> Result<(), Failure> {
    let victim = Victim::start(face).await?;
    let memory = victim.usage()?.memory;
    let mut client = Client::connect(victim.port(), (1 << 31) - 1).await?;
    let mut calls = Vec::new();
    for _ in 0..DEAF_STREAMS {
        let (response, mut body) = client.open("Flood", true).await?;
        body.send_data(framed(&endless()).into(), true)?;
        calls.push((response, body));
    }
    victim.until_handlers(DEAF_STREAMS).await?;
    client.go_deaf();
    let made = still(settle, async || Ok(victim.stats().await?.flooded)).await?;
    let made = made as f64 * f64::from(SIZE) / MIB;
    figures.at_most("responses made for that socket", made, 256.0, "MiB");
    let grown = victim.usage()?.memory - memory;
    figures.at_most(
        "server's memory, 64 streams on a socket that nobody reads",
        grown,
        256.0,
        "MiB",
    );
    drop((calls, client));
    let seconds = victim.until_handlers(0).await?;
    figures.took("until they are gone with the client", seconds);
    Ok(())
}

fn endless() -> FloodRequest {
    FloodRequest {
        size: SIZE,
        count: u64::MAX,
        ..Default::default()
    }
}

/// A message in gRPC's framing.
fn framed(request: &impl Message) -> Vec<u8> {
    let message = request.serialize();
    let mut frame = vec![0];
    frame.extend((message.len() as u32).to_be_bytes());
    frame.extend(message);
    frame
}
