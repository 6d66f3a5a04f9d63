//! The blocking call of a stream of requests and a stream of responses.

use super::call_methods::{call_methods, request_stream_methods, response_stream_methods};
use crate::aio;

/// A call of a stream of requests and a stream of responses, an iterator:
/// `for response in stub.chat(requests) { let response = response?; … }`.
///
/// Requests are sent whether or not responses are read.
#[must_use = "a call does nothing until it is read from or written to"]
pub struct StreamStreamCall<Req, Rep> {
    call: aio::StreamStreamCall<Req, Rep>,
    ended: bool,
}

call_methods!(StreamStreamCall);
request_stream_methods!(StreamStreamCall);
response_stream_methods!(StreamStreamCall);

impl<Req, Rep> StreamStreamCall<Req, Rep> {
    pub(super) fn new(call: aio::StreamStreamCall<Req, Rep>) -> Self {
        Self { call, ended: false }
    }
}

impl<Req, Rep> aio::StreamStreamCall<Req, Rep> {
    /// The same call for threads that may block: `Greeter::bidi_hello(requests, target).blocking()`.
    pub fn blocking(self) -> StreamStreamCall<Req, Rep> {
        StreamStreamCall::new(self)
    }
}
