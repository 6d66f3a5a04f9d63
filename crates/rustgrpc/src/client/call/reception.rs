//! What a call makes of the server's headers, of its trailers, and of a stream that breaks.

use std::task::{Context, Poll, ready};

use bytes::buf::Take;
use bytes::{Buf, Bytes};
use h2::RecvStream;
use http::{HeaderMap, Response, StatusCode as HttpStatus};

use super::{ClientCall, Stage};
use crate::client::balance;
use crate::client::outcome::{Outcome, removed};
use crate::client::retry::Reach;
use crate::client::upload::Upload;
use crate::wire::compression::Encoding;
use crate::wire::frame::Side;
use crate::wire::header::{self, GRPC_ENCODING, GRPC_STATUS, Unacceptable};
use crate::wire::inbound::{Inbound, ReadError};
use crate::{RpcError, Status, StatusCode};

impl ClientCall {
    pub(super) fn advance_message<R>(
        &mut self,
        cx: &mut Context<'_>,
        mut read: impl FnMut(Take<&mut Bytes>) -> R,
    ) -> Poll<Result<Option<R>, RpcError>> {
        if !matches!(self.stage, Stage::Body(_)) {
            ready!(self.advance_head(cx));
            if let Some(mut message) = ready!(self.advance_intercepted(cx)) {
                let length = message.len();
                return Poll::Ready(Ok(Some(read((&mut message).take(length)))));
            }
        }
        if let Stage::Body(inbound) = &mut self.stage {
            match ready!(inbound.poll_read(cx, read)) {
                Ok(Some(message)) => {
                    self.messages += 1;
                    if self.messages > 1 && !self.method.response_streaming() {
                        let text = "Received more than one response message";
                        return Poll::Ready(Err(self.refuse(StatusCode::Internal, text)));
                    }
                    return Poll::Ready(Ok(Some(message)));
                }
                Ok(None) => match ready!(inbound.poll_trailers(cx)) {
                    Ok(trailers) => {
                        let truncated = inbound.is_truncated();
                        self.receive_end(trailers, truncated);
                    }
                    Err(error) => self.break_off(&error),
                },
                Err(ReadError::Broken(error)) => self.break_off(&error),
                Err(ReadError::Refused(status)) => self.end(refused(status)),
            }
        }
        Poll::Ready(match self.outcome() {
            Some(outcome) if outcome.code == StatusCode::Ok => Ok(None),
            _ => Err(self.error()),
        })
    }

    pub(super) fn receive_head(&mut self, response: Response<RecvStream>) {
        let (head, body) = response.into_parts();
        let max_metadata_size = self.shape.max_metadata_size;
        let has_status = head.headers.contains_key(GRPC_STATUS);
        if body.is_end_stream() {
            self.telemetry.complete();
        }
        if head.status != HttpStatus::OK && !has_status {
            return self.conclude(Outcome::of_http(head.status), Reach::Servicer);
        }
        if body.is_end_stream() || head.status != HttpStatus::OK {
            return self.conclude(
                Outcome::of_trailers(head.headers, max_metadata_size),
                Reach::Servicer,
            );
        }
        self.commit();
        if let Err(Unacceptable(code, text)) = header::check(&head.headers, max_metadata_size) {
            return self.end(removed(code, &text));
        }
        let Some(encoding) = Encoding::of_header(head.headers.get(GRPC_ENCODING)) else {
            let text = "Error parsing 'grpc-encoding' metadata";
            return self.end(removed(StatusCode::Internal, text));
        };
        if !self.shape.enabled.contains(encoding) {
            let text = format!("Compression algorithm not supported: {}", encoding.name());
            return self.end(Outcome::new(StatusCode::Internal, text));
        }
        let of_method = self.rules.as_ref().map(|rules| rules.max_response);
        let limit = self
            .shape
            .max_receive_message_length
            .min(of_method.unwrap_or(usize::MAX));
        self.stage = Stage::Body(Inbound::new(
            body,
            encoding,
            limit,
            Side::Client,
            self.meter.clone(),
        ));
        self.initial = Some(head.headers);
        if let Some(handle) = &self.handle {
            handle.set_initial(self.initial_metadata());
        }
    }

    pub(super) fn receive_end(&mut self, trailers: Option<HeaderMap>, truncated: bool) {
        let Some(trailers) = trailers else {
            let text = "Data frame with END_STREAM flag received";
            return self.end(removed(StatusCode::Unknown, text));
        };
        self.telemetry.complete();
        let outcome = Outcome::of_trailers(trailers, self.shape.max_metadata_size);
        let wrong = match outcome.code {
            StatusCode::Ok if truncated => "Received a truncated response message",
            StatusCode::Ok if self.messages == 0 && !self.method.response_streaming() => {
                "Received no response message"
            }
            _ => return self.conclude(outcome, Reach::Servicer),
        };
        self.end(Outcome {
            code: StatusCode::Internal,
            details: wrong.to_owned(),
            ..outcome
        });
    }

    pub(super) fn break_off(&mut self, error: &h2::Error) {
        if let Some(fault) = self.upload.as_ref().and_then(Upload::take_fault) {
            return self.end(Outcome::of_status(fault));
        }
        if let Ok(balancer) = &self.shape.balancer
            && balancer.is_closed()
        {
            let outcome = balance::closed();
            return self.end(match self.initial {
                Some(_) => removed(outcome.code, &outcome.details),
                None => outcome,
            });
        }
        match self.link.as_ref().and_then(|link| link.fault()) {
            Some(fault) => {
                let outcome = removed(StatusCode::Unavailable, fault);
                self.conclude(outcome, Reach::Servicer);
            }
            // What is still here was not sent.
            None if self.outgoing.is_some() => {
                self.conclude(Outcome::of_h2(error), Reach::Connection);
            }
            None => self.conclude(Outcome::of_h2(error), Reach::of_h2(error)),
        }
    }
}

/// C-core says of a message that is too large that the stream was removed, of other faults it does not.
pub(super) fn refused(status: Status) -> Outcome {
    let outcome = Outcome::of_status(status);
    if outcome.details.starts_with("CLIENT: ") {
        removed(outcome.code, &outcome.details)
    } else {
        outcome
    }
}
