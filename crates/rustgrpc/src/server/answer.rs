//! The task of one call: carries an exchange over an HTTP/2 stream.

use std::pin::Pin;
use std::task::{Context, Poll};

use h2::SendStream;
use h2::server::SendResponse;
use http::{HeaderMap, Response};

use super::exchange::{Event, Exchange};
use crate::wire::frame::Frame;
use crate::wire::settings;

/// Resolves when the answer is complete or the caller has gone; then the servicer's future is dropped.
pub(crate) struct Answer {
    exchange: Exchange,
    respond: SendResponse<Frame>,
    stream: Option<SendStream<Frame>>,
    /// Room in the connection's window is reserved for the stream.
    reserved: bool,
}

impl Answer {
    pub(crate) fn new(exchange: Exchange, respond: SendResponse<Frame>) -> Self {
        Self {
            exchange,
            respond,
            stream: None,
            reserved: false,
        }
    }

    /// Sends what there is to send; an error when the caller has gone.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), h2::Error>> {
        for _ in 0..settings::MESSAGES_PER_TURN {
            if self.poll_capacity(cx)?.is_pending() && self.exchange.poll_interrupt(cx).is_pending()
            {
                return Poll::Pending;
            }
            let event = match self.exchange.poll_event(cx) {
                Poll::Ready(Some(event)) => event,
                Poll::Ready(None) => return Poll::Ready(Ok(())),
                Poll::Pending => return Poll::Pending,
            };
            match (event, &mut self.stream) {
                (Event::Head(headers), _) => {
                    self.stream = Some(self.respond.send_response(head(headers), false)?);
                }
                (Event::TrailersOnly(headers), _) => {
                    self.respond.send_response(head(headers), true)?;
                }
                (Event::Message(frame), Some(stream)) => stream.send_data(frame, false)?,
                (Event::Trailers(headers), Some(stream)) => {
                    if self.reserved {
                        stream.reserve_capacity(0);
                    }
                    stream.send_trailers(headers)?;
                }
                (Event::Message(_) | Event::Trailers(_), None) => {
                    unreachable!("the head comes first")
                }
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Ready when the servicer may go on: what it gave before must have left the send buffer.
    fn poll_capacity(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), h2::Error>> {
        let Some(stream) = &mut self.stream else {
            return Poll::Ready(Ok(()));
        };
        if self.exchange.is_settled() {
            return Poll::Ready(Ok(()));
        }
        stream.reserve_capacity(1);
        self.reserved = true;
        while stream.capacity() == 0 {
            match stream.poll_capacity(cx) {
                Poll::Ready(Some(Ok(_))) => {}
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(error)),
                Poll::Ready(None) => return Poll::Ready(Err(h2::Reason::CANCEL.into())),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let reset = match &mut self.stream {
            Some(stream) => stream.poll_reset(cx),
            None => self.respond.poll_reset(cx),
        };
        reset.map(drop)
    }
}

impl Future for Answer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.poll_send(cx) {
            Poll::Ready(_) => Poll::Ready(()),
            Poll::Pending => self.poll_gone(cx),
        }
    }
}

pub(crate) fn head(headers: HeaderMap) -> Response<()> {
    let mut response = Response::new(());
    *response.headers_mut() = headers;
    response
}
