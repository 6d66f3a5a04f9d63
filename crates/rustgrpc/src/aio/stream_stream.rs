//! The call of a stream of requests and a stream of responses.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use bytes::buf::Take;

use super::call_methods::{call_methods, request_stream_methods, response_stream_methods};
use crate::RpcError;
use crate::client::call::ClientCall;
use crate::client::upload::{Frames, Outgoing};
use crate::codec::Deserialize;
use crate::requests::Queue;

/// A call of a stream of requests and a stream of responses. Python's `grpc.aio.StreamStreamCall`.
///
/// Requests are sent whether or not responses are read. Also a [`Stream`](crate::Stream).
#[must_use = "a call does nothing until it is read from or written to"]
pub struct StreamStreamCall<Req, Rep> {
    call: ClientCall,
    requests: Option<Frames>,
    queue: Option<Arc<Queue<Req>>>,
    ended: bool,
    deserialize: Deserialize<Rep>,
}

call_methods!(StreamStreamCall);
request_stream_methods!(StreamStreamCall);
response_stream_methods!(StreamStreamCall);

impl<Req, Rep> StreamStreamCall<Req, Rep> {
    pub(super) fn new(
        call: ClientCall,
        requests: Frames,
        queue: Option<Arc<Queue<Req>>>,
        deserialize: Deserialize<Rep>,
    ) -> Self {
        Self {
            call,
            requests: Some(requests),
            queue,
            ended: false,
            deserialize,
        }
    }

    /// Reads the next response into `response`, as far as it can be deserialized; ready with false after the last.
    fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        response: &mut Option<Rep>,
    ) -> Poll<Result<bool, RpcError>> {
        let deserialize = &self.deserialize;
        let read = |message: Take<&mut Bytes>| deserialize.read(message, response);
        self.call.poll_read(cx, read).map_ok(|read| read.is_some())
    }

    fn begin(&mut self) {
        if let Some(requests) = self.requests.take()
            && !self.call.is_begun()
        {
            let encode = self.call.encode();
            self.call.begin(Ok(Outgoing::Stream(requests, encode)));
        }
    }
}
