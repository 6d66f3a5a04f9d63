//! The call of a stream of requests and one response.

use std::sync::Arc;

use super::call_methods::{call_methods, request_stream_methods};
use super::{Call, UnaryResponse};
use crate::RpcError;
use crate::client::call::ClientCall;
use crate::client::upload::{Frames, Outgoing};
use crate::codec::Deserialize;
use crate::requests::Queue;

/// A call of a stream of requests and one response:
/// `stub.calculate_sum(grpc::requests([…])).await?`. Python's `grpc.aio.StreamUnaryCall`.
#[must_use = "a call does nothing until it is awaited"]
pub struct StreamUnaryCall<Req, Rep> {
    call: ClientCall,
    requests: Option<Frames>,
    queue: Option<Arc<Queue<Req>>>,
    deserialize: Deserialize<Rep>,
}

call_methods!(StreamUnaryCall);
request_stream_methods!(StreamUnaryCall);

impl<Req, Rep> StreamUnaryCall<Req, Rep> {
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
            deserialize,
        }
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

impl<Req, Rep> StreamUnaryCall<Req, Rep> {
    /// Awaits the response together with the call, which knows the metadata. Python's `stub.Sum.with_call(requests)`.
    pub async fn with_call(self) -> Result<(Rep, Call), RpcError> {
        self.into_future().with_call().await
    }
}

impl<Req, Rep> IntoFuture for StreamUnaryCall<Req, Rep> {
    type Output = Result<Rep, RpcError>;
    type IntoFuture = UnaryResponse<Rep>;

    fn into_future(mut self) -> UnaryResponse<Rep> {
        self.begin();
        UnaryResponse::new(self.call, self.deserialize)
    }
}
