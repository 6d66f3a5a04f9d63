//! Messages of a stream that leave together: small ones share a DATA frame, and the work that a frame costs.

use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::Buf;
use prost::Message;

use super::frame::{Frame, PREFIX, Side, too_large};
use crate::Status;

/// A batch is full with so many bytes: a little less than the longest frame that every peer takes.
const FULL: usize = 15 << 10;

/// Messages do not wait longer than about this for others of the same batch, as far as the stream's own work allows.
const PATIENCE: Duration = Duration::from_millis(1);

/// Messages that are gathered. Those that follow each other without a pause leave together; nobody waits for one that is not there.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    bytes: Vec<u8>,
    messages: usize,
    /// The length of the batch before, which the next one will be like.
    expected: usize,
    pace: Pace,
    /// How the stream ended, behind the messages that are to leave before.
    end: Option<Option<Status>>,
}

/// How many messages may be gathered: twice as many each time, as long as the stream gives them fast.
#[derive(Debug)]
struct Pace {
    messages: usize,
    began: Option<Instant>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            messages: 1,
            began: None,
        }
    }
}

impl Batch {
    /// The next messages that are there; the end of the stream, or its error, after the last of them.
    ///
    /// `next` adds a message to the batch, or tells the end.
    pub(crate) fn poll_gather(
        &mut self,
        mut next: impl FnMut(&mut Self) -> Poll<Option<Result<(), Status>>>,
    ) -> Poll<Option<Result<Frame, Status>>> {
        if let Some(end) = self.end.take() {
            return Poll::Ready(end.map(Err));
        }
        loop {
            let end = match next(self) {
                Poll::Ready(Some(Ok(()))) if self.is_full() => None,
                Poll::Ready(Some(Ok(()))) => continue,
                Poll::Ready(Some(Err(status))) => Some(Some(status)),
                Poll::Ready(None) => Some(None),
                Poll::Pending if self.messages == 0 => return Poll::Pending,
                Poll::Pending => None,
            };
            return Poll::Ready(match end {
                Some(end) if self.messages == 0 => end.map(Err),
                end => {
                    self.end = end;
                    Some(Ok(self.take()))
                }
            });
        }
    }

    /// Adds a message as it is.
    pub(crate) fn push(
        &mut self,
        message: &impl Message,
        limit: usize,
        side: Side,
    ) -> Result<(), Status> {
        if self.messages == 0 {
            self.bytes.reserve(self.expected);
        }
        let begin = self.bytes.len();
        self.bytes.extend_from_slice(&[0; PREFIX]);
        let encoded = message.encode(&mut self.bytes);
        debug_assert!(encoded.is_ok(), "a vector has room");
        let length = self.bytes.len() - begin - PREFIX;
        if length > limit.min(u32::MAX as usize) {
            self.bytes.truncate(begin);
            return Err(too_large(side, length, limit));
        }
        self.bytes[begin + 1..begin + PREFIX].copy_from_slice(&(length as u32).to_be_bytes());
        self.messages += 1;
        Ok(())
    }

    /// Adds what was framed elsewhere.
    pub(crate) fn append(&mut self, mut frame: Frame) {
        self.messages += frame.messages();
        while frame.has_remaining() {
            let chunk = frame.chunk();
            self.bytes.extend_from_slice(chunk);
            let length = chunk.len();
            frame.advance(length);
        }
    }

    /// Whether a frame still fits.
    pub(crate) fn has_room_for(&self, frame: &Frame) -> bool {
        self.bytes.len() + frame.remaining() <= FULL
    }

    /// All that was gathered, in one piece.
    pub(crate) fn take(&mut self) -> Frame {
        let bytes = std::mem::take(&mut self.bytes);
        self.expected = bytes.len().min(FULL + FULL / 8);
        Frame::packed(bytes.into(), std::mem::take(&mut self.messages))
    }

    fn is_full(&mut self) -> bool {
        self.pace.is_reached(self.messages) || self.bytes.len() >= FULL
    }
}

impl Pace {
    fn is_reached(&mut self, messages: usize) -> bool {
        if messages < self.messages {
            if messages == 1 {
                self.began = Some(Instant::now());
            }
            return false;
        }
        let fast = self
            .began
            .take()
            .is_none_or(|began| began.elapsed() < PATIENCE);
        self.messages = if fast {
            self.messages.saturating_mul(2)
        } else {
            (self.messages / 2).max(1)
        };
        true
    }
}
