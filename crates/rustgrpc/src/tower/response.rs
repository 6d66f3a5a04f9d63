//! The response of a server that is a service.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use http_body::{Body, Frame};

use crate::server::exchange::{Event, Exchange};

/// What the call keeps from its beginning to its end.
type Guard = Box<dyn Send + Sync>;

/// Resolves to the response when its headers are known. It never fails.
pub struct ResponseFuture(State);

#[allow(
    clippy::large_enum_variant,
    reason = "one per call, most of them running"
)]
enum State {
    Running(Box<Exchange>, Guard),
    Refused(StatusCode, HeaderMap),
    Done,
}

/// The messages of a response, and the status as its trailers. Dropping it cancels the call.
pub struct ResponseBody {
    running: Option<(Box<Exchange>, Guard)>,
    message: Option<Bytes>,
}

impl ResponseFuture {
    pub(crate) fn running(exchange: Exchange, guard: impl Send + Sync + 'static) -> Self {
        Self(State::Running(Box::new(exchange), Box::new(guard)))
    }

    pub(crate) fn refused(status: StatusCode, headers: HeaderMap) -> Self {
        Self(State::Refused(status, headers))
    }
}

impl Future for ResponseFuture {
    type Output = Result<Response<ResponseBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let event = match &mut self.0 {
            State::Running(exchange, _) => ready!(exchange.poll_event(cx)),
            State::Refused(..) | State::Done => None,
        };
        let (status, headers, running) = match (std::mem::replace(&mut self.0, State::Done), event)
        {
            (State::Running(exchange, guard), Some(Event::Head(headers))) => {
                (StatusCode::OK, headers, Some((exchange, guard)))
            }
            (State::Running(..), Some(Event::TrailersOnly(headers))) => {
                (StatusCode::OK, headers, None)
            }
            (State::Running(..), _) => unreachable!("the head comes first"),
            (State::Refused(status, headers), _) => (status, headers, None),
            (State::Done, _) => return Poll::Pending,
        };
        let mut response = Response::new(ResponseBody {
            running,
            message: None,
        });
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Poll::Ready(Ok(response))
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(message) = self.message.take() {
            return Poll::Ready(Some(Ok(Frame::data(message))));
        }
        let Some((exchange, _)) = &mut self.running else {
            return Poll::Ready(None);
        };
        let frame = match ready!(exchange.poll_event(cx)) {
            Some(Event::Message(frame)) => {
                let (prefix, message) = frame.into_bytes();
                self.message = Some(message).filter(|message| !message.is_empty());
                Frame::data(prefix)
            }
            Some(Event::Trailers(headers)) => {
                self.running = None;
                Frame::trailers(headers)
            }
            Some(Event::Head(_) | Event::TrailersOnly(_)) => unreachable!("the head is out"),
            None => {
                self.running = None;
                return Poll::Ready(None);
            }
        };
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.running.is_none() && self.message.is_none()
    }
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody").finish_non_exhaustive()
    }
}
