//! The call of one request and one response.

use super::call_methods::call_methods;
use super::{Call, UnaryResponse};
use crate::RpcError;
use crate::client::call::ClientCall;
use crate::client::upload::Outgoing;
use crate::codec::Codec;

/// A call of one request and one response: `stub.say_hello(request).await?`. Python's `grpc.aio.UnaryUnaryCall`.
///
/// ```
/// use rustgrpc as grpc;
/// use rustgrpc::health::{self, HealthCheckRequest, HealthServicer, HealthStub};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let channel = grpc::testing::channel(|server| health::add_health_servicer_to_server(HealthServicer::new(), server));
/// let stub = HealthStub::new(&channel);
/// let call = stub
///     .check(HealthCheckRequest::new())
///     .timeout(Duration::from_secs(30))
///     .metadata([("authorization", "Bearer x")]);
/// let (response, mut call) = call.with_call().await?;
/// assert_eq!(call.code().await, grpc::StatusCode::Ok);
/// assert!(call.trailing_metadata().await.is_empty());
/// # drop(response);
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited"]
pub struct UnaryUnaryCall<Req, Rep> {
    call: ClientCall,
    request: Option<Req>,
    codec: Codec<Req, Rep>,
}

call_methods!(UnaryUnaryCall);

impl<Req, Rep> UnaryUnaryCall<Req, Rep> {
    pub(super) fn new(call: ClientCall, request: Req, codec: Codec<Req, Rep>) -> Self {
        Self {
            call,
            request: Some(request),
            codec,
        }
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

    /// Awaits the response together with the call, which knows the metadata. Python's `stub.SayHello.with_call(request)`.
    pub async fn with_call(self) -> Result<(Rep, Call), RpcError> {
        self.into_future().with_call().await
    }
}

impl<Req, Rep> IntoFuture for UnaryUnaryCall<Req, Rep> {
    type Output = Result<Rep, RpcError>;
    type IntoFuture = UnaryResponse<Rep>;

    fn into_future(mut self) -> UnaryResponse<Rep> {
        self.begin();
        UnaryResponse::new(self.call, self.codec.deserialize)
    }
}
