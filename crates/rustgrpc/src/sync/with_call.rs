//! A blocking call whose metadata and status are wanted too.

use std::fmt;
use std::pin::Pin;

use super::Call;
use super::blocking::wait;
use crate::{RpcError, aio};

/// See [`UnaryUnaryCall::with_call`](crate::UnaryUnaryCall::with_call).
#[must_use = "a call does nothing until it is waited for"]
pub struct WithCall<Rep> {
    future: Pin<Box<dyn Future<Output = Ended<Rep>> + Send>>,
}

type Ended<Rep> = Result<(Rep, aio::Call), RpcError>;

impl<Rep> WithCall<Rep> {
    pub(super) fn new(future: impl Future<Output = Ended<Rep>> + Send + 'static) -> Self {
        Self {
            future: Box::pin(future),
        }
    }

    /// Makes the call and waits for the response, which comes together with the call.
    ///
    /// Fails with FAILED_PRECONDITION inside an async runtime, which it would hold up.
    pub fn wait(self) -> Result<(Rep, Call), RpcError> {
        let (response, call) = wait(self.future).map_err(RpcError::inactive)?;
        Ok((response, Call::new(call)))
    }
}

impl<Rep> fmt::Debug for WithCall<Rep> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithCall").finish_non_exhaustive()
    }
}
