//! The call of one request and a stream of responses.

use std::marker::PhantomData;

use prost::Message;

use super::call_methods::{call_methods, response_stream_methods};
use crate::client::call::ClientCall;
use crate::client::upload::Outgoing;

/// A call of one request and a stream of responses:
/// `while let Some(response) = call.next().await? { … }`. Python's `grpc.aio.UnaryStreamCall`.
///
/// Also a [`Stream`](crate::Stream).
#[must_use = "a call does nothing until it is read from"]
pub struct UnaryStreamCall<Req, Rep> {
    call: ClientCall,
    request: Option<Req>,
    ended: bool,
    response: PhantomData<fn() -> Rep>,
}

call_methods!(UnaryStreamCall);
response_stream_methods!(UnaryStreamCall);

impl<Req: Message, Rep> UnaryStreamCall<Req, Rep> {
    pub(super) fn new(call: ClientCall, request: Req) -> Self {
        Self {
            call,
            request: Some(request),
            ended: false,
            response: PhantomData,
        }
    }

    fn begin(&mut self) {
        if let Some(request) = self.request.take()
            && !self.call.is_begun()
        {
            let frame = self.call.encode().frame(&request);
            self.call.begin(frame.map(Outgoing::Message));
        }
    }
}
