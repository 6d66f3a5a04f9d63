//! Messages out of the bytes of a stream.

use bytes::buf::Take;
use bytes::{Buf, Bytes, BytesMut};

use super::compression::Encoding;
use super::frame::{PREFIX, Side};
use crate::telemetry::socket::Meter;
use crate::{Status, StatusCode};

/// What a prefix may make the reader reserve before the bytes are there.
const RESERVED_AT_MOST: usize = 64 << 10;

/// Cuts messages out of chunks. A message that lies in one chunk is not copied.
#[derive(Debug)]
pub(crate) struct Deframer {
    chunk: Bytes,
    /// The beginning of what continues in the next chunk.
    partial: BytesMut,
    prefix: Option<Prefix>,
    encoding: Encoding,
    limit: usize,
    side: Side,
    meter: Meter,
    /// A prefix that is none: what follows has no meaning.
    broken: bool,
}

#[derive(Clone, Copy, Debug)]
struct Prefix {
    compressed: bool,
    length: usize,
}

impl Deframer {
    pub(crate) fn new(encoding: Encoding, limit: usize, side: Side, meter: Meter) -> Self {
        Self {
            chunk: Bytes::new(),
            partial: BytesMut::new(),
            prefix: None,
            encoding,
            limit,
            side,
            meter,
            broken: false,
        }
    }

    /// Takes the next chunk; all messages of those before it must have been taken out.
    pub(crate) fn push(&mut self, chunk: Bytes) {
        debug_assert!(self.chunk.is_empty() || self.broken);
        if !self.broken {
            self.chunk = chunk;
        }
    }

    /// The next message, as `read` reads it; `None` when more bytes are needed.
    pub(crate) fn next<R>(
        &mut self,
        read: impl FnOnce(Take<&mut Bytes>) -> R,
    ) -> Result<Option<R>, Status> {
        if let Some(length) = self.whole_in_chunk() {
            // Read where it lies: to share its bytes costs more than to decode a small message.
            let rest = self.chunk.len() - PREFIX - length;
            self.chunk.advance(PREFIX);
            let message = read((&mut self.chunk).take(length));
            // However far `read` came.
            self.chunk.advance(self.chunk.len() - rest);
            self.meter.received(length);
            return Ok(Some(message));
        }
        let prefix = match self.prefix {
            Some(prefix) => prefix,
            None => match self.cut_prefix()? {
                None => return Ok(None),
                Some(prefix) => *self.prefix.insert(prefix),
            },
        };
        let Prefix { length, compressed } = prefix;
        let Some(mut message) = self.cut(length) else {
            return Ok(None);
        };
        self.prefix = None;
        self.meter.received(length);
        if compressed {
            message = self.encoding.decompress(&message, self.limit)?;
        }
        let length = message.len();
        Ok(Some(read((&mut message).take(length))))
    }

    /// Whether the stream ended, or can only end, in the middle of a message.
    pub(crate) fn is_truncated(&self) -> bool {
        self.broken || self.prefix.is_some() || !self.partial.is_empty()
    }

    /// The length of a message that lies in the chunk, uncompressed, behind its prefix, as most do.
    #[inline]
    fn whole_in_chunk(&self) -> Option<usize> {
        let Some(&[0, a, b, c, d]) = self.chunk.first_chunk::<PREFIX>() else {
            return None;
        };
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        let begins_here = self.prefix.is_none() && self.partial.is_empty();
        let ends_here = length <= (self.chunk.len() - PREFIX).min(self.limit);
        (begins_here && ends_here).then_some(length)
    }

    fn cut_prefix(&mut self) -> Result<Option<Prefix>, Status> {
        match self.cut(PREFIX) {
            Some(mut prefix) => self.parse(prefix.get_u8(), prefix.get_u32()),
            None => Ok(None),
        }
    }

    fn parse(&mut self, flag: u8, length: u32) -> Result<Option<Prefix>, Status> {
        let length = length as usize;
        if flag > 1 {
            self.broken = true;
            self.chunk.clear();
            return Ok(None);
        }
        if length > self.limit {
            let side = self.side.name();
            let limit = self.limit;
            let text = format!("{side}: Received message larger than max ({length} vs. {limit})");
            return Err(Status::new(StatusCode::ResourceExhausted, text));
        }
        Ok(Some(Prefix {
            compressed: flag == 1,
            length,
        }))
    }

    fn cut(&mut self, length: usize) -> Option<Bytes> {
        if self.partial.is_empty() && self.chunk.len() >= length {
            return Some(self.chunk.split_to(length));
        }
        let missing = length - self.partial.len();
        let taken = missing.min(self.chunk.len());
        if taken > 0 {
            if self.partial.is_empty() {
                self.partial.reserve(length.min(RESERVED_AT_MOST));
            }
            self.partial.extend_from_slice(&self.chunk.split_to(taken));
        }
        (taken == missing).then(|| self.partial.split().freeze())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::inbound::whole;

    #[test]
    fn messages_come_out_however_they_were_cut() {
        let messages = [&b""[..], b"a", b"hello world", b"", b"last"];
        let mut wire = Vec::new();
        for message in messages {
            wire.push(0);
            wire.extend((message.len() as u32).to_be_bytes());
            wire.extend(message);
        }
        for size in 1..=wire.len() {
            let mut deframer =
                Deframer::new(Encoding::Identity, 100, Side::Server, Meter::default());
            let mut seen = Vec::new();
            for chunk in wire.chunks(size) {
                deframer.push(Bytes::copy_from_slice(chunk));
                while let Some(message) = deframer.next(whole).unwrap() {
                    seen.push(message);
                }
            }
            assert_eq!(seen, messages, "in pieces of {size}");
            assert!(!deframer.is_truncated());
        }
    }

    #[test]
    fn what_is_no_message_is_refused() {
        let next = |wire: &'static [u8], encoding| {
            let mut deframer = Deframer::new(encoding, 100, Side::Server, Meter::default());
            deframer.push(Bytes::from_static(wire));
            let next = deframer.next(whole);
            (
                next.map_err(|status| status.details().to_owned()),
                deframer.is_truncated(),
            )
        };
        let identity = Encoding::Identity;
        assert_eq!(next(b"\x02\0\0\0\0", identity), (Ok(None), true));
        assert_eq!(next(b"\0\0\0", identity), (Ok(None), true));
        assert_eq!(next(b"\0\0\0\0\x05abc", identity), (Ok(None), true));
        let too_large = "SERVER: Received message larger than max (203 vs. 100)";
        assert_eq!(next(b"\0\0\0\0\xcb", identity).0, Err(too_large.into()));
        let no_encoding = "Compression bit set but no encoding configured";
        assert_eq!(
            next(b"\x01\0\0\0\x01a", identity).0,
            Err(no_encoding.into())
        );
        let garbage = "Decompression failed due to zlib error";
        assert_eq!(
            next(b"\x01\0\0\0\x01a", Encoding::Gzip).0,
            Err(garbage.into())
        );
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = Encoding::Gzip.compress(&vec![0; 1 << 20]).unwrap();
        let status = Encoding::Gzip.decompress(&bomb, 1000).unwrap_err();
        assert_eq!(status.details(), "Decompressed message larger than max");
        assert_eq!(
            Encoding::Gzip.decompress(&bomb, 1 << 20).unwrap().len(),
            1 << 20
        );
    }
}
