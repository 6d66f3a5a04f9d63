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
    /// Of `bytes`: the rest is of a message that was not finished.
    whole: usize,
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
        self.pace.begin();
        loop {
            let end = match next(self) {
                Poll::Ready(Some(Ok(()))) if self.is_full() => {
                    self.pace.end(self.messages);
                    None
                }
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

    /// Like [`poll_gather`](Self::poll_gather) of a stream that has failed.
    pub(crate) fn fail(&mut self, status: &Status) -> Poll<Option<Result<Frame, Status>>> {
        self.bytes.truncate(self.whole);
        self.poll_gather(|_| Poll::Ready(Some(Err(status.clone()))))
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
        self.whole = self.bytes.len();
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
        self.whole = self.bytes.len();
    }

    /// Whether a frame still fits.
    pub(crate) fn has_room_for(&self, frame: &Frame) -> bool {
        self.bytes.len() + frame.remaining() <= FULL
    }

    /// All that was gathered, in one piece.
    pub(crate) fn take(&mut self) -> Frame {
        let bytes = std::mem::take(&mut self.bytes);
        self.whole = 0;
        // A little more, for one that is longer.
        self.expected = (bytes.len() + bytes.len() / 8).min(FULL + FULL / 4);
        Frame::packed(bytes.into(), std::mem::take(&mut self.messages))
    }

    fn is_full(&self) -> bool {
        self.messages >= self.pace.messages || self.bytes.len() >= FULL
    }
}

impl Pace {
    fn begin(&mut self) {
        self.began = (self.messages > 1).then(Instant::now);
    }

    /// So many messages were there.
    fn end(&mut self, messages: usize) {
        if messages < self.messages {
            return;
        }
        let fast = self.began.is_none_or(|began| began.elapsed() < PATIENCE);
        self.messages = if fast {
            self.messages.saturating_mul(2)
        } else {
            (self.messages / 2).max(1)
        };
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use bytes::Bytes;

    use super::*;
    use crate::StatusCode;
    use crate::protobuf::google::protobuf::StringValue;
    use crate::wire::compression::Encoding;
    use crate::wire::deframe::Deframer;
    use crate::wire::inbound::whole;

    type Gathered = Poll<Option<Result<Frame, Status>>>;

    fn push(batch: &mut Batch, text: &str) -> Result<(), Status> {
        batch.push(&StringValue::from(text.to_owned()), 1000, Side::Server)
    }

    fn frame(gathered: Gathered) -> Frame {
        match gathered {
            Poll::Ready(Some(Ok(frame))) => frame,
            other => panic!("{other:?}"),
        }
    }

    /// The messages of a frame.
    fn texts(mut frame: Frame) -> Vec<String> {
        let meter = crate::telemetry::socket::Meter::default();
        let mut deframer = Deframer::new(Encoding::Identity, 1000, Side::Client, meter);
        deframer.push(frame.copy_to_bytes(frame.remaining()));
        let mut texts = Vec::new();
        while let Some(bytes) = deframer.next(whole).unwrap() {
            texts.push(StringValue::decode(bytes).unwrap().value);
        }
        assert!(!deframer.is_truncated());
        texts
    }

    #[test]
    fn messages_wait_for_each_other_but_not_for_one_that_is_not_there() {
        let mut batch = Batch::default();
        let given = Cell::new(0);
        let mut seen = Vec::new();
        let mut sizes = Vec::new();
        while given.get() < 7 {
            let gathered = batch.poll_gather(|batch| {
                // The stream pauses behind its fifth message.
                if given.replace(given.get() + 1) == 5 {
                    return Poll::Pending;
                }
                Poll::Ready(Some(push(batch, &given.get().to_string())))
            });
            let texts = texts(frame(gathered));
            sizes.push(texts.len());
            seen.extend(texts);
        }
        assert_eq!(seen[..6], ["1", "2", "3", "4", "5", "7"]);
        // The first is not held back for others.
        assert_eq!(sizes[0], 1);
    }

    #[test]
    fn what_comes_before_an_end_leaves_before_it() {
        let long = "x".repeat(1001);
        let status = |gathered: Gathered| match gathered {
            Poll::Ready(Some(Err(status))) => status.code(),
            other => panic!("{other:?}"),
        };
        let mut batch = Batch::default();
        frame(batch.poll_gather(|batch| Poll::Ready(Some(push(batch, "first")))));
        let mut given = ["a", &long].into_iter();
        let mut next = |batch: &mut Batch| Poll::Ready(given.next().map(|text| push(batch, text)));
        assert_eq!(texts(frame(batch.poll_gather(&mut next))), ["a"]);
        assert_eq!(
            status(batch.poll_gather(&mut next)),
            StatusCode::ResourceExhausted
        );
        assert!(matches!(batch.poll_gather(&mut next), Poll::Ready(None)));

        let mut batch = Batch::default();
        push(&mut batch, "b").unwrap();
        batch.bytes.extend(b"the beginning of one that panicked");
        assert_eq!(
            texts(frame(batch.fail(&Status::new(StatusCode::Unknown, "")))),
            ["b"]
        );
        let end = batch.poll_gather(|_| Poll::Ready(None));
        assert_eq!(status(end), StatusCode::Unknown);
    }

    #[test]
    fn a_batch_is_bounded_in_bytes() {
        let mut batch = Batch::default();
        let text = "x".repeat(900);
        for _ in 0..20 {
            let frame = frame(batch.poll_gather(|batch| Poll::Ready(Some(push(batch, &text)))));
            assert!(frame.remaining() < FULL + 1000);
        }
        let frame = Frame::new(
            Bytes::from(vec![0; FULL]),
            Encoding::Identity,
            FULL,
            Side::Server,
        );
        assert!(!batch.has_room_for(&frame.unwrap()));
    }
}
