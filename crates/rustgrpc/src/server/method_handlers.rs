//! Handlers made of functions. Python's `grpc.unary_unary_rpc_method_handler` and its kin.

use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_core::Stream;

use super::method_handler::RpcMethodHandler;
use super::outlet::{Handover, Outlet};
use super::request_iterator::Incoming;
use super::service::{Handler, Running};
use super::{RequestIterator, ServicerContext};
use crate::codec::{Deserialize, Serialized};
use crate::{Status, StatusCode};

/// A handler of one request and one response.
///
/// `request_deserializer` is `HelloRequest::decode` or any function from [`Bytes`] to a result, `response_serializer`
/// `HelloReply::encode_to_vec` or any function to bytes; [`bytes_deserializer`](crate::bytes_deserializer) and
/// [`bytes_serializer`](crate::bytes_serializer) leave bytes as they are. What cannot be deserialized or serialized ends the call
/// with INTERNAL.
pub fn unary_unary_rpc_method_handler<Req, Rep, E, S, F>(
    behavior: impl Fn(Req, ServicerContext) -> F + Send + Sync + 'static,
    request_deserializer: impl Fn(Bytes) -> Result<Req, E> + Send + Sync + 'static,
    response_serializer: impl Fn(&Rep) -> S + Send + Sync + 'static,
) -> RpcMethodHandler
where
    Req: Send + 'static,
    Rep: Send + 'static,
    E: 'static,
    S: Serialized,
    F: Future<Output = Result<Rep, Status>> + Send + 'static,
{
    let parts = Arc::new((behavior, response_serializer));
    let request_deserializer = Deserialize::function(request_deserializer);
    handler(false, false, move |incoming, outlet| {
        let (parts, deserialize) = (parts.clone(), request_deserializer.clone());
        Box::pin(async move {
            let request = only(incoming, &deserialize).await?;
            let response = (parts.0)(request, outlet.context()).await?;
            outlet.only(serialize((parts.1)(&response))?)
        })
    })
}

/// A handler of one request and a stream of responses. See [`unary_unary_rpc_method_handler`].
pub fn unary_stream_rpc_method_handler<Req, Rep, E, S, R>(
    behavior: impl Fn(Req, ServicerContext) -> R + Send + Sync + 'static,
    request_deserializer: impl Fn(Bytes) -> Result<Req, E> + Send + Sync + 'static,
    response_serializer: impl Fn(&Rep) -> S + Send + Sync + 'static,
) -> RpcMethodHandler
where
    Req: Send + 'static,
    Rep: Send + 'static,
    E: 'static,
    S: Serialized,
    R: Stream<Item = Result<Rep, Status>> + Send + 'static,
{
    let parts = Arc::new((behavior, response_serializer));
    let request_deserializer = Deserialize::function(request_deserializer);
    handler(false, true, move |incoming, outlet| {
        let (parts, deserialize) = (parts.clone(), request_deserializer.clone());
        Box::pin(async move {
            let request = only(incoming, &deserialize).await?;
            let responses = (parts.0)(request, outlet.context());
            send(responses, |response| (parts.1)(response), &outlet).await
        })
    })
}

/// A handler of a stream of requests and one response. See [`unary_unary_rpc_method_handler`].
pub fn stream_unary_rpc_method_handler<Req, Rep, E, S, F>(
    behavior: impl Fn(RequestIterator<Req>, ServicerContext) -> F + Send + Sync + 'static,
    request_deserializer: impl Fn(Bytes) -> Result<Req, E> + Send + Sync + 'static,
    response_serializer: impl Fn(&Rep) -> S + Send + Sync + 'static,
) -> RpcMethodHandler
where
    Req: Send + 'static,
    Rep: Send + 'static,
    E: 'static,
    S: Serialized,
    F: Future<Output = Result<Rep, Status>> + Send + 'static,
{
    let parts = Arc::new((behavior, response_serializer));
    let request_deserializer = Deserialize::function(request_deserializer);
    handler(true, false, move |incoming, outlet| {
        let parts = parts.clone();
        let requests = RequestIterator::with(incoming, request_deserializer.clone());
        Box::pin(async move {
            let response = (parts.0)(requests, outlet.context()).await?;
            outlet.only(serialize((parts.1)(&response))?)
        })
    })
}

/// A handler of a stream of requests and a stream of responses. See [`unary_unary_rpc_method_handler`].
pub fn stream_stream_rpc_method_handler<Req, Rep, E, S, R>(
    behavior: impl Fn(RequestIterator<Req>, ServicerContext) -> R + Send + Sync + 'static,
    request_deserializer: impl Fn(Bytes) -> Result<Req, E> + Send + Sync + 'static,
    response_serializer: impl Fn(&Rep) -> S + Send + Sync + 'static,
) -> RpcMethodHandler
where
    Req: Send + 'static,
    Rep: Send + 'static,
    E: 'static,
    S: Serialized,
    R: Stream<Item = Result<Rep, Status>> + Send + 'static,
{
    let parts = Arc::new((behavior, response_serializer));
    let request_deserializer = Deserialize::function(request_deserializer);
    handler(true, true, move |incoming, outlet| {
        let parts = parts.clone();
        let requests = RequestIterator::with(incoming, request_deserializer.clone());
        Box::pin(async move {
            let responses = (parts.0)(requests, outlet.context());
            send(responses, |response| (parts.1)(response), &outlet).await
        })
    })
}

fn handler(
    request_streaming: bool,
    response_streaming: bool,
    handle: impl Fn(Incoming, Outlet) -> Running + Send + Sync + 'static,
) -> RpcMethodHandler {
    let handler: Handler = Arc::new(handle);
    RpcMethodHandler {
        request_streaming,
        response_streaming,
        handler,
    }
}

async fn only<Req>(incoming: Incoming, deserialize: &Deserialize<Req>) -> Result<Req, Status> {
    let request = deserialize.call(incoming.only().await?);
    request.ok_or_else(|| Status::new(StatusCode::Internal, "Exception deserializing request!"))
}

async fn send<Rep, S: Serialized>(
    responses: impl Stream<Item = Result<Rep, Status>> + Send,
    serializer: impl Fn(&Rep) -> S + Send,
    outlet: &Outlet,
) -> Result<Option<crate::wire::frame::Frame>, Status> {
    let mut responses = pin!(responses);
    while let Some(response) = std::future::poll_fn(|cx| responses.as_mut().poll_next(cx)).await {
        let response = serializer(&response?);
        outlet.send(serialize(response)?)?;
        Handover::new().await;
    }
    Ok(None)
}

fn serialize(serialized: impl Serialized) -> Result<Bytes, Status> {
    let serialized = serialized.into_serialized();
    serialized.ok_or_else(|| Status::new(StatusCode::Internal, "Failed to serialize response!"))
}
