//! The little of HTTP/2 that a load generator needs: requests that were encoded beforehand, and the heads of frames.

/// What every connection begins with.
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;

pub const END_STREAM: u8 = 1;
pub const END_HEADERS: u8 = 4;
pub const ACK: u8 = 1;

pub const HEAD: usize = 9;

/// The largest window there is.
pub const WINDOW: u32 = i32::MAX as u32;

const SETTINGS_ENABLE_PUSH: u16 = 2;
const SETTINGS_INITIAL_WINDOW_SIZE: u16 = 4;

/// The first nine bytes of a frame.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    pub length: usize,
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
}

impl Head {
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let head = bytes.first_chunk::<HEAD>()?;
        Some(Self {
            length: u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize,
            kind: head[3],
            flags: head[4],
            stream: u32::from_be_bytes([head[5], head[6], head[7], head[8]]) & (u32::MAX >> 1),
        })
    }
}

pub fn write_head(out: &mut Vec<u8>, length: usize, kind: u8, flags: u8, stream: u32) {
    out.extend_from_slice(&(length as u32).to_be_bytes()[1..]);
    out.extend_from_slice(&[kind, flags]);
    out.extend_from_slice(&stream.to_be_bytes());
}

/// What a client says first: no pushes, and windows that never close.
pub fn write_preface(out: &mut Vec<u8>) {
    out.extend_from_slice(PREFACE);
    write_head(out, 12, SETTINGS, 0, 0);
    for (name, value) in [
        (SETTINGS_ENABLE_PUSH, 0),
        (SETTINGS_INITIAL_WINDOW_SIZE, WINDOW),
    ] {
        out.extend_from_slice(&name.to_be_bytes());
        out.extend_from_slice(&value.to_be_bytes());
    }
    write_window_update(out, WINDOW - 65_535);
}

pub fn write_window_update(out: &mut Vec<u8>, more: u32) {
    write_head(out, 4, WINDOW_UPDATE, 0, 0);
    out.extend_from_slice(&more.to_be_bytes());
}

/// The initial window that a SETTINGS frame says.
pub fn initial_window(settings: &[u8]) -> Option<u32> {
    settings
        .chunks_exact(6)
        .filter(|entry| entry[..2] == SETTINGS_INITIAL_WINDOW_SIZE.to_be_bytes())
        .map(|entry| u32::from_be_bytes([entry[2], entry[3], entry[4], entry[5]]))
        .next_back()
}

/// The header block of every request of one connection: the first one fills the peer's table, the others name its entries.
pub struct RequestHead {
    first: Option<Vec<u8>>,
    then: Vec<u8>,
}

impl RequestHead {
    pub fn new(path: &str, tls: bool, compressed: bool) -> Self {
        const POST: u8 = 0x80 | 3;
        let scheme = 0x80 | if tls { 7 } else { 6 };
        // Requests say that they may be compressed, so that responses are.
        let (encoding, accepted) = if compressed {
            ("gzip", "identity, deflate, gzip")
        } else {
            ("identity", "identity")
        };
        let literals = [
            (Some(4), ":path", path),
            (Some(1), ":authority", "localhost"),
            (None, "te", "trailers"),
            (Some(31), "content-type", "application/grpc"),
            (None, "grpc-encoding", encoding),
            (None, "grpc-accept-encoding", accepted),
            (Some(58), "user-agent", "grpc-load/1"),
        ];
        let mut first = vec![POST, scheme];
        let mut then = first.clone();
        for (index, (name, text, value)) in literals.into_iter().enumerate() {
            first.push(0x40 | name.unwrap_or(0));
            if name.is_none() {
                write_text(&mut first, text);
            }
            write_text(&mut first, value);
            // The youngest entry of the dynamic table has the number 62.
            then.push(0x80 | (62 + literals.len() - 1 - index) as u8);
        }
        Self {
            first: Some(first),
            then,
        }
    }

    pub fn write(&mut self, out: &mut Vec<u8>, stream: u32) {
        let first = self.first.take();
        let block = first.as_ref().unwrap_or(&self.then);
        write_head(out, block.len(), HEADERS, END_HEADERS, stream);
        out.extend_from_slice(block);
    }
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    assert!(text.len() < 127);
    out.push(text.len() as u8);
    out.extend_from_slice(text.as_bytes());
}
