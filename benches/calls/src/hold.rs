//! Connections, or streams, that are open and do nothing: what they cost a server.

use std::error::Error;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::http2::{self, Head, RequestHead};
use crate::stacks::{self, Kind};

/// Streams of a connection that are opened together.
const GROUP: usize = 50;

/// Opens the connections and returns them when each has made its call, or has heard an echo on each of its streams.
pub async fn open(
    port: u16,
    connections: usize,
    streams: usize,
) -> Result<Vec<TcpStream>, Box<dyn Error + Send + Sync>> {
    let mut held = Vec::new();
    for _ in 0..connections {
        held.push(connection(port, streams).await?);
    }
    Ok(held)
}

async fn connection(port: u16, streams: usize) -> Result<TcpStream, Box<dyn Error + Send + Sync>> {
    let mut socket = TcpStream::connect(("127.0.0.1", port)).await?;
    socket.set_nodelay(true)?;
    let kind = if streams == 0 {
        Kind::Unary
    } else {
        Kind::Chat(1)
    };
    let end = if streams == 0 { http2::END_STREAM } else { 0 };
    let message = stacks::framed(&stacks::encoded_text(stacks::SMALL));
    let mut head = RequestHead::new(kind.path(), false, false);
    let mut out = Vec::new();
    http2::write_preface(&mut out);
    http2::write_head(&mut out, 0, http2::SETTINGS, http2::ACK, 0);
    let (mut input, mut echoed) = (Vec::new(), 0);
    let mut stream = 1;
    while echoed < streams.max(1) {
        // Servers do not like many messages that they have not read.
        for _ in 0..GROUP.min(streams.max(1) - echoed) {
            head.write(&mut out, stream);
            http2::write_head(&mut out, message.len(), http2::DATA, end, stream);
            out.extend_from_slice(&message);
            stream += 2;
        }
        socket.write_all(&out).await?;
        out.clear();
        while 2 * echoed + 1 < stream as usize {
            if socket.read_buf(&mut input).await? == 0 {
                return Err("the server closed the connection".into());
            }
            echoed += echoes(&mut input)?;
        }
    }
    Ok(socket)
}

/// Takes the frames that are complete; how many of them are messages.
fn echoes(input: &mut Vec<u8>) -> Result<usize, Box<dyn Error + Send + Sync>> {
    let (mut read, mut echoed) = (0, 0);
    while let Some(head) = Head::read(&input[read..]) {
        if input.len() < read + http2::HEAD + head.length {
            break;
        }
        match head.kind {
            http2::RST_STREAM | http2::GOAWAY => return Err(format!("{head:?}").into()),
            http2::DATA if head.length > 0 => echoed += 1,
            _ => {}
        }
        read += http2::HEAD + head.length;
    }
    input.drain(..read);
    Ok(echoed)
}
