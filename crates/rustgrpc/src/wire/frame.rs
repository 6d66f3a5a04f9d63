//! Messages on the wire: five bytes of prefix and the encoded message, one by one or many in one piece.

use std::io::IoSlice;

use bytes::{Buf, Bytes};

use super::compression::Encoding;
use crate::{Status, StatusCode};

pub(crate) const PREFIX: usize = 5;

/// Which side speaks, for the texts of limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

impl Side {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Client => "CLIENT",
            Self::Server => "SERVER",
        }
    }
}

/// A prefix and a message, sent without copying the message behind its prefix.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    prefix: [u8; PREFIX],
    sent: usize,
    message: Bytes,
    /// The messages in `message`, each behind its own prefix; 0 when it is one without.
    packed: usize,
}

impl Frame {
    /// Frames encoded bytes, and compresses them where that makes them smaller.
    pub(crate) fn new(
        message: Bytes,
        encoding: Encoding,
        limit: usize,
        side: Side,
    ) -> Result<Self, Status> {
        let length = message.len();
        if length > limit.min(u32::MAX as usize) {
            return Err(too_large(side, length, limit));
        }
        let (flag, message) = match encoding.compress(&message) {
            Some(smaller) => (1, smaller),
            None => (0, message),
        };
        let [a, b, c, d] = (message.len() as u32).to_be_bytes();
        Ok(Self {
            prefix: [flag, a, b, c, d],
            sent: 0,
            message,
            packed: 0,
        })
    }

    /// So many messages, each behind its prefix.
    pub(super) fn packed(bytes: Bytes, messages: usize) -> Self {
        Self {
            prefix: [0; PREFIX],
            sent: PREFIX,
            message: bytes,
            packed: messages,
        }
    }

    /// The bytes of a frame of which nothing is sent, in one or two pieces.
    #[cfg(feature = "tower")]
    pub(crate) fn into_bytes(self) -> (Bytes, Bytes) {
        if self.packed > 0 {
            return (self.message, Bytes::new());
        }
        (Bytes::copy_from_slice(&self.prefix), self.message)
    }

    /// The number of messages.
    pub(crate) fn messages(&self) -> usize {
        self.packed.max(1)
    }

    /// The bytes of the messages as they are sent, without prefixes.
    #[cfg(feature = "metrics")]
    pub(crate) fn length(&self) -> usize {
        self.message.len() - PREFIX * self.packed
    }

    /// The message of a frame of one that is not compressed.
    pub(crate) fn into_message(self) -> Bytes {
        self.message
    }

    /// Nothing at all; what an HTTP/2 stream is ended with.
    pub(crate) fn nothing() -> Self {
        Self {
            prefix: [0; PREFIX],
            sent: PREFIX,
            message: Bytes::new(),
            packed: 0,
        }
    }
}

/// What a frame is made of again. Keeping a short message allocates nothing, which sharing its bytes would.
#[derive(Debug)]
pub(crate) struct Spare {
    prefix: [u8; PREFIX],
    message: Kept,
}

/// Messages up to this length are copied.
const SHORT: usize = 64;

#[derive(Debug)]
enum Kept {
    Short([u8; SHORT], usize),
    Shared(Bytes),
}

impl Spare {
    /// `frame` has not been sent, not in part either.
    pub(crate) fn of(frame: &Frame) -> Self {
        let mut short = [0; SHORT];
        let length = frame.message.len();
        let message = match short.get_mut(..length) {
            Some(place) => {
                place.copy_from_slice(&frame.message);
                Kept::Short(short, length)
            }
            None => Kept::Shared(frame.message.clone()),
        };
        Self {
            prefix: frame.prefix,
            message,
        }
    }

    pub(crate) fn into_frame(self) -> Frame {
        Frame {
            prefix: self.prefix,
            sent: 0,
            message: match self.message {
                Kept::Short(bytes, length) => Bytes::copy_from_slice(&bytes[..length]),
                Kept::Shared(bytes) => bytes,
            },
            packed: 0,
        }
    }
}

#[cold]
pub(super) fn too_large(side: Side, length: usize, limit: usize) -> Status {
    let text = format!(
        "{}: Sent message larger than max ({length} vs. {limit})",
        side.name()
    );
    Status::new(StatusCode::ResourceExhausted, text)
}

impl Buf for Frame {
    fn remaining(&self) -> usize {
        PREFIX - self.sent + self.message.len()
    }

    fn chunk(&self) -> &[u8] {
        if self.sent < PREFIX {
            &self.prefix[self.sent..]
        } else {
            &self.message
        }
    }

    fn advance(&mut self, count: usize) {
        let of_prefix = count.min(PREFIX - self.sent);
        self.sent += of_prefix;
        self.message.advance(count - of_prefix);
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let parts = [&self.prefix[self.sent..], &self.message];
        let mut filled = 0;
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            if let Some(slice) = slices.get_mut(filled) {
                *slice = IoSlice::new(part);
                filled += 1;
            }
        }
        filled
    }
}
