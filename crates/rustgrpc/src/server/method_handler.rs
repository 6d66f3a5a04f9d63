//! The handler of one method, as interceptors and generic handlers know it.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::ServicerContext;
use super::call::Call;
use super::outlet::{Handover, Outlet, Slot};
use super::request_iterator::Incoming;
use super::service::{Handler, Running};
use crate::wire::frame::Frame;
use crate::{Status, StatusCode};

/// What answers the calls of one method. Python's `grpc.RpcMethodHandler`.
///
/// A clone is the same handler. Interceptors get it from their continuation; they may return it, another one
/// ([`unary_unary_rpc_method_handler`](crate::unary_unary_rpc_method_handler) and its kin make them), or this one wrapped:
/// with [`map_requests`](Self::map_requests), [`map_responses`](Self::map_responses) or [`around`](Self::around), or by a
/// handler that calls it with [`unary_unary`](Self::unary_unary) and its kin. Messages are bytes there; decode and encode them to see
/// and change what they say.
#[derive(Clone)]
pub struct RpcMethodHandler {
    pub(crate) request_streaming: bool,
    pub(crate) response_streaming: bool,
    pub(crate) handler: Handler,
}

impl RpcMethodHandler {
    /// A handler that ends every call with `status`, whatever the arity of the method.
    pub fn aborting(status: Status) -> Self {
        Self {
            request_streaming: false,
            response_streaming: false,
            handler: Arc::new(move |_, outlet| {
                let status = status.clone();
                Box::pin(async move { outlet.context().abort_with_status(status) })
            }),
        }
    }

    /// Whether the handler takes a stream.
    pub fn request_streaming(&self) -> bool {
        self.request_streaming
    }

    /// Whether the handler gives a stream.
    pub fn response_streaming(&self) -> bool {
        self.response_streaming
    }

    /// The handler with each request changed by `map` before it is deserialized. An error ends the call, as far as the
    /// handler returns it.
    pub fn map_requests(
        self,
        map: impl Fn(Bytes) -> Result<Bytes, Status> + Send + Sync + 'static,
    ) -> Self {
        let (map, handler) = (Arc::new(map), self.handler);
        let handler: Handler = Arc::new(move |incoming, outlet| {
            let map = map.clone();
            let requests = Mapped { incoming, map };
            handler(Incoming::Stream(Box::pin(requests)), outlet)
        });
        Self { handler, ..self }
    }

    /// The handler with each response changed by `map` after it is serialized. An error ends the call.
    pub fn map_responses(
        self,
        map: impl Fn(Bytes) -> Result<Bytes, Status> + Send + Sync + 'static,
    ) -> Self {
        let (map, inner, streaming) = (Arc::new(map), self.handler, self.response_streaming);
        let handler: Handler = Arc::new(move |incoming, outlet| {
            let map = map.clone();
            let mut responses = HandlerResponses::new(&inner, incoming, outlet.call().clone());
            Box::pin(async move {
                if !streaming {
                    return outlet.only(map(responses.only().await?)?);
                }
                while let Some(response) = responses.next().await? {
                    outlet.send(map(response)?)?;
                    Handover::new().await;
                }
                Ok(None)
            })
        });
        Self { handler, ..self }
    }

    /// The handler with its work inside another future: to measure it, to log how it ends, to replace its status, to run it
    /// in the scope of a task-local variable.
    ///
    /// The inner future must be awaited in the outer one, not in a task of its own.
    pub fn around<A, F>(self, around: A) -> Self
    where
        A: Fn(ServicerContext, HandlerFuture) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Served, Status>> + Send + 'static,
    {
        let inner = self.handler;
        let handler: Handler = Arc::new(move |incoming, outlet| {
            let context = outlet.context();
            let outer = around(context, HandlerFuture(inner(incoming, outlet)));
            Box::pin(async move { outer.await.map(|served| served.0) })
        });
        Self { handler, ..self }
    }

    /// Calls a handler of one request and one response.
    pub async fn unary_unary(
        &self,
        request: Bytes,
        context: ServicerContext,
    ) -> Result<Bytes, Status> {
        self.respond(once(request), context).only().await
    }

    /// Calls a handler of one request and a stream of responses.
    pub fn unary_stream(&self, request: Bytes, context: ServicerContext) -> HandlerResponses {
        self.respond(once(request), context)
    }

    /// Calls a handler of a stream of requests and one response.
    pub async fn stream_unary(
        &self,
        requests: impl Stream<Item = Result<Bytes, Status>> + Send + 'static,
        context: ServicerContext,
    ) -> Result<Bytes, Status> {
        let requests = Incoming::Stream(Box::pin(requests));
        self.respond(requests, context).only().await
    }

    /// Calls a handler of a stream of requests and a stream of responses.
    pub fn stream_stream(
        &self,
        requests: impl Stream<Item = Result<Bytes, Status>> + Send + 'static,
        context: ServicerContext,
    ) -> HandlerResponses {
        self.respond(Incoming::Stream(Box::pin(requests)), context)
    }

    fn respond(&self, incoming: Incoming, context: ServicerContext) -> HandlerResponses {
        HandlerResponses::new(&self.handler, incoming, context.into_call())
    }
}

impl fmt::Debug for RpcMethodHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RpcMethodHandler")
            .field("request_streaming", &self.request_streaming)
            .field("response_streaming", &self.response_streaming)
            .finish_non_exhaustive()
    }
}

/// The work of a handler, for [`RpcMethodHandler::around`].
#[must_use = "a handler does nothing until it is awaited"]
pub struct HandlerFuture(Running);

/// That a handler has answered, for [`RpcMethodHandler::around`].
#[derive(Debug)]
#[must_use = "what a handler answered has to be returned"]
pub struct Served(Option<Frame>);

impl Future for HandlerFuture {
    type Output = Result<Served, Status>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx).map_ok(Served)
    }
}

impl fmt::Debug for HandlerFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerFuture").finish_non_exhaustive()
    }
}

/// The responses of a handler that was called by another one.
///
/// Also a [`Stream`] of `Result<Bytes, Status>`.
pub struct HandlerResponses {
    running: Option<Running>,
    slot: Arc<Slot>,
}

impl HandlerResponses {
    fn new(handler: &Handler, incoming: Incoming, call: Arc<Call>) -> Self {
        let slot = Arc::<Slot>::default();
        let outlet = Outlet::wrapper(call, slot.clone());
        Self {
            running: Some(handler(incoming, outlet)),
            slot,
        }
    }

    /// The next response; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Status> {
        std::future::poll_fn(|cx| self.poll_response(cx)).await
    }

    /// The response of a handler that gives one.
    async fn only(&mut self) -> Result<Bytes, Status> {
        self.next().await?.ok_or_else(|| {
            let text = "Failed to serialize response!";
            Status::new(StatusCode::Internal, text)
        })
    }

    fn poll_response(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Status>> {
        let Some(running) = &mut self.running else {
            return Poll::Ready(Ok(None));
        };
        match running.as_mut().poll(cx) {
            Poll::Ready(result) => {
                self.running = None;
                Poll::Ready(result.map(|_| self.slot.take()))
            }
            Poll::Pending => match self.slot.take() {
                Some(response) => Poll::Ready(Ok(Some(response))),
                None => Poll::Pending,
            },
        }
    }
}

impl Stream for HandlerResponses {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_response(cx).map(Result::transpose)
    }
}

impl fmt::Debug for HandlerResponses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerResponses").finish_non_exhaustive()
    }
}

struct Mapped<F> {
    incoming: Incoming,
    map: Arc<F>,
}

impl<F: Fn(Bytes) -> Result<Bytes, Status>> Stream for Mapped<F> {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let request = ready!(self.incoming.poll_message(cx));
        Poll::Ready(request.transpose().map(|request| (self.map)(request?)))
    }
}

fn once(request: Bytes) -> Incoming {
    Incoming::Stream(Box::pin(crate::requests([Ok(request)])))
}
