//! HTTP/2 by hand, for what a well-behaved client does not send.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use h2::client::SendRequest;
use http::{Method, Request};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::Failure;

/// What an HTTP/2 client says first.
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Types of frames.
pub const DATA: u8 = 0;
/// See RFC 9113, 6.2.
pub const HEADERS: u8 = 1;
/// See RFC 9113, 6.4.
pub const RST_STREAM: u8 = 3;
/// See RFC 9113, 6.5.
pub const SETTINGS: u8 = 4;
/// See RFC 9113, 6.7.
pub const PING: u8 = 6;
/// See RFC 9113, 6.9.
pub const WINDOW_UPDATE: u8 = 8;
/// See RFC 9113, 6.10.
pub const CONTINUATION: u8 = 9;

/// Flags of frames.
pub const END_STREAM: u8 = 1;
/// See RFC 9113, 6.2.
pub const END_HEADERS: u8 = 4;

/// `:status: 200` of HPACK's static table.
const STATUS_200: u8 = 0x88;

/// A frame with the length that its payload has.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    frame_of_length(payload.len(), kind, flags, stream, payload)
}

/// A frame with a length that its payload need not have.
pub fn frame_of_length(length: usize, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = (length as u32).to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// The beginning of a connection as it should be.
pub fn greeting() -> Vec<u8> {
    [PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()
}

/// A header block of a call as it should be, in HPACK literals without Huffman coding.
pub fn header_block(path: &str) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "localhost"),
        ("te", "trailers"),
        ("content-type", "application/grpc"),
    ] {
        block.extend(literal(name.as_bytes(), value.as_bytes()));
    }
    block
}

/// A header in HPACK: a literal that is not indexed. Of short names and values only.
pub fn literal(name: &[u8], value: &[u8]) -> Vec<u8> {
    assert!(name.len() < 127 && value.len() < 127, "one byte of length");
    [&[0, name.len() as u8], name, &[value.len() as u8], value].concat()
}

/// The head of gRPC's response to the first call.
pub fn response() -> Vec<u8> {
    response_of(b"application/grpc")
}

/// The head of a response to the first call.
pub fn response_of(content_type: &[u8]) -> Vec<u8> {
    let content_type = literal(b"content-type", content_type);
    let block = [&[STATUS_200], &content_type[..]].concat();
    frame(HEADERS, END_HEADERS, 1, &block)
}

/// The end of the first call.
pub fn trailers(status: &[u8]) -> Vec<u8> {
    let block = literal(b"grpc-status", status);
    frame(HEADERS, END_HEADERS | END_STREAM, 1, &block)
}

/// As a server: greets, and reads until the head of the first call has come and the connection's window is open.
pub async fn take_call(stream: &mut TcpStream) -> io::Result<()> {
    let settings = [frame(SETTINGS, 0, 0, &[]), frame(SETTINGS, 1, 0, &[])].concat();
    stream.read_exact(&mut [0; PREFACE.len()]).await?;
    stream.write_all(&settings).await?;
    let mut awaited = vec![HEADERS, WINDOW_UPDATE];
    while !awaited.is_empty() {
        let kind = read_frame(stream).await?;
        awaited.retain(|awaited| *awaited != kind);
    }
    Ok(())
}

/// The type of the next frame.
async fn read_frame(stream: &mut TcpStream) -> io::Result<u8> {
    let mut head = [0; 9];
    stream.read_exact(&mut head).await?;
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    stream.read_exact(&mut vec![0; length as usize]).await?;
    Ok(head[3])
}

/// Writes all of this and reads until the peer closes or has been silent for a while. Gives the bytes that were written.
pub async fn throw(port: u16, bytes: &[u8]) -> io::Result<usize> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let (mut from, mut to) = stream.into_split();
    let reading = tokio::spawn(async move {
        let mut buffer = vec![0; 16 << 10];
        while let Ok(Ok(1..)) =
            tokio::time::timeout(Duration::from_millis(100), from.read(&mut buffer)).await
        {}
    });
    let mut written = 0;
    for chunk in bytes.chunks(64 << 10) {
        // A peer that has seen enough closes, or stops reading.
        match tokio::time::timeout(Duration::from_secs(2), to.write_all(chunk)).await {
            Ok(Ok(())) => written += chunk.len(),
            _ => break,
        }
    }
    // It ends whatever the peer does.
    let _ = reading.await;
    Ok(written)
}

/// As a client: makes a connection and writes these frames; gives it when the server has read them all. Fails where the
/// server closes it.
pub async fn leave(port: u16, frames: &[u8]) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(&greeting()).await?;
    // After the server's SETTINGS, the windows of streams hold once they are acknowledged; the connection's holds by now.
    while read_frame(&mut stream).await? != WINDOW_UPDATE {}
    stream.write_all(&frame(SETTINGS, 1, 0, &[])).await?;
    write_until_read(&mut stream, frames).await?;
    Ok(stream)
}

/// Writes these frames and returns when the peer has read them all. Fails where the peer closes the connection.
pub async fn write_until_read(stream: &mut TcpStream, frames: &[u8]) -> io::Result<()> {
    const LAST: [u8; 8] = *b"the last";
    let (from, mut to) = stream.split();
    let bytes = [frames, &frame(PING, 0, 0, &LAST)].concat();
    let answer = frame(PING, 1, 0, &LAST);
    let (_, is_answered) = tokio::try_join!(to.write_all(&bytes), read_until(from, answer))?;
    if is_answered {
        Ok(())
    } else {
        Err(io::ErrorKind::ConnectionReset.into())
    }
}

/// Begins and resets this many calls, over as many connections as it takes. Gives how many the server closed.
pub async fn resets(port: u16, count: usize) -> io::Result<usize> {
    let mut left = count;
    let mut closed = 0;
    loop {
        left -= resets_on_one_connection(port, left).await?;
        if left == 0 {
            return Ok(closed);
        }
        closed += 1;
    }
}

/// Gives the number of calls that could be written. Returns when the server has seen all, or closed the connection.
async fn resets_on_one_connection(port: u16, count: usize) -> io::Result<usize> {
    const AT_ONCE: usize = 100;
    const LAST: [u8; 8] = *b"the last";
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let (from, mut to) = stream.into_split();
    let mut answers = tokio::spawn(read_until(from, frame(PING, 1, 0, &LAST)));
    to.write_all(&greeting()).await?;
    let block = header_block("/faults.Faults/Hold");
    let mut done = 0;
    while done < count && !answers.is_finished() {
        let mut bytes = Vec::new();
        let numbers = done..count.min(done + AT_ONCE);
        for number in numbers.clone() {
            let stream = number as u32 * 2 + 1;
            bytes.extend(frame(HEADERS, 4, stream, &block));
            bytes.extend(frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes()));
        }
        if to.write_all(&bytes).await.is_err() {
            break;
        }
        done = numbers.end;
    }
    // Where it cannot be written, the answers have come to their end.
    let _ = to.write_all(&frame(PING, 0, 0, &LAST)).await;
    let _ = (&mut answers).await?;
    Ok(done)
}

/// Reads until `wanted` comes, or the end; tells whether it came.
async fn read_until(mut from: impl AsyncRead + Unpin, wanted: Vec<u8>) -> io::Result<bool> {
    let mut tail = Vec::new();
    let mut buffer = vec![0; 16 << 10];
    loop {
        let length = from.read(&mut buffer).await?;
        tail.extend_from_slice(&buffer[..length]);
        if tail.windows(wanted.len()).any(|window| window == wanted) {
            return Ok(true);
        }
        if length == 0 {
            return Ok(false);
        }
        tail.drain(..tail.len().saturating_sub(wanted.len()));
    }
}

/// An HTTP/2 client without gRPC; its connection closes when this is dropped.
#[derive(Debug)]
pub struct Client {
    sender: SendRequest<Bytes>,
    connection: JoinHandle<()>,
    deaf: Arc<Notify>,
}

impl Client {
    /// A connection with windows of this size for what the server sends.
    pub async fn connect(port: u16, window: u32) -> Result<Self, Failure> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        let mut builder = h2::client::Builder::new();
        let builder = builder
            .initial_window_size(window)
            .initial_connection_window_size(window)
            .max_concurrent_reset_streams(1000);
        let (sender, mut connection) = builder.handshake(stream).await?;
        let deaf = Arc::new(Notify::new());
        let is_deaf = deaf.clone();
        let connection = tokio::spawn(async move {
            tokio::select! {
                // What is wrong with it shows in its calls.
                _ = &mut connection => {}
                () = is_deaf.notified() => std::future::pending().await,
            }
        });
        Ok(Self {
            sender,
            connection,
            deaf,
        })
    }

    /// Neither reads nor writes from now on, and leaves the socket open.
    pub fn go_deaf(&self) {
        self.deaf.notify_one();
    }

    /// Begins a call; its body, if any, is to follow.
    pub async fn open(
        &mut self,
        method: &str,
        has_body: bool,
    ) -> Result<(h2::client::ResponseFuture, h2::SendStream<Bytes>), h2::Error> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("http://localhost/faults.Faults/{method}"))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(())
            .expect("a request");
        let mut ready = self.sender.clone().ready().await?;
        ready.send_request(request, !has_body)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.connection.abort();
    }
}
