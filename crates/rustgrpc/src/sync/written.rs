//! Requests that are written while the call runs, for callers that block.

use std::pin::Pin;

use super::blocking::{wait, wait_anywhere};
use crate::{RequestReceiver, RequestWriter, RpcError, Stream};

impl<T> RequestWriter<T> {
    /// [`write`](Self::write) for callers that block.
    pub fn blocking_write(&self, request: T) -> Result<(), RpcError> {
        wait(self.write(request))
    }
}

/// Blocks until the next request is written. Blocking stubs do not ask: they take what is written as it comes.
impl<T> Iterator for RequestReceiver<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        wait_anywhere(std::future::poll_fn(|cx| {
            Pin::new(&mut *self).poll_next(cx)
        }))
    }
}
