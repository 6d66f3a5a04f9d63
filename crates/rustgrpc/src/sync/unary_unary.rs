//! The blocking call of one request and one response.

use super::call_methods::{call_methods, unary_response_methods};
use crate::aio;

/// A call of one request and one response: `stub.say_hello(request).wait()?`.
#[must_use = "a call does nothing until it is waited for"]
pub struct UnaryUnaryCall<Req, Rep> {
    call: aio::UnaryUnaryCall<Req, Rep>,
}

call_methods!(UnaryUnaryCall);
unary_response_methods!(UnaryUnaryCall);

impl<Req, Rep> UnaryUnaryCall<Req, Rep> {
    pub(super) fn new(call: aio::UnaryUnaryCall<Req, Rep>) -> Self {
        Self { call }
    }
}

impl<Req, Rep> aio::UnaryUnaryCall<Req, Rep> {
    /// The same call for threads that may block: `Greeter::say_hello(request, target).blocking().wait()?`.
    pub fn blocking(self) -> UnaryUnaryCall<Req, Rep> {
        UnaryUnaryCall::new(self)
    }
}
