//! A server as a tower service.

use std::convert::Infallible;
use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Buf;
use futures_core::Stream;
use http::header::{CONTENT_TYPE, HOST, HeaderValue, TE};
use http::uri::{Authority, Scheme};
use http::{HeaderMap, Method, Request, Response, StatusCode as HttpStatus, Uri, request};
use http_body::Body;
use tower_service::Service;

use super::{Server, Task};
use crate::StatusCode;
use crate::server::exchange;
use crate::server::halt::Level;
use crate::server::route::Refusal;
use crate::server::security::Peer;
use crate::tower::{ResponseBody, ResponseFuture};
use crate::wire::inbound::Source;

impl Server {
    /// The server as a [`tower_service::Service`] over the types of [`http`], to be mounted in another HTTP server.
    ///
    /// It answers at once, started or not, and no more after [`stop`](Self::stop) of a clone of the server.
    pub fn into_service(self) -> ServerService {
        ServerService { server: self }
    }
}

/// A [`Server`] that another HTTP server brings requests to. See [`Server::into_service`].
///
/// What is no gRPC gets an HTTP error: 405 or 415. A clone is the same server. Deadlines and the server's stop reach
/// a call when the HTTP server asks for more of its response.
#[derive(Clone, Debug)]
pub struct ServerService {
    server: Server,
}

impl<B> Service<Request<B>> for ServerService
where
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> ResponseFuture {
        let (head, body) = request.into_parts();
        let head = match complete(head) {
            Ok(head) => head,
            Err(status) => return ResponseFuture::refused(status, HeaderMap::new()),
        };
        let handle = &self.server.handle;
        if handle.halt.level() >= Level::Drain {
            return refuse(StatusCode::Unavailable, "Server is shutting down");
        }
        let task = Task::begin(&handle.tasks);
        let source = Source::Chunks(Box::pin(Chunks(Box::pin(body))));
        let begun = handle.router.begin(
            &handle.router.routes(),
            Request::from_parts(head, source),
            &Arc::new(Peer::in_process()),
            &handle.halt,
        );
        match begun {
            Ok(exchange) => ResponseFuture::running(exchange, task),
            Err(Refusal::Status(code, details)) => refuse(code, &details),
            Err(Refusal::Disabled(encoding)) => {
                let enabled = handle.router.settings.enabled;
                let headers = exchange::disabled(encoding, enabled);
                ResponseFuture::refused(HttpStatus::OK, headers)
            }
            Err(Refusal::Reset(_)) => {
                ResponseFuture::refused(HttpStatus::BAD_REQUEST, HeaderMap::new())
            }
        }
    }
}

fn refuse(code: StatusCode, details: &str) -> ResponseFuture {
    ResponseFuture::refused(HttpStatus::OK, exchange::refusal(code, details))
}

/// The head as HTTP/2 brings it: servers and routers on the way may have taken what only concerns the connection.
fn complete(mut head: request::Parts) -> Result<request::Parts, HttpStatus> {
    if head.method != Method::POST {
        return Err(HttpStatus::METHOD_NOT_ALLOWED);
    }
    let content_type = head.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    if !content_type.is_some_and(|value| value.starts_with(b"application/grpc")) {
        return Err(HttpStatus::UNSUPPORTED_MEDIA_TYPE);
    }
    head.headers
        .entry(TE)
        .or_insert(HeaderValue::from_static("trailers"));
    let host = head.headers.remove(HOST);
    let mut parts = head.uri.into_parts();
    parts.scheme.get_or_insert(Scheme::HTTP);
    parts.authority.get_or_insert_with(|| {
        host.and_then(|host| Authority::try_from(host.as_bytes()).ok())
            .unwrap_or(Authority::from_static("localhost"))
    });
    head.uri = Uri::from_parts(parts).map_err(|_| HttpStatus::BAD_REQUEST)?;
    Ok(head)
}

/// The data of a body.
struct Chunks<B>(Pin<Box<B>>);

impl<B: Body> Stream for Chunks<B> {
    type Item = Option<bytes::Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let frame = match std::task::ready!(self.0.as_mut().poll_frame(cx)) {
                None => return Poll::Ready(None),
                Some(Err(_)) => return Poll::Ready(Some(None)),
                Some(Ok(frame)) => frame,
            };
            // Trailers of requests mean nothing in gRPC.
            if let Ok(mut data) = frame.into_data() {
                let chunk = data.copy_to_bytes(data.remaining());
                return Poll::Ready(Some(Some(chunk)));
            }
        }
    }
}
