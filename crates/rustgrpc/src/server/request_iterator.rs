//! The requests of a call.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::buf::Take;
use bytes::{Buf, Bytes};
use futures_core::Stream;
use prost::Message;

use super::call::Call;
use crate::codec::{Deserialize, decode};
use crate::wire::inbound::{Inbound, ReadError, whole};
use crate::{Status, StatusCode};

/// The requests that a caller streams. Python's `request_iterator`.
///
/// Also a [`Stream`] of `Result<T, Status>`.
pub struct RequestIterator<T> {
    incoming: Incoming,
    deserialize: Deserialize<T>,
}

impl<T: Message + Default> RequestIterator<T> {
    pub(crate) fn new(incoming: Incoming) -> Self {
        Self::with(incoming, Deserialize::message())
    }
}

impl<T> RequestIterator<T> {
    pub(crate) fn with(incoming: Incoming, deserialize: Deserialize<T>) -> Self {
        Self {
            incoming,
            deserialize,
        }
    }

    /// The next request; `None` when the caller is done.
    ///
    /// Fails with INTERNAL for bytes that are no `T`, RESOURCE_EXHAUSTED for a message above the limit, and CANCELLED
    /// when the caller has gone. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Result<Option<T>, Status> {
        std::future::poll_fn(|cx| self.poll_request(cx)).await
    }

    fn poll_request(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<T>, Status>> {
        let deserialize = &self.deserialize;
        let mut request = None;
        let read = |message: Take<&mut Bytes>| deserialize.read(message, &mut request);
        let read = ready!(self.incoming.poll_read(cx, read))?;
        Poll::Ready(if read.is_some() && request.is_none() {
            Err(undecodable())
        } else {
            Ok(request)
        })
    }
}

impl<T> Stream for RequestIterator<T> {
    type Item = Result<T, Status>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_request(cx).map(Result::transpose)
    }
}

impl<T> fmt::Debug for RequestIterator<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestIterator").finish_non_exhaustive()
    }
}

/// The requests before they are decoded.
pub(crate) enum Incoming {
    Open(Inbound, Arc<Call>),
    /// From a handler that wraps the one that reads them.
    Stream(Pin<Box<dyn Stream<Item = Result<Bytes, Status>> + Send>>),
    /// Nothing more comes: the end was reached, or an error was.
    Done,
}

impl Incoming {
    pub(crate) fn poll_message(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, Status>> {
        self.poll_read(cx, whole)
    }

    /// The next request, as `read` reads it.
    fn poll_read<R>(
        &mut self,
        cx: &mut Context<'_>,
        mut read: impl FnMut(Take<&mut Bytes>) -> R,
    ) -> Poll<Result<Option<R>, Status>> {
        let message = match self {
            Self::Open(inbound, call) => match ready!(inbound.poll_read(cx, read)) {
                Ok(message) => Ok(message),
                Err(ReadError::Refused(status)) => Err(status),
                Err(ReadError::Broken(_)) => {
                    // Whoever asks the context about this error finds that the call is over.
                    call.finish();
                    Err(Status::new(StatusCode::Cancelled, "Cancelled"))
                }
            },
            Self::Stream(requests) => {
                let request = ready!(requests.as_mut().poll_next(cx)).transpose();
                request.map(|request| {
                    let mut bytes = request?;
                    let length = bytes.len();
                    Some(read((&mut bytes).take(length)))
                })
            }
            Self::Done => return Poll::Ready(Ok(None)),
        };
        if !matches!(message, Ok(Some(_))) {
            *self = Self::Done;
        }
        Poll::Ready(message)
    }

    /// The request of a method that takes one; what follows it is not looked at.
    pub(crate) async fn only(self) -> Result<Bytes, Status> {
        self.read_only(whole).await
    }

    /// [`only`](Self::only), decoded.
    pub(crate) async fn only_message<T: Message + Default>(self) -> Result<T, Status> {
        let mut request = None;
        self.read_only(|message| decode(message, &mut request))
            .await?;
        request.ok_or_else(undecodable)
    }

    async fn read_only<R>(
        mut self,
        mut read: impl FnMut(Take<&mut Bytes>) -> R,
    ) -> Result<R, Status> {
        let message = std::future::poll_fn(|cx| self.poll_read(cx, &mut read)).await?;
        message.ok_or_else(|| {
            let text = "\"b''\" requires exactly one request message.";
            Status::new(StatusCode::Unimplemented, text)
        })
    }
}

fn undecodable() -> Status {
    Status::new(StatusCode::Internal, "Exception deserializing request!")
}
