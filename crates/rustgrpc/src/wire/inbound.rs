//! The messages that arrive on one stream.

use std::task::{Context, Poll, ready};

use bytes::Bytes;
use h2::RecvStream;
use http::HeaderMap;

use super::compression::Encoding;
use super::deframe::Deframer;
use super::frame::Side;
use crate::Status;

/// The receiving half of a stream, cut into messages.
#[derive(Debug)]
pub(crate) struct Inbound {
    stream: RecvStream,
    deframer: Deframer,
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
    pub(crate) fn new(stream: RecvStream, encoding: Encoding, limit: usize, side: Side) -> Self {
        Self {
            stream,
            deframer: Deframer::new(encoding, limit, side),
        }
    }

    /// The next message; `None` after the last.
    pub(crate) fn poll_message(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, ReadError>> {
        loop {
            if let Some(message) = self.deframer.next().map_err(ReadError::Refused)? {
                return Poll::Ready(Ok(Some(message)));
            }
            let chunk = match ready!(self.stream.poll_data(cx)) {
                None => return Poll::Ready(Ok(None)),
                Some(chunk) => chunk.map_err(ReadError::Broken)?,
            };
            // Bytes are read only when a message is asked for, so the window can be given back at once.
            if !chunk.is_empty() {
                let released = self.stream.flow_control().release_capacity(chunk.len());
                released.map_err(ReadError::Broken)?;
            }
            self.deframer.push(chunk);
        }
    }

    /// What follows the last message; `None` when nothing does.
    pub(crate) fn poll_trailers(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<HeaderMap>, h2::Error>> {
        self.stream.poll_trailers(cx)
    }

    /// Whether the stream ended in the middle of a message.
    pub(crate) fn is_truncated(&self) -> bool {
        self.deframer.is_truncated()
    }
}
