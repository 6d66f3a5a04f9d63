//! A servicer's context without a call.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use tokio::time::Instant;

use crate::aio::Server;
use crate::server::call::Call;
use crate::server::security::Peer;
use crate::wire::header;
use crate::{Metadata, MethodDescriptor, ServicerContext, Status, StatusCode, deadline};

/// A servicer's context whose call exists only in a test: what the servicer does with it can be read afterwards.
///
/// ```
/// use rustgrpc as grpc;
/// use rustgrpc::testing::FakeContext;
///
/// async fn method(context: grpc::ServicerContext) -> Result<(), grpc::Status> {
///     match context.invocation_metadata().get("user") {
///         Some(_) => Ok(()),
///         None => context.abort(grpc::StatusCode::Unauthenticated, "who?"),
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let fake = FakeContext::new().with_invocation_metadata([("user", "me")]).unwrap();
/// assert!(method(fake.context()).await.is_ok());
///
/// let fake = FakeContext::new();
/// assert!(method(fake.context()).await.is_err());
/// assert_eq!(fake.code(), Some(grpc::StatusCode::Unauthenticated));
/// assert_eq!(fake.details().as_deref(), Some("who?"));
/// # }
/// ```
#[derive(Clone)]
pub struct FakeContext {
    call: Arc<Call>,
}

impl FakeContext {
    /// A call without metadata and deadline, of a method `/testing.Testing/Method`.
    pub fn new() -> Self {
        let method = MethodDescriptor::unary_unary("/testing.Testing/Method");
        Self::of(method, HeaderMap::new(), None)
    }

    /// The same for a method of your choice.
    pub fn with_method(self, method: MethodDescriptor) -> Self {
        Self::of(method, self.call.headers.clone(), self.call.deadline)
    }

    /// The same with the metadata that the caller sends.
    ///
    /// Fails when no caller could send it.
    pub fn with_invocation_metadata(self, metadata: impl Into<Metadata>) -> Result<Self, Status> {
        let mut headers = HeaderMap::new();
        let written = header::write(metadata.into(), &mut headers);
        written.map_err(|_| Status::new(StatusCode::Internal, "Invalid metadata"))?;
        Ok(Self::of(
            self.context().method(),
            headers,
            self.call.deadline,
        ))
    }

    /// The same with a deadline, from now on. It is told to the servicer, but nothing ends the call.
    pub fn with_timeout(self, timeout: Duration) -> Self {
        let headers = self.call.headers.clone();
        Self::of(self.context().method(), headers, deadline::after(timeout))
    }

    /// What to give to a servicer's method.
    pub fn context(&self) -> ServicerContext {
        ServicerContext::new(self.call.clone())
    }

    /// The code that the servicer set, or aborted with.
    pub fn code(&self) -> Option<StatusCode> {
        let answer = self.call.answer();
        let aborted = answer.aborted.as_ref().map(Status::code);
        aborted.or(answer.code)
    }

    /// The details that the servicer set, or aborted with.
    pub fn details(&self) -> Option<String> {
        let answer = self.call.answer();
        let aborted = answer.aborted.as_ref();
        let aborted = aborted.map(|status| status.details().to_owned());
        aborted.or_else(|| answer.details.clone())
    }

    /// The metadata that the servicer asked to be sent now; `None` when it did not.
    pub fn initial_metadata(&self) -> Option<Metadata> {
        let answer = self.call.answer();
        // What was written can be read.
        answer
            .initial
            .as_ref()
            .and_then(|headers| header::read(headers).ok())
    }

    /// The trailing metadata that the servicer set, or aborted with.
    pub fn trailing_metadata(&self) -> Metadata {
        let answer = self.call.answer();
        let aborted = answer.aborted.as_ref().map(Status::trailing_metadata);
        let trailing = aborted.filter(|metadata| !metadata.is_empty());
        trailing.unwrap_or(&answer.trailing).clone()
    }

    /// Whether the servicer asked for the call to be cancelled.
    pub fn is_cancel_asked(&self) -> bool {
        self.call.is_cancel_asked()
    }

    /// Ends the call as a caller that cancels does: it is not active any more, and callbacks are called.
    pub fn cancel(&self) {
        self.call.finish();
    }

    fn of(method: MethodDescriptor, headers: HeaderMap, deadline: Option<Instant>) -> Self {
        let settings = Server::builder().build().settings();
        let peer = Arc::new(Peer::in_process());
        Self {
            call: Arc::new(Call::new(method, headers, peer, deadline, settings)),
        }
    }
}

impl Default for FakeContext {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for FakeContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FakeContext").field(&self.context()).finish()
    }
}
