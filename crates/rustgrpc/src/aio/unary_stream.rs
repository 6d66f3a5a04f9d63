//! The call of one request and a stream of responses.

use std::task::{Context, Poll};

use bytes::Bytes;
use bytes::buf::Take;

use super::call_methods::{call_methods, response_stream_methods};
use crate::RpcError;
use crate::client::call::ClientCall;
use crate::client::upload::Outgoing;
use crate::codec::Codec;

/// A call of one request and a stream of responses:
/// `while let Some(response) = call.next().await? { … }`. Python's `grpc.aio.UnaryStreamCall`.
///
/// Also a [`Stream`](crate::Stream).
#[must_use = "a call does nothing until it is read from"]
pub struct UnaryStreamCall<Req, Rep> {
    call: ClientCall,
    request: Option<Req>,
    ended: bool,
    codec: Codec<Req, Rep>,
}

call_methods!(UnaryStreamCall);
response_stream_methods!(UnaryStreamCall);

impl<Req, Rep> UnaryStreamCall<Req, Rep> {
    pub(super) fn new(call: ClientCall, request: Req, codec: Codec<Req, Rep>) -> Self {
        Self {
            call,
            request: Some(request),
            ended: false,
            codec,
        }
    }

    /// Reads the next response into `response`, as far as it can be deserialized; ready with false after the last.
    fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        response: &mut Option<Rep>,
    ) -> Poll<Result<bool, RpcError>> {
        let deserialize = &self.codec.deserialize;
        let read = |message: Take<&mut Bytes>| deserialize.read(message, response);
        self.call.poll_read(cx, read).map_ok(|read| read.is_some())
    }

    fn begin(&mut self) {
        if let Some(request) = self.request.take()
            && !self.call.is_begun()
        {
            let request = self.codec.serialize.call(&request);
            let encode = self.call.encode();
            let frame = request.and_then(|request| encode.frame_bytes(request));
            self.call.begin(frame.map(Outgoing::Message));
        }
    }
}
