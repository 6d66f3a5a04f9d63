//! The response of a call that gives one.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::Call;
use crate::client::call::ClientCall;
use crate::codec::Deserialize;
use crate::{RpcError, StatusCode};

/// The future of an awaited call of one response. Dropping it cancels the call.
pub struct UnaryResponse<Rep> {
    call: ClientCall,
    response: Option<Rep>,
    deserialize: Deserialize<Rep>,
}

impl<Rep> UnaryResponse<Rep> {
    pub(super) fn new(call: ClientCall, deserialize: Deserialize<Rep>) -> Self {
        Self {
            call,
            response: None,
            deserialize,
        }
    }

    pub(super) async fn with_call(mut self) -> Result<(Rep, Call), RpcError> {
        let response = (&mut self).await?;
        Ok((response, self.call.handle()))
    }
}

impl<Rep> Unpin for UnaryResponse<Rep> {}

impl<Rep> Future for UnaryResponse<Rep> {
    type Output = Result<Rep, RpcError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let deserialize = &this.deserialize;
        let (call, response) = (&mut this.call, &mut this.response);
        while ready!(call.poll_read(cx, |message| deserialize.read(message, response)))?.is_some() {
            if response.is_none() {
                let text = "Exception deserializing response!";
                return Poll::Ready(Err(call.refuse(StatusCode::Internal, text)));
            }
        }
        let response = this.response.take();
        Poll::Ready(response.ok_or_else(|| {
            RpcError::new(
                StatusCode::Internal,
                "The response was taken by an earlier poll",
            )
        }))
    }
}

impl<Rep> fmt::Debug for UnaryResponse<Rep> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnaryResponse").finish_non_exhaustive()
    }
}
