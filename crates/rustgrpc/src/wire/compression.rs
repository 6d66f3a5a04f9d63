//! Compression of messages: gzip and deflate (which is zlib's format in gRPC).

use std::io::{Read, Write};

use bytes::Bytes;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};
use http::HeaderValue;

use crate::{Status, StatusCode};

/// How messages are compressed, Python's `grpc.Compression`.
///
/// A message that would not become shorter is sent as it is. Other than in Python, `NoCompression` on a call or a
/// servicer's context switches compression off, and a server compresses only as its caller takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Not at all; also where the channel or server compresses by default.
    NoCompression,
    /// zlib's format.
    Deflate,
    /// gzip.
    Gzip,
}

/// How much a server compresses, Python's option `grpc.default_compression_level`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CompressionLevel {
    /// Not at all.
    #[default]
    None,
    /// A little.
    Low,
    /// More.
    Medium,
    /// As much as possible.
    High,
}

/// The algorithms that a side takes and uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Enabled {
    deflate: bool,
    gzip: bool,
}

impl Default for Enabled {
    fn default() -> Self {
        Self {
            deflate: true,
            gzip: true,
        }
    }
}

impl FromIterator<Compression> for Enabled {
    fn from_iter<I: IntoIterator<Item = Compression>>(algorithms: I) -> Self {
        let mut enabled = Self {
            deflate: false,
            gzip: false,
        };
        for algorithm in algorithms {
            match algorithm {
                Compression::NoCompression => {}
                Compression::Deflate => enabled.deflate = true,
                Compression::Gzip => enabled.gzip = true,
            }
        }
        enabled
    }
}

impl Enabled {
    pub(crate) fn contains(self, encoding: Encoding) -> bool {
        match encoding {
            Encoding::Identity => true,
            Encoding::Deflate => self.deflate,
            Encoding::Gzip => self.gzip,
        }
    }

    /// The encoding, or none where it is not in use.
    pub(crate) fn or_identity(self, encoding: Encoding) -> Encoding {
        if self.contains(encoding) {
            encoding
        } else {
            Encoding::Identity
        }
    }

    /// The `grpc-accept-encoding` to send.
    pub(crate) fn header(self) -> HeaderValue {
        HeaderValue::from_static(match (self.deflate, self.gzip) {
            (true, true) => "identity, deflate, gzip",
            (true, false) => "identity, deflate",
            (false, true) => "identity, gzip",
            (false, false) => "identity",
        })
    }

    /// What a `grpc-accept-encoding` says.
    pub(crate) fn of_header(value: Option<&HeaderValue>) -> Self {
        let value = value.map_or(&b""[..], HeaderValue::as_bytes);
        let mut enabled = Self::from_iter([]);
        for name in value.split(|byte| *byte == b',') {
            match name.trim_ascii() {
                b"deflate" => enabled.deflate = true,
                b"gzip" => enabled.gzip = true,
                _ => {}
            }
        }
        enabled
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            deflate: self.deflate && other.deflate,
            gzip: self.gzip && other.gzip,
        }
    }

    /// C-core's choice; it holds deflate to compress better than gzip.
    pub(crate) fn at(self, level: CompressionLevel) -> Encoding {
        match (level, self.deflate, self.gzip) {
            (CompressionLevel::None, _, _) | (_, false, false) => Encoding::Identity,
            (CompressionLevel::Low, _, true) | (_, false, true) => Encoding::Gzip,
            (_, true, _) => Encoding::Deflate,
        }
    }
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

    /// The name, `identity` where nothing is compressed.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Deflate => "deflate",
            Self::Gzip => "gzip",
        }
    }

    /// The header to send; none where nothing is compressed.
    pub(crate) fn header(self) -> Option<HeaderValue> {
        (self != Self::Identity).then(|| HeaderValue::from_static(self.name()))
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
