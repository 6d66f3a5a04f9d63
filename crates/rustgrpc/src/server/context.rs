//! What a servicer learns about its call, and sets on it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::call::Call;
use crate::wire::compression::Compression;
use crate::{Metadata, MethodDescriptor, Status, StatusCode, deadline};

/// The servicer's side of one call. Python's `grpc.ServicerContext`.
///
/// A cheap clone, which can be moved into tasks; it outlives the call.
///
/// ```
/// use rustgrpc::{ServicerContext, Status, StatusCode};
///
/// /// As a servicer has it: `async fn rename(&self, request: …, context: ServicerContext)`.
/// async fn rename(name: String, context: ServicerContext) -> Result<String, Status> {
///     if context.invocation_metadata().get("authorization").is_none() {
///         return context.abort(StatusCode::Unauthenticated, "who are you?");
///     }
///     context.send_initial_metadata([("served-by", "a")])?;
///     context.set_trailing_metadata([("cost", "3")]);
///     Ok(name.to_uppercase())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let fake = rustgrpc::testing::FakeContext::new();
/// let status = rename("x".into(), fake.context()).await.unwrap_err();
/// assert_eq!(status.code(), StatusCode::Unauthenticated);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ServicerContext {
    call: Arc<Call>,
}

impl ServicerContext {
    pub(crate) fn new(call: Arc<Call>) -> Self {
        Self { call }
    }

    pub(crate) fn into_call(self) -> Arc<Call> {
        self.call
    }

    /// The metadata that the caller sent, `user-agent` included.
    pub fn invocation_metadata(&self) -> &Metadata {
        let call = &self.call;
        call.invocation_metadata
            .get_or_init(|| call.read_metadata())
    }

    /// The caller's address: `ipv4:127.0.0.1:50051`, `ipv6:%5B::1%5D:50051`, `unix:`.
    pub fn peer(&self) -> String {
        self.call.peer.address.to_string()
    }

    /// Who the caller has proved to be: the names in a TLS client certificate, `local` for local credentials; `None` for
    /// callers that have proved nothing.
    pub fn peer_identities(&self) -> Option<Vec<Vec<u8>>> {
        self.call.peer.auth.identities()
    }

    /// The property of [`auth_context`](Self::auth_context) that [`peer_identities`](Self::peer_identities) comes from:
    /// `x509_subject_alternative_name`, or `x509_common_name` for certificates without.
    pub fn peer_identity_key(&self) -> Option<&'static str> {
        self.call.peer.auth.identity_key
    }

    /// What the transport knows about the caller: `transport_security_type`, `security_level`, and what TLS says.
    pub fn auth_context(&self) -> &BTreeMap<String, Vec<Vec<u8>>> {
        &self.call.peer.auth.properties
    }

    /// The method that was called.
    pub fn method(&self) -> MethodDescriptor {
        self.call.method().clone()
    }

    /// The time until the caller's deadline, zero when it has passed; `None` when there is none.
    pub fn time_remaining(&self) -> Option<Duration> {
        self.call.deadline.map(deadline::remaining)
    }

    /// Whether the caller still waits: not after cancellation, the deadline, or the end of the call.
    pub fn is_active(&self) -> bool {
        !self.call.is_over()
    }

    /// Resolves when the call is over: cancelled, past its deadline, or answered.
    ///
    /// The servicer's own future is dropped when the caller cancels; this is for tasks that it has spawned.
    pub async fn cancelled(&self) {
        self.call.until_over().await;
    }

    /// Ends the call with CANCELLED at the servicer's next `await`.
    pub fn cancel(&self) {
        self.call.ask_cancel();
    }

    /// Calls `callback` when the call is over; returns false, and does not, when it is over already.
    pub fn add_callback(&self, callback: impl FnOnce() + Send + 'static) -> bool {
        self.call.add_callback(Box::new(callback))
    }

    /// Sends the headers now, with this metadata, instead of with the first response.
    ///
    /// Fails when the headers are out, or with INTERNAL when the metadata cannot be sent.
    pub fn send_initial_metadata(&self, metadata: impl Into<Metadata>) -> Result<(), Status> {
        self.call.send_initial_metadata(metadata.into())
    }

    /// The metadata to send with the status; the last one set counts.
    pub fn set_trailing_metadata(&self, metadata: impl Into<Metadata>) {
        self.call.answer().trailing = metadata.into();
    }

    /// What [`set_trailing_metadata`](Self::set_trailing_metadata) set.
    pub fn trailing_metadata(&self) -> Metadata {
        self.call.answer().trailing.clone()
    }

    /// The code to end with, also when a response is returned, which is then not sent.
    pub fn set_code(&self, code: StatusCode) {
        self.call.answer().code = Some(code);
    }

    /// The details to end with.
    pub fn set_details(&self, details: impl Into<String>) {
        self.call.answer().details = Some(details.into());
    }

    /// What [`set_code`](Self::set_code) set.
    pub fn code(&self) -> Option<StatusCode> {
        self.call.answer().code
    }

    /// What [`set_details`](Self::set_details) set.
    pub fn details(&self) -> Option<String> {
        self.call.answer().details.clone()
    }

    /// The compression of the responses of this call, if the caller takes it; no effect after the first response, and once
    /// the headers are out.
    pub fn set_compression(&self, compression: Compression) {
        self.call.set_compression(|answer| {
            if !answer.head_sent && !answer.begun && answer.initial.is_none() {
                answer.compression = Some(compression);
            }
        });
    }

    /// Sends the next response as it is.
    pub fn disable_next_message_compression(&self) {
        self.call
            .set_compression(|answer| answer.next_uncompressed = true);
    }

    /// The error to return for a call that ends with this code: `return context.abort(code, details);`,
    /// or `context.abort(code, details)?;`.
    ///
    /// The call ends so even when the error is lost on the way. A servicer cannot abort with OK: that gives UNKNOWN.
    pub fn abort<T>(&self, code: StatusCode, details: impl Into<String>) -> Result<T, Status> {
        self.abort_with_status(Status::new(code, details))
    }

    /// [`abort`](Self::abort) with a status that may carry trailing metadata.
    pub fn abort_with_status<T>(&self, status: Status) -> Result<T, Status> {
        self.call.answer().aborted = Some(status.clone());
        Err(status)
    }
}

impl fmt::Debug for ServicerContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServicerContext")
            .field("method", &self.call.method().path())
            .field("peer", &self.peer())
            .field("time_remaining", &self.time_remaining())
            .field("is_active", &self.is_active())
            .finish()
    }
}
