//! Servers that speak no HTTP/2, broken HTTP/2, or no gRPC: each call ends with an error, and soon.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::Scale;
use crate::Failure;
use crate::faults_pb2::Blob;
use crate::faults_pb2_grpc::FaultsStub;
use crate::figures::Figures;
use crate::patience::{PATIENCE, within};
use crate::random::Random;
use crate::raw::{
    self, END_HEADERS, END_STREAM, frame, frame_of_length, response, response_of, trailers,
};
use crate::usage::Usage;
use crate::victim::{Face, Victim};

/// When it comes.
#[derive(Clone, Copy)]
enum When {
    /// In place of HTTP/2; then the server closes.
    AtOnce,
    /// After the server's SETTINGS and the client's HEADERS; the connection stays.
    Called,
    /// The same, and the server closes: random bytes may announce what never comes.
    Last,
}

/// What a server says, by name.
type Kind = (&'static str, When, fn(&mut Random) -> Vec<u8>);

const KINDS: &[Kind] = &[
    ("random bytes", When::AtOnce, |random| random.bytes(4096)),
    ("nothing", When::AtOnce, |_| Vec::new()),
    ("HTTP/1.1", When::AtOnce, |_| {
        b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n".to_vec()
    }),
    ("a TLS alert", When::AtOnce, |_| vec![21, 3, 1, 0, 2, 2, 70]),
    ("random bytes for a response", When::Last, |random| {
        random.bytes(4096)
    }),
    ("random frames", When::Last, |random| {
        let mut bytes = Vec::new();
        for _ in 0..200 {
            let (kind, flags) = (random.below(12) as u8, random.below(256) as u8);
            let (stream, length) = (random.below(4) as u32, random.below(64) as usize);
            bytes.extend(frame(kind, flags, stream, &random.bytes(length)));
        }
        bytes
    }),
    ("headers that are no HPACK", When::Called, |random| {
        frame(raw::HEADERS, END_HEADERS, 1, &random.bytes(500))
    }),
    ("DATA before HEADERS", When::Called, |_| {
        frame(raw::DATA, 0, 1, &[0; 5])
    }),
    ("a frame longer than allowed", When::Called, |_| {
        frame_of_length(0xff_ffff, raw::DATA, 0, 1, &[0; 1000])
    }),
    ("a page of HTML", When::Called, |_| {
        [
            response_of(b"text/html"),
            frame(raw::DATA, END_STREAM, 1, b"<html>"),
        ]
        .concat()
    }),
    ("a message that says 4 GiB", When::Called, |_| {
        let message = frame(raw::DATA, 0, 1, &[0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]);
        [response(), message].concat()
    }),
    ("a message of an unknown wire type", When::Called, |_| {
        let message = frame(raw::DATA, 0, 1, &[0, 0, 0, 0, 1, 0xff]);
        [response(), message, trailers(b"0")].concat()
    }),
    ("half a message", When::Called, |_| {
        let message = frame(raw::DATA, END_STREAM, 1, &[0, 0, 0, 0, 9, 10]);
        [response(), message].concat()
    }),
    ("a status that is no number", When::Called, |_| {
        [response(), trailers(b"fine")].concat()
    }),
    ("OK without a response", When::Called, |_| {
        [response(), trailers(b"0")].concat()
    }),
    ("no status", When::Called, |_| {
        [response(), frame(raw::DATA, END_STREAM, 1, &[])].concat()
    }),
    ("RST_STREAM of an unknown code", When::Called, |_| {
        frame(raw::RST_STREAM, 0, 1, &[0xff; 4])
    }),
];

pub(super) async fn run(face: Face, scale: Scale, figures: &mut Figures) -> Result<(), Failure> {
    let before = Usage::of_this_process()?;
    let mut random = Random::new(4);
    let rounds = scale.of(100, 5);
    let mut slowest = 0.0_f64;
    for _ in 0..rounds {
        for (name, when, make) in KINDS {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let port = listener.local_addr()?.port();
            let saying = tokio::spawn(say(listener, *when, make(&mut random)));
            let channel = rustgrpc::aio::insecure_channel(format!("127.0.0.1:{port}"));
            let call = FaultsStub::new(&channel).echo(Blob::default());
            let (answer, seconds) = within(name, call.into_future()).await?;
            if answer.is_ok() {
                return Err(format!("{name} is taken for an answer").into());
            }
            slowest = slowest.max(seconds);
            saying.abort();
        }
    }
    let count = rounds * KINDS.len();
    figures.note("calls answered with garbage of 17 kinds", count as f64, "");
    figures.took("slowest end of one", slowest);
    let left = Usage::files_left_in_this_process(before.files).await?;
    figures.at_most("sockets left in the client", left, 0.0, "");
    let grown = Usage::of_this_process()?.memory - before.memory;
    figures.at_most("client's memory after all that", grown, 64.0, "MiB");

    let victim = Victim::start(face).await?;
    let next = victim.stub().echo(Blob::default()).timeout(PATIENCE);
    within("the next call", next.into_future()).await?.0?;
    Ok(())
}

/// Says it to whoever connects, one after the other, and reads until they close.
async fn say(listener: TcpListener, when: When, bytes: Vec<u8>) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        // What the client makes of it shows in its call.
        let _ = say_to(stream, when, &bytes).await;
    }
}

async fn say_to(mut stream: TcpStream, when: When, bytes: &[u8]) -> io::Result<()> {
    if let When::Called | When::Last = when {
        raw::take_call(&mut stream).await?;
    }
    stream.write_all(bytes).await?;
    if let When::AtOnce | When::Last = when {
        stream.shutdown().await?;
    }
    let mut buffer = [0; 4096];
    while stream.read(&mut buffer).await? > 0 {}
    Ok(())
}
