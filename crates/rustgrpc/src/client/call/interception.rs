//! A call that goes through interceptors: what they answer stands in for the server's answer.

use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::HeaderMap;

use super::{ClientCall, Stage};
use crate::client::interceptor::{
    Answering, Chain, ClientCallDetails, Interceptors, StreamStreamContinuation,
    StreamUnaryContinuation, UnaryStreamContinuation, UnaryUnaryContinuation,
};
use crate::client::messages::{RequestStream, ResponseStream};
use crate::client::outcome::Outcome;
use crate::client::upload::{Encode, Outgoing};
use crate::wire::compression::Encoding;
use crate::wire::header;
use crate::{Metadata, RpcError, StatusCode};

/// The interceptors at work, and what they answered.
pub(super) struct Interception {
    answer: Answer,
    /// Whether requests are written while the interceptors may wait for responses.
    writing: bool,
}

enum Answer {
    Awaited(Answering<'static, ResponseStream>),
    Known(ResponseStream),
}

impl ClientCall {
    /// The call goes through `interceptors`.
    pub(crate) fn through(mut self, interceptors: Interceptors) -> Self {
        self.interceptors = interceptors;
        self
    }

    /// How a call encodes its requests for interceptors.
    pub(super) fn encode_for_interceptors(&self) -> Option<Encode> {
        (!self.interceptors.is_empty()).then_some(Encode {
            encoding: Encoding::Identity,
            limit: usize::MAX,
        })
    }

    /// Hands the call to its interceptors.
    pub(super) fn intercept(&mut self, outgoing: Outgoing) {
        let details = ClientCallDetails {
            method: self.method.clone(),
            options: std::mem::take(&mut self.options),
        };
        let chain = Chain {
            interceptors: std::mem::take(&mut self.interceptors),
            seen: 0,
            shape: self.shape.clone(),
        };
        self.stage = Stage::Intercepted(Box::new(Interception {
            answer: Answer::Awaited(answer(chain, details, outgoing)),
            writing: self.method.request_streaming(),
        }));
    }

    /// Ready when the answer's headers are known.
    pub(super) fn advance_intercepted_head(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Stage::Intercepted(interception) = &mut self.stage else {
            return Poll::Ready(());
        };
        if self.initial.is_some() {
            return Poll::Ready(());
        }
        let initial = ready!(interception.poll_initial(cx));
        if !initial.is_empty() {
            self.set_initial(initial);
        }
        Poll::Ready(())
    }

    /// The next message of the answer; `None` when the call is over.
    pub(super) fn advance_intercepted(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let Stage::Intercepted(interception) = &mut self.stage else {
            return Poll::Ready(None);
        };
        let responses = ready!(interception.poll_answer(cx));
        match ready!(responses.poll_message(cx)) {
            Ok(Some(message)) => return Poll::Ready(Some(message)),
            Ok(None) => {
                let end = responses.end();
                let outcome = Outcome {
                    trailers: headers(end.trailing_metadata),
                    ..Outcome::new(StatusCode::Ok, end.details)
                };
                self.end(outcome);
            }
            Err(error) => self.end_intercepted(&error),
        }
        Poll::Ready(None)
    }

    fn end_intercepted(&mut self, error: &RpcError) {
        if self.initial.is_none() && !error.initial_metadata().is_empty() {
            self.set_initial(error.initial_metadata().clone());
        }
        self.end(Outcome {
            trailers: headers(error.trailing_metadata().clone()),
            ..Outcome::new(error.code(), error.details())
        });
    }

    fn set_initial(&mut self, metadata: Metadata) {
        if let Some(handle) = &self.handle {
            handle.set_initial(metadata.clone());
        }
        self.initial = Some(headers(metadata));
    }
}

impl Interception {
    /// Ready when the requests are on their way; those that are written may be what an interceptor waits for.
    pub(super) fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let writing = self.writing;
        match self.poll_answer(cx) {
            Poll::Ready(responses) => responses.poll_open(cx),
            Poll::Pending if writing => Poll::Ready(()),
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_initial(&mut self, cx: &mut Context<'_>) -> Poll<Metadata> {
        let responses = ready!(self.poll_answer(cx));
        ready!(responses.poll_initial(cx));
        Poll::Ready(responses.end().initial_metadata)
    }

    fn poll_answer(&mut self, cx: &mut Context<'_>) -> Poll<&mut ResponseStream> {
        if let Answer::Awaited(answering) = &mut self.answer {
            let answer = ready!(answering.as_mut().poll(cx));
            let answer = answer.unwrap_or_else(ResponseStream::failed);
            self.answer = Answer::Known(answer);
        }
        match &mut self.answer {
            Answer::Known(responses) => Poll::Ready(responses),
            Answer::Awaited(_) => Poll::Pending,
        }
    }
}

fn answer(
    chain: Chain,
    details: ClientCallDetails,
    outgoing: Outgoing,
) -> Answering<'static, ResponseStream> {
    let streaming = details.method().response_streaming();
    Box::pin(async move {
        match (outgoing, streaming) {
            (Outgoing::Message(frame), false) => {
                let continuation = UnaryUnaryContinuation::new(chain);
                let response = continuation.call(details, frame.into_message()).await;
                response.map(ResponseStream::once)
            }
            (Outgoing::Message(frame), true) => {
                let continuation = UnaryStreamContinuation::new(chain);
                continuation.call(details, frame.into_message()).await
            }
            (Outgoing::Stream(frames, encode), false) => {
                let requests = RequestStream::of(frames, encode);
                let continuation = StreamUnaryContinuation::new(chain);
                let response = continuation.call(details, requests).await;
                response.map(ResponseStream::once)
            }
            (Outgoing::Stream(frames, encode), true) => {
                let requests = RequestStream::of(frames, encode);
                StreamStreamContinuation::new(chain)
                    .call(details, requests)
                    .await
            }
            (Outgoing::Again(_), _) => {
                unreachable!("what is made again is the call behind the interceptors")
            }
        }
    })
}

/// Metadata that cannot be sent over HTTP/2 is not shown either.
fn headers(metadata: Metadata) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for pair in metadata {
        let _ = header::write(Metadata::from([pair]), &mut headers);
    }
    headers
}
