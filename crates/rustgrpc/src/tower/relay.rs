//! The other end of a channel that calls through a service: gives it the calls, and the channel what it answers.

use std::error::Error;
use std::pin::pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use h2::server::SendResponse;
use h2::{Reason, RecvStream, SendStream};
use http::header::{CONNECTION, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderName, Request, Response};
use http_body::Body;
use tokio::io::DuplexStream;
use tower_service::Service;

use super::request_body::RequestBody;
use crate::StatusCode;
use crate::server::answer;
use crate::server::exchange;
use crate::wire::settings;

type BoxError = Box<dyn Error + Send + Sync>;

/// Headers that concern a connection of HTTP/1, which HTTP/2 does not allow.
const OF_CONNECTIONS: [HeaderName; 5] = [
    CONNECTION,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

/// Serves the calls that come over `io` until the channel closes it.
pub(super) async fn serve<S, B>(io: DuplexStream, service: S)
where
    S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + 'static,
    S: Service<Request<RequestBody>, Error: Into<BoxError>, Future: Send>,
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    let handshake = h2::server::Builder::new()
        .initial_window_size(settings::STREAM_WINDOW)
        .initial_connection_window_size(settings::CONNECTION_WINDOW)
        .max_frame_size(settings::MAX_FRAME_SIZE)
        .max_send_buffer_size(settings::SEND_BUFFER)
        .max_concurrent_reset_streams(settings::REMEMBERED_RESETS)
        .handshake::<_, Bytes>(io);
    let Ok(mut connection) = handshake.await else {
        return;
    };
    while let Some(Ok((request, respond))) = connection.accept().await {
        drop(tokio::spawn(relay(service.clone(), request, respond)));
    }
}

/// Ends early when the call is cancelled, which cancels it at the service.
async fn relay<S, B>(service: S, request: Request<RecvStream>, mut respond: SendResponse<Bytes>)
where
    S: Service<Request<RequestBody>, Response = Response<B>>,
    S: Service<Request<RequestBody>, Error: Into<BoxError>>,
    B: Body<Error: Into<BoxError>>,
{
    let mut calling = pin!(call(service, request.map(RequestBody::new)));
    let answered = std::future::poll_fn(|cx| {
        if respond.poll_reset(cx).is_ready() {
            return Poll::Ready(None);
        }
        calling.as_mut().poll(cx).map(Some)
    });
    // Fails only when the channel is gone.
    let _ = match answered.await {
        None => return,
        Some(Err(error)) => {
            let headers = exchange::refusal(StatusCode::Unavailable, &error.to_string());
            respond.send_response(answer::head(headers), true).map(drop)
        }
        Some(Ok(response)) => pass_on(response, respond).await,
    };
}

async fn call<S>(mut service: S, request: Request<RequestBody>) -> Result<S::Response, BoxError>
where
    S: Service<Request<RequestBody>, Error: Into<BoxError>>,
{
    let ready = std::future::poll_fn(|cx| service.poll_ready(cx));
    ready.await.map_err(Into::into)?;
    service.call(request).await.map_err(Into::into)
}

async fn pass_on<B>(
    response: Response<B>,
    mut respond: SendResponse<Bytes>,
) -> Result<(), h2::Error>
where
    B: Body<Error: Into<BoxError>>,
{
    let (mut head, body) = response.into_parts();
    for name in OF_CONNECTIONS {
        head.headers.remove(name);
    }
    let ended = body.is_end_stream();
    let mut stream = respond.send_response(Response::from_parts(head, ()), ended)?;
    if ended {
        return Ok(());
    }
    let mut body = pin!(body);
    loop {
        std::future::poll_fn(|cx| poll_capacity(&mut stream, cx)).await?;
        let next = std::future::poll_fn(|cx| {
            if stream.poll_reset(cx).is_ready() {
                return Poll::Ready(Err(Reason::CANCEL.into()));
            }
            body.as_mut().poll_frame(cx).map(Ok::<_, h2::Error>)
        });
        let frame = match next.await? {
            None => return stream.send_data(Bytes::new(), true),
            Some(Ok(frame)) => frame,
            Some(Err(_)) => {
                stream.send_reset(Reason::INTERNAL_ERROR);
                return Ok(());
            }
        };
        match frame.into_data() {
            Ok(mut data) => stream.send_data(data.copy_to_bytes(data.remaining()), false)?,
            Err(frame) => {
                if let Ok(trailers) = frame.into_trailers() {
                    return stream.send_trailers(trailers);
                }
            }
        }
    }
}

/// Ready when what was sent before has left the buffer.
fn poll_capacity(
    stream: &mut SendStream<Bytes>,
    cx: &mut Context<'_>,
) -> Poll<Result<(), h2::Error>> {
    stream.reserve_capacity(1);
    while stream.capacity() == 0 {
        match ready!(stream.poll_capacity(cx)) {
            Some(capacity) => drop(capacity?),
            None => return Poll::Ready(Err(Reason::CANCEL.into())),
        }
    }
    Poll::Ready(Ok(()))
}
