//! What a caller gets when a call does not end with OK.

use std::error::Error;
use std::fmt;

use crate::{Metadata, Status, StatusCode};

/// A call that did not end with OK. Python's `grpc.RpcError`, `grpc.aio.AioRpcError`.
///
/// Its `Display` is Python's `str(error)`. One pointer wide.
///
/// ```
/// use rustgrpc::{RpcError, StatusCode};
///
/// fn explain(error: &RpcError) -> String {
///     match error.code() {
///         StatusCode::NotFound => "there is none".into(),
///         StatusCode::Unavailable | StatusCode::DeadlineExceeded => "try again later".into(),
///         code => format!("{code:?}: {}", error.details()),
///     }
/// }
///
/// assert_eq!(explain(&RpcError::new(StatusCode::NotFound, "no user 7")), "there is none");
/// ```
pub struct RpcError(Box<Parts>);

#[derive(Clone)]
struct Parts {
    code: StatusCode,
    details: String,
    initial_metadata: Metadata,
    trailing_metadata: Metadata,
    class: Class,
}

/// The class of Python's that the error stands for: its name in the text.
#[derive(Clone, Copy, Debug)]
enum Class {
    AioRpcError,
    InactiveRpcError,
    MultiThreadedRendezvous,
}

impl RpcError {
    /// An error with this code and these details: for tests, and for what stands in for a server.
    pub fn new(code: StatusCode, details: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            code,
            details: details.into(),
            initial_metadata: Metadata::new(),
            trailing_metadata: Metadata::new(),
            class: Class::AioRpcError,
        }))
    }

    /// The same with metadata.
    pub fn with_metadata(mut self, initial: Metadata, trailing: Metadata) -> Self {
        self.0.initial_metadata = initial;
        self.0.trailing_metadata = trailing;
        self
    }

    /// The code.
    pub fn code(&self) -> StatusCode {
        self.0.code
    }

    /// The details, empty when there are none.
    pub fn details(&self) -> &str {
        &self.0.details
    }

    /// What the server sent before its first response.
    pub fn initial_metadata(&self) -> &Metadata {
        &self.0.initial_metadata
    }

    /// What the server sent with the status.
    pub fn trailing_metadata(&self) -> &Metadata {
        &self.0.trailing_metadata
    }

    /// The code and the details as one line of text.
    pub fn debug_error_string(&self) -> String {
        format!("{}:{}", self.0.code.name(), self.0.details)
    }

    /// As a blocking call of one response raises it.
    pub(crate) fn inactive(mut self) -> Self {
        self.0.class = Class::InactiveRpcError;
        self
    }

    /// As a response iterator or a future raises it.
    pub(crate) fn rendezvous(mut self) -> Self {
        self.0.class = Class::MultiThreadedRendezvous;
        self
    }

    /// The status that a servicer returns to hand this error on unchanged, trailing metadata included.
    ///
    /// With `?` the error ends the servicer's call with UNKNOWN instead, as an exception does.
    pub fn into_status(self) -> Status {
        Status::new(self.0.code, self.0.details).with_trailing_metadata(self.0.trailing_metadata)
    }
}

impl Clone for RpcError {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl Error for RpcError {}

impl fmt::Display for RpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = match self.0.class {
            Class::AioRpcError => "AioRpcError",
            Class::InactiveRpcError => "_InactiveRpcError",
            Class::MultiThreadedRendezvous => "_MultiThreadedRendezvous",
        };
        write!(
            f,
            "<{} of RPC that terminated with:\n\tstatus = {}\n\tdetails = \"{}\"\n\tdebug_error_string = \"{}\"\n>",
            class,
            self.0.code,
            self.0.details,
            self.debug_error_string()
        )
    }
}

impl fmt::Debug for RpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RpcError")
            .field("code", &self.0.code)
            .field("details", &self.0.details)
            .field("initial_metadata", &self.0.initial_metadata)
            .field("trailing_metadata", &self.0.trailing_metadata)
            .finish()
    }
}
