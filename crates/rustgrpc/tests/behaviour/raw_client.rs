//! What a server does with what comes over HTTP/2: C7, C13, C15, C22, by a client that can send anything.

use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use h2::Reason;
use h2::client::SendRequest;
use http::{HeaderMap, Method, Request, Uri};
use prost::Message;

use super::lab::{PATIENCE, request, run, until};
use crate::greet_pb2::HelloReply;

/// What came back: an error code of a reset, or headers, data and trailers.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)]
pub(super) enum Answer {
    Reset(Reason),
    Response {
        headers: HeaderMap,
        data: Vec<u8>,
        trailers: Option<HeaderMap>,
    },
}

impl Answer {
    /// Code and message of an answer that is one block of headers.
    fn trailers_only(&self) -> (i32, String) {
        let Self::Response {
            headers,
            data,
            trailers: None,
        } = self
        else {
            panic!("{self:?}")
        };
        assert!(data.is_empty());
        assert_eq!(headers["content-type"], "application/grpc");
        status(headers)
    }

    pub(super) fn reply(&self) -> HelloReply {
        let Self::Response {
            headers,
            data,
            trailers: Some(trailers),
        } = self
        else {
            panic!("{self:?}")
        };
        assert_eq!(headers["content-type"], "application/grpc");
        assert_eq!(headers["grpc-accept-encoding"], "identity, deflate, gzip");
        assert_eq!(headers.len(), 2, "{headers:?}");
        assert_eq!(status(trailers), (0, String::new()));
        assert_eq!(data[..5], [0, 0, 0, 0, data.len() as u8 - 5]);
        HelloReply::decode(&data[5..]).unwrap()
    }
}

fn status(headers: &HeaderMap) -> (i32, String) {
    let text = |name: &str| headers[name].to_str().unwrap().to_owned();
    (text("grpc-status").parse().unwrap(), text("grpc-message"))
}

pub(super) async fn connect(port: u16) -> SendRequest<Bytes> {
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .unwrap();
    let (sender, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    sender
}

/// A request that is as it should be, to be spoilt.
pub(super) fn head() -> Request<()> {
    Request::builder()
        .method(Method::POST)
        .uri("http://localhost/greet.Greeter/SayHello")
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(())
        .unwrap()
}

fn frame(flag: u8, message: &[u8]) -> Vec<u8> {
    let mut frame = vec![flag];
    frame.extend((message.len() as u32).to_be_bytes());
    frame.extend(message);
    frame
}

pub(super) fn message(name: &str) -> Vec<u8> {
    frame(0, &request(name, 0).encode_to_vec())
}

pub(super) async fn call(sender: &SendRequest<Bytes>, head: Request<()>, body: Vec<u8>) -> Answer {
    let mut sender = sender.clone().ready().await.unwrap();
    let (response, mut stream) = sender.send_request(head, false).unwrap();
    stream.send_data(body.into(), true).unwrap();
    let waiting = tokio::time::timeout(PATIENCE, async {
        let response = response.await?;
        assert_eq!(response.status(), 200);
        let (parts, mut body) = response.into_parts();
        let mut data = Vec::new();
        while let Some(chunk) = body.data().await {
            data.extend(chunk?);
        }
        Ok((parts.headers, data, body.trailers().await?))
    });
    match waiting.await.expect("an answer") {
        Ok((headers, data, trailers)) => Answer::Response {
            headers,
            data,
            trailers,
        },
        Err::<_, h2::Error>(error) => Answer::Reset(error.reason().expect("a reset")),
    }
}

/// C13.1-4, C13.24.
#[tokio::test]
async fn requests_that_are_accepted() {
    let lab = run().await;
    let sender = connect(lab.port).await;
    let spoil: [fn(&mut HeaderMap); 5] = [
        |_| {},
        |headers| drop(headers.insert("content-type", "application/grpc+proto".parse().unwrap())),
        |headers| drop(headers.insert("content-type", "application/json".parse().unwrap())),
        |headers| drop(headers.remove("content-type")),
        |headers| drop(headers.insert("grpc-encoding", "identity".parse().unwrap())),
    ];
    for spoil in spoil {
        let mut head = head();
        spoil(head.headers_mut());
        assert_eq!(
            call(&sender, head, message("x")).await.reply().message,
            "Hello, x!"
        );
    }
    let two = [message("x"), message("y")].concat();
    assert_eq!(
        call(&sender, head(), two).await.reply().message,
        "Hello, x!"
    );
}

/// C13.5, C13.7-8.
#[tokio::test]
async fn requests_that_are_reset() {
    let lab = run().await;
    let sender = connect(lab.port).await;
    let mut no_te = head();
    no_te.headers_mut().remove("te");
    let mut get = head();
    *get.method_mut() = Method::GET;
    let mut put = head();
    *put.method_mut() = Method::PUT;
    for head in [no_te, get, put] {
        let answer = call(&sender, head, message("x")).await;
        assert!(
            matches!(answer, Answer::Reset(Reason::INTERNAL_ERROR)),
            "{answer:?}"
        );
    }
}

/// C7.36-41, C13.11, C13.13-14, C13.26-27, C35.9, C35.14-15.
#[tokio::test]
async fn requests_that_are_refused() {
    let lab = run().await;
    let sender = connect(lab.port).await;
    for (name, value, code, text) in [
        (
            "grpc-encoding",
            "snappy",
            13,
            "Error parsing 'grpc-encoding' metadata",
        ),
        ("grpc-timeout", "0S", 4, "Deadline Exceeded"),
        ("grpc-timeout", "0n", 4, "Deadline Exceeded"),
        (
            "grpc-timeout",
            "-1S",
            13,
            "Error parsing 'grpc-timeout' metadata",
        ),
        (
            "grpc-timeout",
            "S",
            13,
            "Error parsing 'grpc-timeout' metadata",
        ),
        (
            "grpc-timeout",
            "5",
            13,
            "Error parsing 'grpc-timeout' metadata",
        ),
        (
            "grpc-timeout",
            "1s",
            13,
            "Error parsing 'grpc-timeout' metadata",
        ),
        (
            "x-bin",
            "AAH-",
            13,
            "Error parsing 'x-bin' metadata: illegal base64 encoding",
        ),
        (
            "x-bin",
            "AQ,Ag",
            13,
            "Error parsing 'x-bin' metadata: illegal base64 encoding",
        ),
        (
            "x-bin",
            "A",
            13,
            "Error parsing 'x-bin' metadata: illegal base64 encoding",
        ),
    ] {
        let mut head = head();
        head.headers_mut().insert(name, value.parse().unwrap());
        let answer = call(&sender, head, message("x")).await.trailers_only();
        assert_eq!(answer, (code, text.to_owned()), "{name}: {value}");
    }
    let mut ftp = head();
    *ftp.uri_mut() = Uri::from_static("ftp://localhost/greet.Greeter/SayHello");
    let answer = call(&sender, ftp, message("x")).await.trailers_only();
    assert_eq!(answer, (13, "Error parsing ':scheme' metadata".to_owned()));
    let mut unknown = head();
    *unknown.uri_mut() = Uri::from_static("http://localhost/greet.Greeter/Nope");
    let answer = call(&sender, unknown, message("x")).await.trailers_only();
    assert_eq!(answer, (12, "Method not found!".to_owned()));
}

/// C12.1, C13.12, C13.15-23.
#[tokio::test]
async fn bodies_that_are_no_message() {
    let lab = run().await;
    let sender = connect(lab.port).await;
    let none = (
        12,
        "\"b''\" requires exactly one request message.".to_owned(),
    );
    for body in [
        vec![],
        frame(2, b"x"),
        b"\0\0\0".to_vec(),
        b"\0\0\0\0\x09abc".to_vec(),
    ] {
        assert_eq!(call(&sender, head(), body).await.trailers_only(), none);
    }
    for (body, text) in [
        (frame(0, b"\xff\xff"), "Exception deserializing request!"),
        (
            frame(0, b"\x0a\x01\xff"),
            "Exception deserializing request!",
        ),
        (
            frame(1, b"x"),
            "Compression bit set but no encoding configured",
        ),
    ] {
        let answer = call(&sender, head(), body).await.trailers_only();
        assert_eq!(answer, (13, text.to_owned()));
    }
    let mut gzip = head();
    gzip.headers_mut()
        .insert("grpc-encoding", "gzip".parse().unwrap());
    let answer = call(&sender, gzip, frame(1, b"garbage"))
        .await
        .trailers_only();
    assert_eq!(
        answer,
        (13, "Decompression failed due to zlib error".to_owned())
    );
}

/// C7.29, C7.31, C7.33-35, C7.43-45.
#[tokio::test]
async fn timeouts_are_read() {
    let lab = run().await;
    let sender = connect(lab.port).await;
    for (timeout, remaining) in [
        ("100000000u", "Some(99."),
        ("100000m", "Some(99."),
        ("2M", "Some(119.9"),
        ("1H", "Some(3599.9"),
        ("123456789S", "Some(123456788.9"),
        ("00000100S", "Some(99."),
        ("100 S", "Some(99."),
        ("9999999999999H", "None"),
    ] {
        let mut head = head();
        head.headers_mut()
            .insert("grpc-timeout", timeout.parse().unwrap());
        let reply = call(&sender, head, message("time")).await.reply();
        assert!(
            reply.message.starts_with(remaining),
            "{timeout}: {}",
            reply.message
        );
    }
}

/// C35.8, C35.10-13, C35.16-17.
#[tokio::test]
async fn metadata_is_read_as_it_comes() {
    let lab = run().await;
    let sender = connect(lab.port).await;
    for (name, value, seen) in [
        ("x-bin", &b"AAH+"[..], r#"("x-bin", b"\0\x01\xfe")"#),
        ("x-bin", b"AAE", r#"("x-bin", b"\0\x01")"#),
        ("x-bin", b"AAE=", r#"("x-bin", b"\0\x01")"#),
        ("x-bin", b"AQ", r#"("x-bin", b"\x01")"#),
        ("x-bin", b"AQ==", r#"("x-bin", b"\x01")"#),
        ("x-bin", b"", r#"("x-bin", b"")"#),
        ("k", b" v ", r#"("k", " v ")"#),
        ("k2", b"a\tb", r#"("k2", "a\tb")"#),
        ("k3", "é".as_bytes(), r#"("k3", "é")"#),
    ] {
        let mut head = head();
        head.headers_mut()
            .insert(name, http::HeaderValue::from_bytes(value).unwrap());
        let answer = call(&sender, head, message("metadata")).await;
        let Answer::Response {
            headers,
            data,
            trailers,
        } = answer
        else {
            panic!("{answer:?}")
        };
        let keys: Vec<_> = headers.get_all("i-key").iter().collect();
        assert_eq!(keys, ["i1", "i2"]);
        assert_eq!(trailers.unwrap()["t-key"], "t1");
        let reply = HelloReply::decode(&data[5..]).unwrap();
        assert_eq!(reply.message, format!("[{seen}]"));
    }
}

/// C35.7: the details of success are on the wire; `-bin` values are base64, without padding.
#[tokio::test]
async fn what_comes_with_success() {
    let lab = run().await;
    let sender = connect(lab.port).await;
    let body = |name: &str| frame(0, &request(name, 0).encode_to_vec());
    let answer = call(&sender, head(), body("set:d")).await;
    let Answer::Response { trailers, .. } = answer else {
        panic!("{answer:?}")
    };
    assert_eq!(status(&trailers.unwrap()), (0, "d".to_owned()));
    let answer = call(&sender, head(), body("binary")).await;
    let Answer::Response {
        headers, trailers, ..
    } = answer
    else {
        panic!("{answer:?}")
    };
    assert_eq!(headers["i-bin"], "AP8");
    let trailers = trailers.unwrap();
    assert_eq!(trailers["x-bin"], "AAH+");
    assert_eq!(trailers["a"], "b");
}

/// C22.1, C22.3-5, C22.7, C22.11.
#[tokio::test]
async fn details_are_percent_encoded() {
    let lab = run().await;
    let sender = connect(lab.port).await;
    for (details, wire) in [
        ("plain", "plain"),
        ("a%b", "a%25b"),
        ("错误", "%E9%94%99%E8%AF%AF"),
        ("x\ny\tz", "x%0Ay%09z"),
        ("~!@#$^&*()_+`", "~!@#$^&*()_+`"),
        (" lead and trail ", " lead and trail "),
        ("", ""),
    ] {
        let body = frame(0, &request(&format!("abort:{details}"), 5).encode_to_vec());
        let answer = call(&sender, head(), body).await.trailers_only();
        assert_eq!(answer, (5, wire.to_owned()));
    }
}

#[tokio::test]
async fn responses_are_compressed_when_the_caller_can_read_them() {
    let lab = run().await;
    let sender = connect(lab.port).await;
    let body = || {
        let name = format!("compress:{}", "a".repeat(1000));
        frame(0, &request(&name, 0).encode_to_vec())
    };
    let mut gzip = head();
    gzip.headers_mut()
        .insert("grpc-accept-encoding", "identity, gzip".parse().unwrap());
    let answer = call(&sender, gzip, body()).await;
    let Answer::Response { headers, data, .. } = answer else {
        panic!("{answer:?}")
    };
    assert_eq!(headers["grpc-encoding"], "gzip");
    assert_eq!((data[0], data.len() < 100), (1, true));
    let answer = call(&sender, head(), body()).await;
    let Answer::Response { headers, data, .. } = answer else {
        panic!("{answer:?}")
    };
    assert!(!headers.contains_key("grpc-encoding"));
    assert_eq!(data[0], 0);
}

/// A peer that holds its connection open, and neither reads nor writes any more.
#[tokio::test]
async fn a_peer_that_goes_silent_cannot_hold_the_stop() {
    let lab = run().await;
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", lab.port))
        .await
        .unwrap();
    let (sender, mut connection) = h2::client::handshake(stream).await.unwrap();
    let mut sender = sender.ready().await.unwrap();
    let (response, mut stream) = sender.send_request(head(), false).unwrap();
    let sleep = frame(0, &request("sleep", 60_000).encode_to_vec());
    stream.send_data(sleep.into(), true).unwrap();
    let talking = tokio::time::timeout(Duration::from_millis(200), &mut connection);
    talking.await.unwrap_err();
    let stop = tokio::time::timeout(PATIENCE, lab.server.stop(None));
    stop.await.expect("a stop that ends");
    until("the handler goes", || {
        lab.seen.dropped.load(Ordering::SeqCst) == 1
    })
    .await;
    drop((response, connection));
}
