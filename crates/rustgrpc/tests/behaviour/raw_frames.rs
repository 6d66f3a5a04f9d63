//! What a server says to frames that no library of HTTP/2 would send, and in which frames it answers: C7, C13, C14, C35.

use bytes::Bytes;
use h2::Reason;
use http::Request;
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::lab::{PATIENCE, Running, TIMEOUTS, request, run};

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

#[derive(Debug)]
struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: Vec<u8>,
}

struct Raw(TcpStream);

impl Raw {
    /// A connection that has settled its settings; with what the server said: its own, that it heard ours, and
    /// the window of the connection.
    async fn connect(lab: &Running) -> (Self, Vec<Frame>) {
        let stream = TcpStream::connect(("127.0.0.1", lab.port)).await.unwrap();
        let mut raw = Self(stream);
        let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        raw.0.write_all(preface).await.unwrap();
        raw.send(SETTINGS, 0, 0, &[]).await;
        let mut greeting = Vec::new();
        while greeting.len() < 3 {
            greeting.push(raw.receive().await.expect("settings"));
        }
        raw.send(SETTINGS, 1, 0, &[]).await;
        (raw, greeting)
    }

    async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let mut frame = (payload.len() as u32).to_be_bytes()[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        self.0.write_all(&frame).await.unwrap();
    }

    async fn receive(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        let read = tokio::time::timeout(PATIENCE, self.0.read_exact(&mut head));
        read.await.expect("a frame").ok()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        self.0.read_exact(&mut payload).await.ok()?;
        Some(Frame {
            kind: head[3],
            flags: head[4],
            stream: u32::from_be_bytes(head[5..].try_into().unwrap()),
            payload,
        })
    }

    /// A call with these headers, whose end is not sent; the reset or the GOAWAY that answers it, and its code.
    async fn refusal(&mut self, stream: u32, headers: &[(&str, &str)]) -> (u8, u32) {
        let block: Vec<u8> = headers.iter().flat_map(|pair| literal(*pair)).collect();
        self.send(HEADERS, END_HEADERS, stream, &block).await;
        loop {
            let frame = self.receive().await.expect("a refusal");
            assert_ne!(frame.kind, HEADERS, "{frame:?}");
            if matches!(frame.kind, RST_STREAM | GOAWAY) {
                let code = frame.payload.last_chunk().expect("a code");
                return (frame.kind, u32::from_be_bytes(*code));
            }
        }
    }
}

/// A header that is written out, without Huffman coding.
fn literal((name, value): (&str, &str)) -> Vec<u8> {
    let text = |text: &str| [&[text.len() as u8], text.as_bytes()].concat();
    [vec![0], text(name), text(value)].concat()
}

/// C13.6, C13.9-10, C13.28: C-core resets calls without path or authority with INTERNAL_ERROR and tells of a wrong `te` and
/// of upper case in a status; here the HTTP/2 below answers what is malformed (RFC 9113, 8.1.1) before gRPC sees it.
#[tokio::test]
async fn heads_that_are_none() {
    let lab = run().await;
    let (mut raw, _) = Raw::connect(&lab).await;
    let full = [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", "/greet.Greeter/SayHello"),
        (":authority", "localhost"),
        ("te", "trailers"),
    ];
    let without = |name: &str| -> Vec<_> {
        let kept = full.iter().filter(|pair| pair.0 != name);
        kept.copied().collect()
    };
    let protocol = u32::from(Reason::PROTOCOL_ERROR);
    let internal = u32::from(Reason::INTERNAL_ERROR);
    let answer = raw.refusal(1, &without(":path")).await;
    assert_eq!(answer, (RST_STREAM, protocol));
    let answer = raw.refusal(3, &without(":authority")).await;
    assert_eq!(answer, (RST_STREAM, internal));
    let foo = [&without("te")[..], &[("te", "foo")]].concat();
    assert_eq!(raw.refusal(5, &foo).await, (RST_STREAM, protocol));
    let upper = [&full[..], &[("X-Up", "v")]].concat();
    assert_eq!(raw.refusal(7, &upper).await, (GOAWAY, protocol));
    assert!(!lab.seen.has_begun(1));
}

/// C35.6.
#[tokio::test]
async fn the_windows_are_open_wide() {
    let lab = run().await;
    let (_, greeting) = Raw::connect(&lab).await;
    let settings = greeting
        .iter()
        .find(|frame| (frame.kind, frame.flags) == (SETTINGS, 0));
    let settings = settings.expect("settings").payload.chunks(6);
    let settings: Vec<(u16, u32)> = settings
        .map(|pair| {
            let number = u16::from_be_bytes([pair[0], pair[1]]);
            (number, u32::from_be_bytes(pair[2..].try_into().unwrap()))
        })
        .collect();
    assert!(settings.contains(&(4, 4 << 20)), "{settings:?}");
    assert!(
        settings.iter().any(|(number, _)| *number == 6),
        "{settings:?}"
    );
    assert!(greeting.iter().any(|frame| frame.kind == WINDOW_UPDATE));
}

fn head(path: &str, headers: &[(&str, &str)]) -> Request<()> {
    let mut head = Request::post(format!("http://localhost/greet.Greeter/{path}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    for (name, value) in headers {
        head = head.header(*name, *value);
    }
    head.body(()).unwrap()
}

fn message(name: &str) -> Bytes {
    let message = request(name, 0).encode_to_vec();
    let mut frame = vec![0];
    frame.extend((message.len() as u32).to_be_bytes());
    frame.extend(message);
    frame.into()
}

async fn client(lab: &Running) -> h2::client::SendRequest<Bytes> {
    let stream = TcpStream::connect(("127.0.0.1", lab.port)).await.unwrap();
    let (sender, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    sender.ready().await.unwrap()
}

/// C7.1-2: when time is over before the headers are out, the server says it in one block of headers.
#[tokio::test]
async fn a_deadline_is_told_by_the_server() {
    let lab = run().await;
    let mut sender = client(&lab).await;
    for timeout in TIMEOUTS {
        let timeout = format!("{}m", timeout.as_millis());
        let head = head("SayHello", &[("grpc-timeout", &timeout)]);
        let (response, mut body) = sender.send_request(head, false).unwrap();
        body.send_data(message("hold"), true).unwrap();
        let (head, body) = response.await.unwrap().into_parts();
        assert_eq!(head.headers["content-type"], "application/grpc");
        assert_eq!(head.headers["grpc-status"], "4");
        assert_eq!(head.headers["grpc-message"], "Deadline Exceeded");
        assert!(body.is_end_stream());
        if lab.seen.has_begun(1) {
            break;
        }
    }
    lab.dropped(1).await;
}

/// C14.13, C14.14: the caller is told that nobody reads the rest, by a reset without an error.
#[tokio::test]
async fn a_handler_that_does_not_read_to_the_end() {
    let lab = run().await;
    let mut sender = client(&lab).await;
    for (path, name) in [("LotsOfGreetings", "return"), ("BidiHello", "end")] {
        let (response, mut requests) = sender.send_request(head(path, &[]), false).unwrap();
        requests.send_data(message(name), false).unwrap();
        let (head, mut body) = response.await.unwrap().into_parts();
        while body.data().await.is_some() {}
        let trailers = body.trailers().await.unwrap().unwrap_or(head.headers);
        assert_eq!(trailers["grpc-status"], "0");
        let reset = std::future::poll_fn(|cx| requests.poll_reset(cx)).await;
        assert_eq!(reset.unwrap(), Reason::NO_ERROR, "{path}");
    }
}

/// C13.25: whoever takes a call back gets nothing.
#[tokio::test]
async fn a_call_that_is_taken_back() {
    let lab = run().await;
    let (mut raw, _) = Raw::connect(&lab).await;
    let head = [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", "/greet.Greeter/SayHello"),
        (":authority", "localhost"),
        ("te", "trailers"),
    ];
    let block: Vec<u8> = head.iter().flat_map(|pair| literal(*pair)).collect();
    raw.send(HEADERS, END_HEADERS, 1, &block).await;
    let cancel = u32::from(Reason::CANCEL).to_be_bytes();
    raw.send(RST_STREAM, 0, 1, &cancel).await;
    // The next call is answered, and nothing before it.
    raw.send(HEADERS, END_HEADERS, 3, &block).await;
    raw.send(DATA, END_STREAM, 3, &message("x")).await;
    loop {
        let frame = raw.receive().await.expect("an answer");
        assert_ne!(frame.stream, 1, "{frame:?}");
        if (frame.kind, frame.stream, frame.flags & END_STREAM) == (HEADERS, 3, 1) {
            break;
        }
    }
}
