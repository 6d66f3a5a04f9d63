//! Compression of messages: gzip and deflate (which is zlib's format in gRPC).

use std::io::{Read, Write};

use bytes::Bytes;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};
use http::HeaderValue;

use crate::{Status, StatusCode};

/// How messages are compressed, Python's `grpc.Compression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Not at all; also where the channel or server compresses by default.
    NoCompression,
    /// zlib's format.
    Deflate,
    /// gzip.
    Gzip,
}

/// The `grpc-encoding` of one direction of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Encoding {
    #[default]
    Identity,
    Deflate,
    Gzip,
}

impl Encoding {
    /// The encoding of a `grpc-encoding` header; `None` when it is not known.
    pub(crate) fn of_header(value: Option<&HeaderValue>) -> Option<Self> {
        match value.map(HeaderValue::as_bytes) {
            None | Some(b"identity") => Some(Self::Identity),
            Some(b"deflate") => Some(Self::Deflate),
            Some(b"gzip") => Some(Self::Gzip),
            Some(_) => None,
        }
    }

    /// The header to send; none where nothing is compressed.
    pub(crate) fn header(self) -> Option<HeaderValue> {
        match self {
            Self::Identity => None,
            Self::Deflate => Some(HeaderValue::from_static("deflate")),
            Self::Gzip => Some(HeaderValue::from_static("gzip")),
        }
    }

    /// The message compressed; `None` when that would not make it smaller.
    pub(crate) fn compress(self, message: &[u8]) -> Option<Bytes> {
        let level = flate2::Compression::default();
        let compressed = match self {
            Self::Identity => return None,
            Self::Deflate => {
                let mut encoder = ZlibEncoder::new(Vec::new(), level);
                encoder.write_all(message).and_then(|()| encoder.finish())
            }
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), level);
                encoder.write_all(message).and_then(|()| encoder.finish())
            }
        };
        compressed
            .ok()
            .filter(|bytes| bytes.len() < message.len())
            .map(Bytes::from)
    }

    /// The message that was compressed, as long as it has at most `limit` bytes.
    pub(crate) fn decompress(self, message: &[u8], limit: usize) -> Result<Bytes, Status> {
        match self {
            Self::Identity => {
                let text = "Compression bit set but no encoding configured";
                Err(Status::new(StatusCode::Internal, text))
            }
            Self::Deflate => inflate(ZlibDecoder::new(message), limit),
            Self::Gzip => inflate(MultiGzDecoder::new(message), limit),
        }
    }
}

impl From<Compression> for Encoding {
    fn from(compression: Compression) -> Self {
        match compression {
            Compression::NoCompression => Self::Identity,
            Compression::Deflate => Self::Deflate,
            Compression::Gzip => Self::Gzip,
        }
    }
}

fn inflate(decoder: impl Read, limit: usize) -> Result<Bytes, Status> {
    let mut message = Vec::new();
    // One byte more than allowed tells a message that is too long, at no greater cost.
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    if decoder.take(most).read_to_end(&mut message).is_err() {
        let text = "Decompression failed due to zlib error";
        return Err(Status::new(StatusCode::Internal, text));
    }
    if message.len() > limit {
        let text = "Decompressed message larger than max";
        return Err(Status::new(StatusCode::ResourceExhausted, text));
    }
    Ok(message.into())
}
