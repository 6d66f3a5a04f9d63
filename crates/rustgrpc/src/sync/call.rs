//! A call seen from outside.

use std::time::Duration;

use super::blocking::wait_anywhere;
use crate::{Metadata, StatusCode, aio};

/// A call that runs or is over: its metadata, its status, its cancellation. Python's `grpc.Call`.
///
/// A clone is the same call. Dropping it does nothing to the call; what it tells comes when whoever waits for the call, or
/// reads its responses, has got so far: ask on another thread, or afterwards.
#[derive(Clone, Debug)]
pub struct Call {
    call: aio::Call,
}

impl Call {
    pub(super) fn new(call: aio::Call) -> Self {
        Self { call }
    }

    /// What the server sent before its first response. Waits for it; empty when the call ended without.
    pub fn initial_metadata(&self) -> Metadata {
        wait_anywhere(self.call.initial_metadata())
    }

    /// What the server sent with the status. Waits for the end of the call.
    pub fn trailing_metadata(&self) -> Metadata {
        wait_anywhere(self.call.trailing_metadata())
    }

    /// The code that the call ended with. Waits for the end of the call.
    pub fn code(&self) -> StatusCode {
        wait_anywhere(self.call.code())
    }

    /// The details that the call ended with. Waits for the end of the call.
    pub fn details(&self) -> String {
        wait_anywhere(self.call.details())
    }

    /// The code and the details as one line of text, empty for OK. Waits for the end of the call.
    pub fn debug_error_string(&self) -> String {
        wait_anywhere(self.call.debug_error_string())
    }

    /// Cancels the call: the server sees that, whoever waits for the call gets CANCELLED. False when the call is over.
    pub fn cancel(&self) -> bool {
        self.call.cancel()
    }

    /// Whether the call is over. Does not wait.
    pub fn done(&self) -> bool {
        self.call.done()
    }

    /// Whether the call ended with CANCELLED. Does not wait.
    pub fn cancelled(&self) -> bool {
        self.call.cancelled()
    }

    /// Whether the call is not over.
    pub fn is_active(&self) -> bool {
        self.call.is_active()
    }

    /// The time until the deadline, zero when it has passed; `None` without one, and before the call has begun.
    pub fn time_remaining(&self) -> Option<Duration> {
        self.call.time_remaining()
    }

    /// Calls `callback` at the end of the call, at once when it is over.
    #[doc(alias = "add_callback")]
    pub fn add_done_callback(&self, callback: impl FnOnce() + Send + 'static) {
        self.call.add_done_callback(callback);
    }
}
