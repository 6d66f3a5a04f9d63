//! The task that sends the requests of a streaming call, independent of who reads the responses.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf, Bytes};
use futures_core::Stream;
use h2::{Reason, SendStream};
use prost::Message;
use tokio::task::JoinHandle;

use crate::codec::Serialize;
use crate::telemetry::socket::Meter;
use crate::wire::batch::Batch;
use crate::wire::compression::Encoding;
use crate::wire::frame::{Frame, Side};
use crate::wire::settings;
use crate::{Status, StatusCode};

/// The requests of a call, encoded.
pub(crate) enum Outgoing {
    Message(Frame),
    Stream(Frames, Encode),
    /// The same again.
    Again(Replay),
}

pub(crate) type Frames = Pin<Box<dyn Source>>;

/// A stream of requests, whatever their type.
pub(crate) trait Source: Send {
    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        encode: Encode,
    ) -> Poll<Option<Result<Frame, Status>>>;

    /// The next requests that are there.
    fn poll_batch(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        encode: Encode,
        _batch: &mut Batch,
    ) -> Poll<Option<Result<Frame, Status>>> {
        self.poll_frame(cx, encode)
    }
}

impl<S: Stream<Item: Message> + Send> Source for S {
    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        encode: Encode,
    ) -> Poll<Option<Result<Frame, Status>>> {
        self.poll_next(cx)
            .map(|request| request.map(|request| encode.frame(&request)))
    }

    fn poll_batch(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        encode: Encode,
        batch: &mut Batch,
    ) -> Poll<Option<Result<Frame, Status>>> {
        batch.poll_gather(|batch| {
            let request = &ready!(self.as_mut().poll_next(cx));
            Poll::Ready(request.as_ref().map(|request| encode.push(request, batch)))
        })
    }
}

/// Requests that are no [`Message`]s.
pub(crate) struct Serializing<S: Stream> {
    pub(crate) requests: Pin<Box<S>>,
    pub(crate) serialize: Serialize<S::Item>,
}

impl<S: Stream<Item: 'static> + Send> Source for Serializing<S> {
    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        encode: Encode,
    ) -> Poll<Option<Result<Frame, Status>>> {
        let request = ready!(self.requests.as_mut().poll_next(cx));
        Poll::Ready(request.map(|request| encode.frame_bytes(self.serialize.call(&request)?)))
    }
}

/// How requests are encoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Encode {
    pub(crate) encoding: Encoding,
    pub(crate) limit: usize,
}

impl Encode {
    pub(crate) fn frame(self, request: &impl Message) -> Result<Frame, Status> {
        self.frame_bytes(request.encode_to_vec().into())
    }

    fn push(self, request: &impl Message, batch: &mut Batch) -> Result<(), Status> {
        if self.encoding == Encoding::Identity {
            return batch.push(request, self.limit, Side::Client);
        }
        batch.append(self.frame(request)?);
        Ok(())
    }

    pub(crate) fn frame_bytes(self, request: Bytes) -> Result<Frame, Status> {
        Frame::new(request, self.encoding, self.limit, Side::Client)
    }
}

/// What is kept of the requests of a call, to be sent again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keep {
    /// In bytes; calls that send more are not made again.
    pub(crate) limit: usize,
    /// Whether the requests may be wanted back while the stream is whole.
    pub(crate) recallable: bool,
}

/// Requests of which some have been sent.
pub(crate) struct Replay {
    frames: Frames,
    encode: Encode,
    sent: Vec<Frame>,
    batch: Batch,
    ended: bool,
}

impl Replay {
    pub(crate) fn new(frames: Frames, encode: Encode) -> Self {
        Self {
            frames,
            encode,
            sent: Vec::new(),
            batch: Batch::default(),
            ended: false,
        }
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").finish_non_exhaustive()
    }
}

/// A running task; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Upload {
    task: JoinHandle<Option<Replay>>,
    shared: Arc<Shared>,
}

/// What the call and the task tell each other.
#[derive(Debug, Default)]
struct Shared {
    /// Nothing needs to be kept any more.
    committed: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Why the requests could not be sent: what the call ends with.
    fault: Option<Status>,
    recalled: bool,
    waker: Option<Waker>,
}

impl Upload {
    pub(crate) fn spawn(
        replay: Replay,
        stream: SendStream<Frame>,
        keep: Keep,
        meter: Meter,
    ) -> Self {
        let shared = Arc::<Shared>::default();
        let sending = Sending {
            kept: replay.sent.iter().map(Buf::remaining).sum(),
            replay: Some(replay),
            next: 0,
            keep: Some(keep),
            stream,
            meter,
            shared: shared.clone(),
        };
        Self {
            task: tokio::spawn(sending),
            shared,
        }
    }

    pub(crate) fn take_fault(&self) -> Option<Status> {
        self.shared.lock().fault.take()
    }

    /// The requests are not wanted back.
    pub(crate) fn commit(&self) {
        self.shared.committed.store(true, Ordering::Relaxed);
    }

    /// Wants the requests back.
    pub(crate) fn recall(&self) {
        let waker = {
            let mut state = self.shared.lock();
            state.recalled = true;
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// The requests; `None` when they were not kept. Only after [`recall`](Self::recall), or when the stream is broken.
    pub(crate) fn poll_recalled(&mut self, cx: &mut Context<'_>) -> Poll<Option<Replay>> {
        Pin::new(&mut self.task)
            .poll(cx)
            .map(|joined| joined.ok().flatten())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Sending {
    replay: Option<Replay>,
    /// The first of the sent requests that has not been sent again.
    next: usize,
    /// `None` when requests are not kept.
    keep: Option<Keep>,
    /// Bytes.
    kept: usize,
    stream: SendStream<Frame>,
    meter: Meter,
    shared: Arc<Shared>,
}

impl Sending {
    /// Ready with an error when the server wants no more, which is no error of the call.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), h2::Error>> {
        for _ in 0..settings::MESSAGES_PER_TURN {
            if self.is_recalled(cx) {
                return Poll::Ready(Ok(()));
            }
            ready!(self.poll_capacity(cx))?;
            match catch_unwind(AssertUnwindSafe(|| self.poll_frame(cx))) {
                Ok(Poll::Ready(Some(Ok(frame)))) => {
                    self.meter.sent(&frame);
                    self.stream.send_data(frame, false)?;
                }
                Ok(Poll::Ready(None)) => {
                    self.stream.reserve_capacity(0);
                    return Poll::Ready(self.stream.send_data(Frame::nothing(), true));
                }
                Ok(Poll::Ready(Some(Err(status)))) => {
                    self.fail(status);
                    return Poll::Ready(Ok(()));
                }
                Err(_) => {
                    let text = "Exception iterating requests!";
                    self.fail(Status::new(StatusCode::Unknown, text));
                    return Poll::Ready(Ok(()));
                }
                Ok(Poll::Pending) => return self.stream.poll_reset(cx).map(|_| Ok(())),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// The next request: one that was sent before, or a new one, which is kept where that is wanted.
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, Status>>> {
        let Some(replay) = &mut self.replay else {
            return Poll::Ready(None);
        };
        if let Some(frame) = replay.sent.get(self.next) {
            self.next += 1;
            return Poll::Ready(Some(Ok(frame.clone())));
        }
        if self.shared.committed.load(Ordering::Relaxed) {
            self.keep = None;
        }
        if self.keep.is_none() && !replay.sent.is_empty() {
            replay.sent = Vec::new();
            self.next = 0;
        }
        if replay.ended {
            return Poll::Ready(None);
        }
        let Replay {
            frames,
            encode,
            batch,
            ..
        } = replay;
        let frame = ready!(frames.as_mut().poll_batch(cx, *encode, batch));
        match (&frame, self.keep) {
            (Some(Ok(frame)), Some(keep)) => {
                self.kept += frame.remaining();
                if self.kept > keep.limit {
                    self.keep = None;
                } else {
                    replay.sent.push(frame.clone());
                    self.next += 1;
                }
            }
            (None, _) => replay.ended = true,
            _ => {}
        }
        Poll::Ready(frame)
    }

    fn poll_capacity(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), h2::Error>> {
        self.stream.reserve_capacity(1);
        while self.stream.capacity() == 0 {
            match ready!(self.stream.poll_capacity(cx)) {
                Some(capacity) => drop(capacity?),
                None => return Poll::Ready(Err(Reason::NO_ERROR.into())),
            }
        }
        Poll::Ready(Ok(()))
    }

    fn is_recalled(&self, cx: &Context<'_>) -> bool {
        let recallable = self.keep.is_some_and(|keep| keep.recallable)
            && !self.shared.committed.load(Ordering::Relaxed);
        if !recallable {
            return false;
        }
        let mut state = self.shared.lock();
        state.waker = Some(cx.waker().clone());
        state.recalled
    }

    fn fail(&mut self, status: Status) {
        self.shared.lock().fault = Some(status);
        self.keep = None;
        self.stream.send_reset(Reason::INTERNAL_ERROR);
    }
}

impl Future for Sending {
    /// The requests, when they were kept.
    type Output = Option<Replay>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Replay>> {
        // Errors show where responses are read.
        ready!(self.poll_send(cx)).unwrap_or_default();
        let kept = self.keep.is_some() && !self.shared.committed.load(Ordering::Relaxed);
        Poll::Ready(self.replay.take().filter(|_| kept))
    }
}
