//! The blocking call of a stream of requests and one response.

use super::call_methods::{call_methods, request_stream_methods, unary_response_methods};
use crate::aio;

/// A call of a stream of requests and one response: `stub.calculate_sum(requests).wait()?`.
#[must_use = "a call does nothing until it is waited for"]
pub struct StreamUnaryCall<Req, Rep> {
    call: aio::StreamUnaryCall<Req, Rep>,
}

call_methods!(StreamUnaryCall);
request_stream_methods!(StreamUnaryCall);
unary_response_methods!(StreamUnaryCall);

impl<Req, Rep> StreamUnaryCall<Req, Rep> {
    pub(super) fn new(call: aio::StreamUnaryCall<Req, Rep>) -> Self {
        Self { call }
    }
}

impl<Req, Rep> aio::StreamUnaryCall<Req, Rep> {
    /// The same call for threads that may block: `Greeter::lots_of_greetings(requests, target).blocking().wait()?`.
    pub fn blocking(self) -> StreamUnaryCall<Req, Rep> {
        StreamUnaryCall::new(self)
    }
}
