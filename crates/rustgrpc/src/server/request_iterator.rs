//! The requests of a call.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use prost::Message;

use crate::wire::inbound::{Inbound, ReadError};
use crate::{Status, StatusCode};

/// The requests that a caller streams. Python's `request_iterator`.
///
/// Also a [`Stream`] of `Result<T, Status>`.
pub struct RequestIterator<T> {
    incoming: Incoming,
    message: PhantomData<fn() -> T>,
}

impl<T: Message + Default> RequestIterator<T> {
    pub(crate) fn new(incoming: Incoming) -> Self {
        Self {
            incoming,
            message: PhantomData,
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
        let message = ready!(self.incoming.poll_message(cx))?;
        Poll::Ready(message.map(decode).transpose())
    }
}

impl<T: Message + Default> Stream for RequestIterator<T> {
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
#[derive(Debug)]
pub(crate) enum Incoming {
    Open(Inbound),
    /// Nothing more comes: the end was reached, or an error was.
    Done,
}

impl Incoming {
    pub(crate) fn poll_message(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, Status>> {
        let Self::Open(inbound) = self else {
            return Poll::Ready(Ok(None));
        };
        let message = match ready!(inbound.poll_message(cx)) {
            Ok(message) => Ok(message),
            Err(ReadError::Refused(status)) => Err(status),
            Err(ReadError::Broken(_)) => Err(Status::new(StatusCode::Cancelled, "Cancelled")),
        };
        if !matches!(message, Ok(Some(_))) {
            *self = Self::Done;
        }
        Poll::Ready(message)
    }

    /// The request of a method that takes one; what follows it is not looked at.
    pub(crate) async fn only(mut self) -> Result<Bytes, Status> {
        let message = std::future::poll_fn(|cx| self.poll_message(cx)).await?;
        message.ok_or_else(|| {
            let text = "\"b''\" requires exactly one request message.";
            Status::new(StatusCode::Unimplemented, text)
        })
    }
}

pub(crate) fn decode<T: Message + Default>(message: Bytes) -> Result<T, Status> {
    T::decode(message)
        .map_err(|_| Status::new(StatusCode::Internal, "Exception deserializing request!"))
}
