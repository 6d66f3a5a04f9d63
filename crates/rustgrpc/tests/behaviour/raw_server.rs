//! What a channel makes of what comes over HTTP/2: C23, by a server that can send anything.

use std::time::Duration;

use bytes::Bytes;
use h2::Reason;
use h2::server::SendResponse;
use http::{HeaderMap, Request, Response};
use rustgrpc::StatusCode;
use tokio::net::TcpListener;

use crate::greet_pb2::HelloReply;
use crate::greet_pb2_grpc::Greeter;
use crate::lab::{PATIENCE, request};

pub(crate) const REPLY: &[u8] = b"\0\0\0\0\x03\x0a\x01r";

type Play = fn(SendResponse<Bytes>);

/// Serves every call by `play`; returns the target. The heads of the requests are checked on the way.
pub(crate) async fn fake(play: impl Fn(SendResponse<Bytes>) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let mut connection = h2::server::handshake(stream).await.unwrap();
            while let Some(Ok((request, respond))) = connection.accept().await {
                check(&request.map(drop));
                play(respond);
            }
        }
    });
    target
}

fn check(request: &Request<()>) {
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri().scheme_str(), Some("http"));
    assert!(
        request
            .uri()
            .authority()
            .unwrap()
            .as_str()
            .starts_with("127.0.0.1:")
    );
    assert_eq!(request.uri().path(), "/greet.Greeter/SayHello");
    let headers = request.headers();
    assert_eq!(headers["content-type"], "application/grpc");
    assert_eq!(headers["te"], "trailers");
    assert_eq!(headers["grpc-accept-encoding"], "identity, deflate, gzip");
    assert!(
        headers["user-agent"]
            .to_str()
            .unwrap()
            .starts_with("grpc-rustgrpc/")
    );
    assert_eq!(headers.contains_key("grpc-timeout"), headers.len() > 4);
}

pub(crate) fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect()
}

pub(crate) fn head(status: u16, pairs: &[(&'static str, &'static str)]) -> Response<()> {
    let mut response = Response::builder().status(status).body(()).unwrap();
    *response.headers_mut() = headers(pairs);
    response
}

/// Headers, data, trailers.
pub(crate) fn full(
    mut respond: SendResponse<Bytes>,
    data: &'static [u8],
    trailers: &[(&'static str, &'static str)],
) {
    let mut stream = respond.send_response(head(200, &[]), false).unwrap();
    stream.send_data(Bytes::from_static(data), false).unwrap();
    stream.send_trailers(headers(trailers)).unwrap();
}

async fn outcome(target: &str) -> (StatusCode, String, rustgrpc::Metadata) {
    let call = Greeter::say_hello(request("", 0), target)
        .timeout(PATIENCE)
        .with_call();
    match call.await {
        Ok((reply, call)) => {
            assert_eq!(
                reply,
                HelloReply {
                    message: "r".into(),
                    ..Default::default()
                }
            );
            (
                StatusCode::Ok,
                call.details().await,
                call.trailing_metadata().await,
            )
        }
        Err(error) => (
            error.code(),
            error.details().to_owned(),
            error.trailing_metadata().clone(),
        ),
    }
}

/// C23.1-9.
#[tokio::test]
async fn answers_that_are_not_grpc() {
    for (status, code) in [
        (404, StatusCode::Unimplemented),
        (401, StatusCode::Unauthenticated),
        (403, StatusCode::PermissionDenied),
        (400, StatusCode::Internal),
        (429, StatusCode::Unavailable),
        (502, StatusCode::Unavailable),
        (503, StatusCode::Unavailable),
        (504, StatusCode::Unavailable),
        (500, StatusCode::Unknown),
    ] {
        let target = fake(move |mut respond| {
            respond.send_response(head(status, &[]), true).unwrap();
        });
        let text = format!("Received http2 header with status: {status}");
        assert_eq!(outcome(&target.await).await, (code, text, ().into()));
    }
}

/// C23.10-19, C23.21-23, C23.41-43, C23.45.
#[tokio::test]
async fn answers_that_are_odd() {
    let unknown = StatusCode::Unknown;
    let internal = StatusCode::Internal;
    let end_of_data = "Stream removed (Data frame with END_STREAM flag received)";
    let table: [(Play, StatusCode, &str); 21] = [
        (
            |respond| full(respond, REPLY, &[("grpc-status", "0")]),
            StatusCode::Ok,
            "",
        ),
        (
            |mut respond| {
                let page = head(200, &[("content-type", "text/html")]);
                let mut stream = respond.send_response(page, false).unwrap();
                stream
                    .send_data(Bytes::from_static(b"<html>"), true)
                    .unwrap();
            },
            unknown,
            end_of_data,
        ),
        (
            |mut respond| {
                let mut stream = respond.send_response(head(200, &[]), false).unwrap();
                stream.send_data(Bytes::from_static(REPLY), true).unwrap();
            },
            unknown,
            end_of_data,
        ),
        (
            |respond| full(respond, REPLY, &[("x", "y")]),
            unknown,
            "No status received",
        ),
        (
            |respond| {
                full(
                    respond,
                    b"",
                    &[("grpc-status", "99"), ("grpc-message", "m")],
                );
            },
            unknown,
            "m",
        ),
        (
            |respond| full(respond, b"", &[("grpc-status", "abc")]),
            internal,
            "Stream removed (Error parsing 'grpc-status' metadata)",
        ),
        (
            |respond| full(respond, b"", &[("grpc-status", "0")]),
            internal,
            "Received no response message",
        ),
        (
            |respond| full(respond, b"\0\0\0\0\0\0\0\0\0\0", &[("grpc-status", "0")]),
            internal,
            "Received more than one response message",
        ),
        (
            |respond| full(respond, b"\0\0\0\0\x09abc", &[("grpc-status", "0")]),
            internal,
            "Received a truncated response message",
        ),
        (
            |respond| full(respond, b"\0\0\0\0\x01\xff", &[("grpc-status", "0")]),
            internal,
            "Exception deserializing response!",
        ),
        (
            |respond| full(respond, b"\x01\0\0\0\x01x", &[("grpc-status", "0")]),
            internal,
            "Compression bit set but no encoding configured",
        ),
        (
            |respond| {
                full(
                    respond,
                    b"",
                    &[("grpc-status", "3"), ("grpc-message", "a%zz%4")],
                );
            },
            StatusCode::InvalidArgument,
            "a%zz%4",
        ),
        (
            |respond| {
                full(
                    respond,
                    b"",
                    &[("grpc-status", "3"), ("grpc-message", "%E9%94%99")],
                );
            },
            StatusCode::InvalidArgument,
            "错",
        ),
        (
            |respond| {
                full(
                    respond,
                    b"",
                    &[("grpc-status", "3"), ("grpc-message", "%FF")],
                );
            },
            StatusCode::InvalidArgument,
            "ÿ",
        ),
        (
            |respond| full(respond, REPLY, &[("grpc-status", "0"), ("b-bin", "AAE=")]),
            StatusCode::Ok,
            "",
        ),
        (
            |respond| full(respond, REPLY, &[("grpc-status", "0"), ("b-bin", "AAE")]),
            StatusCode::Ok,
            "",
        ),
        (
            |respond| {
                full(
                    respond,
                    REPLY,
                    &[("grpc-status", "0"), ("b-bin", "AAE,AAE")],
                );
            },
            internal,
            "Stream removed (Error parsing 'b-bin' metadata: illegal base64 encoding)",
        ),
        (
            |mut respond| {
                drop(
                    respond
                        .send_response(head(200, &[("grpc-encoding", "br")]), false)
                        .unwrap(),
                );
            },
            internal,
            "Stream removed (Error parsing 'grpc-encoding' metadata)",
        ),
        (
            |mut respond| {
                drop(
                    respond
                        .send_response(head(200, &[("i-bin", "*")]), false)
                        .unwrap(),
                );
            },
            internal,
            "Stream removed (Error parsing 'i-bin' metadata: illegal base64 encoding)",
        ),
        (
            |respond| {
                full(
                    respond,
                    b"",
                    &[("grpc-status", "14"), ("grpc-retry-pushback-ms", "10")],
                );
            },
            StatusCode::Unavailable,
            "",
        ),
        (
            |mut respond| {
                let status = [("grpc-status", "5"), ("grpc-message", "nf"), ("k", "v")];
                respond.send_response(head(200, &status), true).unwrap();
            },
            StatusCode::NotFound,
            "nf",
        ),
    ];
    for (number, (play, code, details)) in table.into_iter().enumerate() {
        let target = fake(play).await;
        let (seen_code, seen_details, _) = outcome(&target).await;
        assert_eq!((seen_code, &*seen_details), (code, details), "row {number}");
    }
}

/// C23.20.
#[tokio::test]
async fn trailing_metadata_is_read() {
    let target = fake(|mut respond| {
        let status = [
            ("grpc-status", "5"),
            ("k", "v"),
            ("b-bin", "AAH/"),
            ("k", "w"),
        ];
        respond.send_response(head(200, &status), true).unwrap();
    })
    .await;
    let (_, _, trailing) = outcome(&target).await;
    assert_eq!(trailing.len(), 3);
    assert_eq!(trailing.get("b-bin").unwrap(), &b"\x00\x01\xff");
    assert_eq!(trailing.get_all("k").collect::<Vec<_>>(), ["v", "w"]);
}

/// C23.24-38.
#[tokio::test]
async fn streams_that_are_reset() {
    for number in 0..14 {
        let code = match number {
            7 => StatusCode::Unavailable,
            8 => StatusCode::Cancelled,
            11 => StatusCode::ResourceExhausted,
            12 => StatusCode::PermissionDenied,
            _ => StatusCode::Internal,
        };
        let text =
            format!("Stream removed (RST_STREAM (Received RST_STREAM with error code {number}))");
        let before_head = fake(move |mut respond| respond.send_reset(Reason::from(number)));
        let (seen, details, _) = outcome(&before_head.await).await;
        assert_eq!((seen, &details), (code, &text), "before the head");
        let after_head = fake(move |mut respond| {
            let mut stream = respond.send_response(head(200, &[]), false).unwrap();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                stream.send_reset(Reason::from(number));
            });
        });
        let (seen, details, _) = outcome(&after_head.await).await;
        assert_eq!((seen, &details), (code, &text), "after the head");
    }
}

/// C14.1-5: the server hears that something went wrong.
#[tokio::test]
async fn requests_that_fail() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    let (told, heard) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        let (request, respond) = connection.accept().await.unwrap().unwrap();
        tokio::spawn(async move { while connection.accept().await.is_some() {} });
        let mut body = request.into_body();
        let error = loop {
            if let Err(error) = body.data().await.expect("no end") {
                break error;
            }
        };
        told.send(error.reason()).unwrap();
        drop(respond);
    });
    let requests = (0..3).map(|n| {
        assert!(n < 1, "no more");
        request("", n)
    });
    let call = Greeter::lots_of_greetings(rustgrpc::requests(requests), &target);
    let error = call.await.unwrap_err();
    let details = "Exception iterating requests!";
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::Unknown, details)
    );
    assert_eq!(heard.await.unwrap(), Some(Reason::INTERNAL_ERROR));
}

/// C23.44: which fault it was, the HTTP/2 below does not tell.
#[tokio::test]
async fn a_status_that_is_no_number() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};

        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_exact(&mut [0; 24]).await.unwrap();
        // SETTINGS, and the acknowledgement of the peer's.
        let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
        stream.write_all(&settings).await.unwrap();
        stream
            .write_all(&[0, 0, 0, 4, 1, 0, 0, 0, 0])
            .await
            .unwrap();
        let mut head = [0; 9];
        while head[3] != 1 {
            stream.read_exact(&mut head).await.unwrap();
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            stream
                .read_exact(&mut vec![0; length as usize])
                .await
                .unwrap();
        }
        // HEADERS of stream 1: `:status` (8 in the static table) is `abc`.
        let headers = [0, 0, 5, 1, 4, 0, 0, 0, 1, 0x08, 3, b'a', b'b', b'c'];
        stream.write_all(&headers).await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    let (code, details, _) = outcome(&target).await;
    assert_eq!(code, StatusCode::Internal);
    assert!(details.starts_with("Stream removed ("), "{details}");
}

/// C23.40.
#[tokio::test]
async fn a_connection_that_breaks() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        let accepted = connection.accept().await;
        drop(connection);
        drop(accepted);
    });
    let (code, details, _) = outcome(&target).await;
    assert_eq!(
        (code, &*details),
        (StatusCode::Unavailable, "Stream removed (Socket closed)")
    );
}

/// Each connection takes one call and then says goodbye: the next call must find a connection of its own.
#[tokio::test]
async fn connections_that_go_away() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut connection = h2::server::handshake(stream).await.unwrap();
                while let Some(Ok((_, respond))) = connection.accept().await {
                    full(respond, REPLY, &[("grpc-status", "0")]);
                    connection.graceful_shutdown();
                }
            });
        }
    });
    let channel = rustgrpc::aio::insecure_channel(target);
    let stub = crate::greet_pb2_grpc::GreeterStub::new(&channel);
    for _ in 0..5 {
        assert_eq!(stub.say_hello(request("", 0)).await.unwrap().message, "r");
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

/// C35.37, C35.40-42.
#[tokio::test]
async fn a_peer_that_goes_silent_is_found_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    let silent = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        let accepted = connection.accept().await;
        std::future::pending::<()>().await;
        drop((accepted, connection));
    });
    let time = Duration::from_millis(50);
    let channel = rustgrpc::aio::Channel::builder(target)
        .keepalive(time, time)
        .build();
    let stub = crate::greet_pb2_grpc::GreeterStub::new(&channel);
    let call = stub.say_hello(request("", 0)).timeout(PATIENCE);
    let error = call.await.unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::Unavailable, "Stream removed (ping timeout)")
    );
    silent.abort();
}

#[tokio::test]
async fn trailing_metadata_keeps_its_order() {
    let pairs = [("z", "1"), ("b", "2"), ("b", "3"), ("m", "4"), ("a", "5")];
    let target = fake(move |respond| {
        let mut trailers = vec![("grpc-status", "10"), ("grpc-message", "m")];
        trailers.extend(pairs);
        full(respond, b"", &trailers);
    });
    let expected = (StatusCode::Aborted, "m".to_owned(), pairs.into());
    assert_eq!(outcome(&target.await).await, expected);
}
