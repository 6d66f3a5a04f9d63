//! The blocking call of one request and a stream of responses.

use super::call_methods::{call_methods, response_stream_methods};
use crate::aio;

/// A call of one request and a stream of responses, an iterator:
/// `for response in stub.get_numbers(request) { let response = response?; … }`.
#[must_use = "a call does nothing until it is read from"]
pub struct UnaryStreamCall<Req, Rep> {
    call: aio::UnaryStreamCall<Req, Rep>,
    ended: bool,
}

call_methods!(UnaryStreamCall);
response_stream_methods!(UnaryStreamCall);

impl<Req, Rep> UnaryStreamCall<Req, Rep> {
    pub(super) fn new(call: aio::UnaryStreamCall<Req, Rep>) -> Self {
        Self { call, ended: false }
    }
}

impl<Req, Rep> aio::UnaryStreamCall<Req, Rep> {
    /// The same call for threads that may block: `Greeter::lots_of_replies(request, target).blocking()`.
    pub fn blocking(self) -> UnaryStreamCall<Req, Rep> {
        UnaryStreamCall::new(self)
    }
}
