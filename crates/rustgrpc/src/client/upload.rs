//! The task that sends the requests of a streaming call, independent of who reads the responses.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use h2::{Reason, SendStream};
use prost::Message;
use tokio::task::AbortHandle;

use crate::wire::compression::Encoding;
use crate::wire::frame::{Frame, Side};
use crate::wire::settings;
use crate::{Status, StatusCode};

/// The requests of a call, encoded.
pub(crate) enum Outgoing {
    Message(Frame),
    Stream(Frames, Encode),
}

pub(crate) type Frames = Pin<Box<dyn Source>>;

/// A stream of requests, whatever their type.
pub(crate) trait Source: Send {
    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        encode: Encode,
    ) -> Poll<Option<Result<Frame, Status>>>;
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

    pub(crate) fn frame_bytes(self, request: Bytes) -> Result<Frame, Status> {
        Frame::new(request, self.encoding, self.limit, Side::Client)
    }
}

/// A running task; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Upload {
    task: AbortHandle,
    fault: Fault,
}

/// Why the requests could not be sent: what the call ends with.
type Fault = Arc<Mutex<Option<Status>>>;

impl Upload {
    pub(crate) fn spawn(frames: Frames, encode: Encode, stream: SendStream<Frame>) -> Self {
        let fault = Fault::default();
        let sending = Sending {
            frames,
            encode,
            stream,
            fault: fault.clone(),
        };
        Self {
            task: tokio::spawn(sending).abort_handle(),
            fault,
        }
    }

    pub(crate) fn take_fault(&self) -> Option<Status> {
        self.fault
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Sending {
    frames: Frames,
    encode: Encode,
    stream: SendStream<Frame>,
    fault: Fault,
}

impl Sending {
    /// Ready with an error when the server wants no more, which is no error of the call.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), h2::Error>> {
        for _ in 0..settings::MESSAGES_PER_TURN {
            ready!(self.poll_capacity(cx))?;
            match catch_unwind(AssertUnwindSafe(|| {
                self.frames.as_mut().poll_frame(cx, self.encode)
            })) {
                Ok(Poll::Ready(Some(Ok(frame)))) => self.stream.send_data(frame, false)?,
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

    fn fail(&mut self, status: Status) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(status);
        self.stream.send_reset(Reason::INTERNAL_ERROR);
    }
}

impl Future for Sending {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.poll_send(cx).map(drop)
    }
}
