//! The requests and responses of a call as interceptors see them: bytes.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::call::ClientCall;
use super::upload::{Encode, Frames, Source};
use crate::wire::frame::Frame;
use crate::{Metadata, RpcError, Status};

/// The response of a call that gives one, with what came beside it.
#[derive(Clone, Debug, Default)]
pub struct ClientResponse {
    message: Bytes,
    initial_metadata: Metadata,
    trailing_metadata: Metadata,
    details: String,
}

impl ClientResponse {
    /// A response without metadata, for interceptors that answer themselves.
    pub fn new(message: impl Into<Bytes>) -> Self {
        Self {
            message: message.into(),
            ..Self::default()
        }
    }

    /// The same with metadata.
    pub fn with_metadata(mut self, initial: Metadata, trailing: Metadata) -> Self {
        self.initial_metadata = initial;
        self.trailing_metadata = trailing;
        self
    }

    /// The same with another message.
    pub fn with_message(mut self, message: impl Into<Bytes>) -> Self {
        self.message = message.into();
        self
    }

    /// The message, serialized.
    pub fn message(&self) -> &Bytes {
        &self.message
    }

    /// What the server sent before its response.
    pub fn initial_metadata(&self) -> &Metadata {
        &self.initial_metadata
    }

    /// What the server sent with the status.
    pub fn trailing_metadata(&self) -> &Metadata {
        &self.trailing_metadata
    }

    /// The response of a call that has begun.
    pub(super) async fn of(mut call: ClientCall) -> Result<Self, RpcError> {
        let mut message = Bytes::new();
        while let Some(next) = std::future::poll_fn(|cx| call.poll_message(cx)).await? {
            message = next;
        }
        Ok(Self {
            message,
            initial_metadata: call.initial_metadata(),
            trailing_metadata: call.trailing_metadata(),
            details: call.end_details(),
        })
    }
}

/// The responses of a call, for interceptors. Also a [`Stream`] of `Result<Bytes, RpcError>`.
///
/// Dropping it cancels the call.
pub struct ResponseStream {
    responses: Box<dyn Responses>,
    ended: bool,
}

impl ResponseStream {
    /// The responses of an interceptor that answers itself; an error ends the call.
    pub fn new(responses: impl Stream<Item = Result<Bytes, RpcError>> + Send + 'static) -> Self {
        Self::boxed(Own(Box::pin(responses)))
    }

    /// The same call with each response changed by `map`; an error ends the call.
    pub fn map(self, map: impl FnMut(Bytes) -> Result<Bytes, RpcError> + Send + 'static) -> Self {
        Self::boxed(Mapped { inner: self, map })
    }

    /// The next response; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Bytes>, RpcError> {
        std::future::poll_fn(|cx| self.responses.poll_message(cx)).await
    }

    /// What the server sent before its first response. Waits for it; empty when the call ended without.
    pub async fn initial_metadata(&mut self) -> Metadata {
        std::future::poll_fn(|cx| self.responses.poll_initial(cx)).await;
        self.responses.end().initial_metadata
    }

    /// What the server sent with the status; empty as long as the last response has not been read.
    pub fn trailing_metadata(&self) -> Metadata {
        self.responses.end().trailing_metadata
    }

    /// The responses of a call that has begun.
    #[expect(clippy::unused_async, reason = "as that of one response")]
    pub(super) async fn of(call: ClientCall) -> Result<Self, RpcError> {
        Ok(Self::boxed(call))
    }

    /// Those of a call that gives one.
    pub(super) fn once(response: ClientResponse) -> Self {
        Self::boxed(Once(Some(response.message.clone()), response))
    }

    /// Those of a call that has failed.
    pub(super) fn failed(error: RpcError) -> Self {
        Self::new(crate::requests([Err(error)]))
    }

    pub(super) fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.responses.poll_open(cx)
    }

    pub(super) fn poll_initial(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.responses.poll_initial(cx)
    }

    pub(super) fn poll_message(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, RpcError>> {
        self.responses.poll_message(cx)
    }

    /// What is known of the call beside its messages.
    pub(super) fn end(&self) -> End {
        self.responses.end()
    }

    fn boxed(responses: impl Responses + 'static) -> Self {
        Self {
            responses: Box::new(responses),
            ended: false,
        }
    }
}

impl Stream for ResponseStream {
    type Item = Result<Bytes, RpcError>;

    /// An error is the last item.
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let item = ready!(self.responses.poll_message(cx)).transpose();
        self.ended = !matches!(item, Some(Ok(_)));
        Poll::Ready(item)
    }
}

impl fmt::Debug for ResponseStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseStream").finish_non_exhaustive()
    }
}

/// Metadata and details of a call, as far as they are known.
#[derive(Default)]
pub(super) struct End {
    pub(super) initial_metadata: Metadata,
    pub(super) trailing_metadata: Metadata,
    pub(super) details: String,
}

/// What a [`ResponseStream`] is made of.
trait Responses: Send {
    fn poll_open(&mut self, _cx: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }

    fn poll_initial(&mut self, _cx: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }

    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, RpcError>>;

    fn end(&self) -> End {
        End::default()
    }
}

impl Responses for ClientCall {
    fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        Self::poll_open(self, cx)
    }

    fn poll_initial(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        Self::poll_initial(self, cx)
    }

    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, RpcError>> {
        Self::poll_message(self, cx)
    }

    fn end(&self) -> End {
        End {
            initial_metadata: self.initial_metadata(),
            trailing_metadata: self.trailing_metadata(),
            details: self.end_details(),
        }
    }
}

struct Mapped<F> {
    inner: ResponseStream,
    map: F,
}

impl<F: FnMut(Bytes) -> Result<Bytes, RpcError> + Send> Responses for Mapped<F> {
    fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.inner.poll_open(cx)
    }

    fn poll_initial(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.inner.poll_initial(cx)
    }

    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, RpcError>> {
        let message = ready!(self.inner.poll_message(cx))?;
        Poll::Ready(message.map(&mut self.map).transpose())
    }

    fn end(&self) -> End {
        self.inner.end()
    }
}

struct Own<S>(Pin<Box<S>>);

impl<S: Stream<Item = Result<Bytes, RpcError>> + Send> Responses for Own<S> {
    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, RpcError>> {
        self.0.as_mut().poll_next(cx).map(Option::transpose)
    }
}

struct Once(Option<Bytes>, ClientResponse);

impl Responses for Once {
    fn poll_message(&mut self, _: &mut Context<'_>) -> Poll<Result<Option<Bytes>, RpcError>> {
        Poll::Ready(Ok(self.0.take()))
    }

    fn end(&self) -> End {
        End {
            initial_metadata: self.1.initial_metadata.clone(),
            trailing_metadata: self.1.trailing_metadata.clone(),
            details: self.1.details.clone(),
        }
    }
}

/// The requests of a call, for interceptors. A [`Stream`] of `Result<Bytes, Status>`: an error ends the call.
pub struct RequestStream {
    requests: Pin<Box<dyn Stream<Item = Result<Bytes, Status>> + Send>>,
}

impl RequestStream {
    /// Requests in place of the caller's.
    pub fn new(requests: impl Stream<Item = Result<Bytes, Status>> + Send + 'static) -> Self {
        Self {
            requests: Box::pin(requests),
        }
    }

    /// The same requests, each changed by `map`; an error ends the call.
    pub fn map(
        self,
        map: impl FnMut(Bytes) -> Result<Bytes, Status> + Send + Unpin + 'static,
    ) -> Self {
        Self::new(MappedRequests { inner: self, map })
    }

    /// The next request; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Status> {
        std::future::poll_fn(|cx| self.requests.as_mut().poll_next(cx).map(Option::transpose)).await
    }

    /// The requests of a call that are encoded but not compressed.
    pub(super) fn of(frames: Frames, encode: Encode) -> Self {
        Self::new(Unframed(frames, encode))
    }

    pub(super) fn into_frames(self) -> Frames {
        Box::pin(Framed(self))
    }
}

impl Stream for RequestStream {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.requests.as_mut().poll_next(cx)
    }
}

impl fmt::Debug for RequestStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestStream").finish_non_exhaustive()
    }
}

struct MappedRequests<F> {
    inner: RequestStream,
    map: F,
}

impl<F: FnMut(Bytes) -> Result<Bytes, Status> + Unpin> Stream for MappedRequests<F> {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let request = ready!(self.inner.requests.as_mut().poll_next(cx));
        Poll::Ready(request.map(|request| (self.map)(request?)))
    }
}

struct Unframed(Frames, Encode);

impl Stream for Unframed {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let encode = self.1;
        let frame = ready!(self.0.as_mut().poll_frame(cx, encode));
        Poll::Ready(frame.map(|frame| frame.map(Frame::into_message)))
    }
}

struct Framed(RequestStream);

impl Source for Framed {
    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        encode: Encode,
    ) -> Poll<Option<Result<Frame, Status>>> {
        let request = ready!(self.0.requests.as_mut().poll_next(cx));
        Poll::Ready(request.map(|request| encode.frame_bytes(request?)))
    }
}
