//! Compression, as the other side sees it: C17.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use prost::Message;
use rustgrpc::aio::{Channel, ChannelBuilder, ServerBuilder};
use rustgrpc::{Compression, CompressionLevel, StatusCode};

use super::lab::{Server, builder, run_with};
use crate::greet_pb2::{HelloReply, HelloRequest};
use crate::greet_pb2_grpc::GreeterStub;

const ALL: &str = "identity, deflate, gzip";
const BLOB: usize = 2000;

/// One direction of a call: `grpc-encoding`, `grpc-accept-encoding`, and of each message the flag, and whether it is
/// shorter than what was sent.
#[derive(Debug, PartialEq)]
struct Side {
    encoding: Option<String>,
    accept: Option<String>,
    messages: Vec<(u8, bool)>,
}

impl Side {
    fn of(headers: &HeaderMap, mut data: &[u8]) -> Self {
        let text = |name| Some(headers.get(name)?.to_str().unwrap().to_owned());
        let mut messages = Vec::new();
        while let [flag, a, b, c, d, rest @ ..] = data {
            let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
            messages.push((*flag, length < BLOB / 10));
            data = &rest[length..];
        }
        Self {
            encoding: text("grpc-encoding"),
            accept: text("grpc-accept-encoding"),
            messages,
        }
    }

    fn expected(encoding: &str, accept: &str, messages: &[(u8, bool)]) -> Self {
        Self {
            encoding: (encoding != "identity").then(|| encoding.to_owned()),
            accept: Some(accept.to_owned()),
            messages: messages.to_vec(),
        }
    }
}

/// A message long enough to be worth compressing.
fn long() -> HelloRequest {
    HelloRequest {
        data: vec![7; BLOB],
        ..Default::default()
    }
}

async fn all(mut body: h2::RecvStream) -> (Vec<u8>, Option<HeaderMap>) {
    let mut data = Vec::new();
    while let Some(chunk) = body.data().await {
        let chunk = chunk.unwrap();
        body.flow_control().release_capacity(chunk.len()).unwrap();
        data.extend_from_slice(&chunk);
    }
    (data, body.trailers().await.unwrap())
}

/// What a server gets when `call` is made on a channel, and what came of the call. The server answers with `answer`.
async fn sent<F: Future<Output = Result<HelloReply, rustgrpc::RpcError>>>(
    configure: impl FnOnce(ChannelBuilder) -> ChannelBuilder,
    answer: (&'static str, &'static [u8]),
    call: impl FnOnce(GreeterStub) -> F,
) -> (Side, Result<HelloReply, (StatusCode, String)>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    let seen = Arc::new(Mutex::new(None));
    let seeing = seen.clone();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        while let Some(Ok((request, mut respond))) = connection.accept().await {
            let seeing = seeing.clone();
            tokio::spawn(async move {
                let (head, body) = request.into_parts();
                let (data, _) = all(body).await;
                *seeing.lock().unwrap() = Some(Side::of(&head.headers, &data));
                let (encoding, frame) = answer;
                let head = Response::builder()
                    .header("content-type", "application/grpc")
                    .header("grpc-encoding", encoding);
                let mut stream = respond
                    .send_response(head.body(()).unwrap(), false)
                    .unwrap();
                // The caller may have given up.
                let _ = stream.send_data(Bytes::from_static(frame), false);
                let trailers = [("grpc-status", "0")].map(|(key, value)| {
                    let key: http::HeaderName = key.parse().unwrap();
                    (key, value.parse().unwrap())
                });
                let _ = stream.send_trailers(trailers.into_iter().collect());
            });
        }
    });
    let channel = configure(Channel::builder(target)).build();
    let result = call(GreeterStub::new(&channel)).await;
    let result = result.map_err(|error| (error.code(), error.details().to_owned()));
    let side = seen.lock().unwrap().take().unwrap();
    (side, result)
}

const PLAIN: (&str, &[u8]) = ("identity", b"\0\0\0\0\x03\x0a\x01r");

/// C17.1-6, C17.22-24.
#[tokio::test]
async fn requests() {
    use Compression::{Deflate, Gzip, NoCompression};
    let short = (1, true);
    for (of_channel, of_call, encoding, message) in [
        (None, None, "identity", (0, false)),
        (None, Some(Gzip), "gzip", short),
        (None, Some(Deflate), "deflate", short),
        (Some(Gzip), None, "gzip", short),
        (Some(Deflate), None, "deflate", short),
        (Some(Gzip), Some(Deflate), "deflate", short),
        // Python sends gzip here.
        (Some(Gzip), Some(NoCompression), "identity", (0, false)),
    ] {
        let configure = |channel: ChannelBuilder| match of_channel {
            Some(compression) => channel.compression(compression),
            None => channel,
        };
        let call = |stub: GreeterStub| {
            let call = stub.say_hello(long());
            match of_call {
                Some(compression) => call.compression(compression),
                None => call,
            }
            .into_future()
        };
        let (side, result) = sent(configure, PLAIN, call).await;
        assert_eq!(
            side,
            Side::expected(encoding, ALL, &[message]),
            "{of_channel:?} {of_call:?}"
        );
        assert_eq!(result.unwrap().message, "r");
    }
}

/// C17.7.
#[tokio::test]
async fn what_does_not_become_shorter_is_sent_as_it_is() {
    let tiny = || HelloRequest {
        name: "x".into(),
        ..Default::default()
    };
    let gzip = |channel: ChannelBuilder| channel.compression(Compression::Gzip);
    let (side, _) = sent(gzip, PLAIN, |stub| stub.say_hello(tiny()).into_future()).await;
    assert_eq!(side, Side::expected("gzip", ALL, &[(0, true)]));
    let stream = move || rustgrpc::requests([long(), tiny(), long()]);
    let (side, _) = sent(gzip, PLAIN, |stub| {
        stub.lots_of_greetings(stream()).into_future()
    })
    .await;
    let messages = [(1, true), (0, true), (1, true)];
    assert_eq!(side, Side::expected("gzip", ALL, &messages));
}

/// C17.15.
#[tokio::test]
async fn a_channel_takes_what_is_enabled() {
    let none = |channel: ChannelBuilder| {
        channel
            .enabled_compression([])
            .compression(Compression::Gzip)
    };
    let call = |stub: GreeterStub| stub.say_hello(long()).into_future();
    let (side, result) = sent(none, ("gzip", PLAIN.1), call).await;
    assert_eq!(side, Side::expected("identity", "identity", &[(0, false)]));
    let unsupported = "Compression algorithm not supported: gzip";
    assert_eq!(
        result.unwrap_err(),
        (StatusCode::Internal, unsupported.to_owned())
    );
    let some = |channel: ChannelBuilder| channel.enabled_compression([Compression::Deflate]);
    let (side, result) = sent(some, PLAIN, call).await;
    assert_eq!(side.accept.unwrap(), "identity, deflate");
    assert!(result.is_ok());
}

/// What a caller gets from a server for a request; with the status and message of the call.
async fn received(
    builder: ServerBuilder<Server>,
    method: &str,
    request: HelloRequest,
    headers: &[(&str, &str)],
) -> (Side, (String, String)) {
    let lab = run_with(builder).await;
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", lab.port))
        .await
        .unwrap();
    let (sender, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let mut head = Request::builder()
        .method("POST")
        .uri(format!("http://localhost/greet.Greeter/{method}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    for (key, value) in headers {
        head = head.header(*key, *value);
    }
    let (response, mut body) = sender
        .ready()
        .await
        .unwrap()
        .send_request(head.body(()).unwrap(), false)
        .unwrap();
    let message = request.encode_to_vec();
    let mut frame = vec![0];
    frame.extend((message.len() as u32).to_be_bytes());
    frame.extend(message);
    body.send_data(frame.into(), true).unwrap();
    let (head, body) = response.await.unwrap().into_parts();
    let (data, trailers) = all(body).await;
    let status = trailers.unwrap_or_else(|| head.headers.clone());
    let text = |name| status[name].to_str().unwrap().to_owned();
    let side = Side::of(&head.headers, &data);
    (side, (text("grpc-status"), text("grpc-message")))
}

fn ask(name: &str) -> HelloRequest {
    HelloRequest {
        name: name.to_owned(),
        count: 3,
        ..long()
    }
}

/// C17.8-9, C17.13, C17.16-21.
#[tokio::test]
async fn responses() {
    use Compression::{Deflate, Gzip};
    let server = builder;
    let (plain, short) = ((0, false), (1, true));
    let accepts = [("grpc-accept-encoding", ALL)];
    for (what, builder, method, name, encoding, messages) in [
        ("none", server(), "SayHello", "", "identity", &[plain][..]),
        (
            "gzip",
            server().compression(Gzip),
            "SayHello",
            "",
            "gzip",
            &[short],
        ),
        (
            "deflate",
            server().compression(Deflate),
            "SayHello",
            "",
            "deflate",
            &[short],
        ),
        (
            "level 1",
            server().compression_level(CompressionLevel::Low),
            "SayHello",
            "",
            "gzip",
            &[short],
        ),
        (
            "level 2",
            server().compression_level(CompressionLevel::Medium),
            "SayHello",
            "",
            "deflate",
            &[short],
        ),
        (
            "level 3",
            server().compression_level(CompressionLevel::High),
            "SayHello",
            "",
            "deflate",
            &[short],
        ),
        (
            "context",
            server(),
            "SayHello",
            "compress",
            "gzip",
            &[short],
        ),
        // Python sends gzip here.
        (
            "context switches off",
            server().compression(Gzip),
            "SayHello",
            "compress not",
            "identity",
            &[plain],
        ),
        (
            "context, too late",
            server(),
            "SayHello",
            "compress late",
            "identity",
            &[plain],
        ),
        (
            "second of three not",
            server().compression(Gzip),
            "LotsOfReplies",
            "disable second",
            "gzip",
            &[short, plain, short],
        ),
        (
            "after the first",
            server(),
            "LotsOfReplies",
            "compress after first",
            "identity",
            &[plain; 3],
        ),
    ] {
        let (side, status) = received(builder, method, ask(name), &accepts).await;
        assert_eq!(side, Side::expected(encoding, ALL, messages), "{what}");
        assert_eq!(status.0, "0", "{what}");
    }
}

/// As in Python, what comes compressed says nothing of how to answer; other than there, a server never sends what its
/// caller does not take.
#[tokio::test]
async fn the_caller_says_what_it_takes() {
    let gzip = || builder().compression(Compression::Gzip);
    for (accepts, encoding) in [
        ("identity", "identity"),
        ("identity,gzip", "gzip"),
        ("deflate", "identity"),
        ("", "identity"),
    ] {
        let headers = [("grpc-accept-encoding", accepts)];
        let (side, _) = received(gzip(), "SayHello", ask(""), &headers).await;
        assert_eq!(
            side.encoding.as_deref().unwrap_or("identity"),
            encoding,
            "{accepts}"
        );
    }
    let (side, _) = received(gzip(), "SayHello", ask(""), &[]).await;
    assert_eq!(side.encoding, None);
    let headers = [("grpc-encoding", "gzip"), ("grpc-accept-encoding", ALL)];
    let (side, _) = received(builder(), "SayHello", ask(""), &headers).await;
    assert_eq!(side, Side::expected("identity", ALL, &[(0, false)]));
    let level = builder().compression_level(CompressionLevel::High);
    let headers = [("grpc-accept-encoding", "gzip")];
    let (side, _) = received(level, "SayHello", ask(""), &headers).await;
    assert_eq!(side.encoding.as_deref(), Some("gzip"));
}

/// C17.14.
#[tokio::test]
async fn a_server_takes_what_is_enabled() {
    let some = || builder().enabled_compression([Compression::Deflate]);
    let headers = [("grpc-encoding", "gzip"), ("grpc-accept-encoding", ALL)];
    let (side, status) = received(some(), "SayHello", ask(""), &headers).await;
    assert_eq!(side, Side::expected("identity", "identity, deflate", &[]));
    let disabled = "Compression algorithm 'gzip' is disabled.";
    assert_eq!(status, ("12".to_owned(), disabled.to_owned()));
    let lab = run_with(builder().enabled_compression([])).await;
    let call = lab.stub.say_hello(long()).compression(Compression::Gzip);
    let error = call.await.unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::Unimplemented, disabled)
    );
    // What is not in use is not used either.
    let gzip = some().compression(Compression::Gzip);
    let headers = [("grpc-accept-encoding", ALL)];
    let (side, _) = received(gzip, "SayHello", ask(""), &headers).await;
    assert_eq!(
        side,
        Side::expected("identity", "identity, deflate", &[(0, false)])
    );
}
