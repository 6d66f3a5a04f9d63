//! The messages that arrive on one stream.

use std::fmt;
#[cfg(feature = "tower")]
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::buf::Take;
use bytes::{Buf, Bytes};
#[cfg(feature = "tower")]
use futures_core::Stream;
use h2::RecvStream;
use http::HeaderMap;

use super::compression::Encoding;
use super::deframe::Deframer;
use super::frame::Side;
use crate::Status;
use crate::telemetry::socket::Meter;

/// The receiving half of a stream, cut into messages.
#[derive(Debug)]
pub(crate) struct Inbound {
    source: Source,
    deframer: Deframer,
}

/// Where the bytes come from.
pub(crate) enum Source {
    Http2(RecvStream),
    /// Something else that has no trailers; `None` stands for what broke.
    #[cfg(feature = "tower")]
    Chunks(Pin<Box<dyn Stream<Item = Option<Bytes>> + Send>>),
}

/// Why no more messages can be read.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// What arrived is not acceptable.
    Refused(Status),
    /// The stream or the connection is gone.
    Broken(h2::Error),
}

impl Inbound {
    pub(crate) fn new(
        source: impl Into<Source>,
        encoding: Encoding,
        limit: usize,
        side: Side,
        meter: Meter,
    ) -> Self {
        Self {
            source: source.into(),
            deframer: Deframer::new(encoding, limit, side, meter),
        }
    }

    /// The next message, as `read` reads it; `None` after the last.
    pub(crate) fn poll_read<R>(
        &mut self,
        cx: &mut Context<'_>,
        mut read: impl FnMut(Take<&mut Bytes>) -> R,
    ) -> Poll<Result<Option<R>, ReadError>> {
        loop {
            if let Some(message) = self.deframer.next(&mut read).map_err(ReadError::Refused)? {
                return Poll::Ready(Ok(Some(message)));
            }
            match ready!(self.source.poll_chunk(cx)).map_err(ReadError::Broken)? {
                Some(chunk) => self.deframer.push(chunk),
                None => return Poll::Ready(Ok(None)),
            }
        }
    }

    /// What follows the last message; `None` when nothing does.
    pub(crate) fn poll_trailers(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<HeaderMap>, h2::Error>> {
        match &mut self.source {
            Source::Http2(stream) => stream.poll_trailers(cx),
            #[cfg(feature = "tower")]
            Source::Chunks(_) => Poll::Ready(Ok(None)),
        }
    }

    /// Whether the stream ended in the middle of a message.
    pub(crate) fn is_truncated(&self) -> bool {
        self.deframer.is_truncated()
    }
}

/// The bytes of a message.
pub(crate) fn whole(mut message: Take<&mut Bytes>) -> Bytes {
    message.copy_to_bytes(message.remaining())
}

impl Source {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, h2::Error>> {
        match self {
            Self::Http2(stream) => {
                let Some(chunk) = ready!(stream.poll_data(cx)).transpose()? else {
                    return Poll::Ready(Ok(None));
                };
                // Bytes are read only when a message is asked for, so the window can be given back at once.
                if !chunk.is_empty() {
                    stream.flow_control().release_capacity(chunk.len())?;
                }
                Poll::Ready(Ok(Some(chunk)))
            }
            #[cfg(feature = "tower")]
            Self::Chunks(chunks) => Poll::Ready(match ready!(chunks.as_mut().poll_next(cx)) {
                None => Ok(None),
                Some(Some(chunk)) => Ok(Some(chunk)),
                Some(None) => Err(h2::Reason::CANCEL.into()),
            }),
        }
    }
}

impl From<RecvStream> for Source {
    fn from(stream: RecvStream) -> Self {
        Self::Http2(stream)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source")
    }
}
