//! What a servicer ends a call with when it is not a response.

use std::error::Error;
use std::fmt::{self, Write};

use crate::{Metadata, StatusCode};

/// How a call ends: a code, details and trailing metadata. Python's `grpc.Status`, and what stands in
/// for a raised exception in servicers.
///
/// `Status` does not implement [`Error`], so that every error converts into it: with `?` in a servicer
/// any error (and `String`, `&str`, `Box<dyn Error + Send + Sync>`) ends the call as an exception does in Python,
/// with [`StatusCode::Unknown`] and details `Exception calling application: TEXT`.
///
/// One pointer wide.
///
/// ```
/// use rustgrpc::{Status, StatusCode};
///
/// fn half(number: &str) -> Result<u32, Status> {
///     let number: u32 = number.parse()?; // UNKNOWN, as an exception is in Python
///     if number % 2 == 1 {
///         let status = Status::new(StatusCode::InvalidArgument, "an odd number");
///         return Err(status.with_trailing_metadata([("number", number.to_string())]));
///     }
///     Ok(number / 2)
/// }
///
/// assert_eq!(half("7").unwrap_err().code(), StatusCode::InvalidArgument);
/// assert_eq!(half("x").unwrap_err().code(), StatusCode::Unknown);
/// ```
pub struct Status(Box<Parts>);

struct Parts {
    code: StatusCode,
    details: String,
    trailing_metadata: Metadata,
    /// Came from an error, not from a decision: the server says so in the details.
    raised: bool,
}

impl Status {
    /// A status with these details and no trailing metadata.
    pub fn new(code: StatusCode, details: impl Into<String>) -> Self {
        Self::from_parts(code, details.into(), false)
    }

    /// The same with metadata that is sent after the responses, in place of what
    /// [`ServicerContext::set_trailing_metadata`](crate::ServicerContext::set_trailing_metadata) set.
    pub fn with_trailing_metadata(mut self, metadata: impl Into<Metadata>) -> Self {
        self.0.trailing_metadata = metadata.into();
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

    /// The trailing metadata, empty when there is none.
    pub fn trailing_metadata(&self) -> &Metadata {
        &self.0.trailing_metadata
    }

    /// A status for an error that was not handled; the text of the error is all that is known.
    pub(crate) fn raise(details: impl Into<String>) -> Self {
        Self::from_parts(StatusCode::Unknown, details.into(), true)
    }

    pub(crate) fn is_raised(&self) -> bool {
        self.0.raised
    }

    pub(crate) fn into_parts(self) -> (StatusCode, String, Metadata) {
        (self.0.code, self.0.details, self.0.trailing_metadata)
    }

    fn from_parts(code: StatusCode, details: String, raised: bool) -> Self {
        Self(Box::new(Parts {
            code,
            details,
            trailing_metadata: Metadata::new(),
            raised,
        }))
    }
}

impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for Status {
    fn from(error: E) -> Self {
        let mut text = String::new();
        match write!(text, "{}", error.into()) {
            Ok(()) => Self::raise(text),
            Err(fmt::Error) => Self::new(
                StatusCode::Unknown,
                "Calling application raised unprintable Exception!",
            ),
        }
    }
}

impl Clone for Status {
    fn clone(&self) -> Self {
        let Parts {
            code,
            ref details,
            ref trailing_metadata,
            raised,
        } = *self.0;
        Self(Box::new(Parts {
            code,
            details: details.clone(),
            trailing_metadata: trailing_metadata.clone(),
            raised,
        }))
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Status")
            .field("code", &self.0.code)
            .field("details", &self.0.details)
            .field("trailing_metadata", &self.0.trailing_metadata)
            .finish()
    }
}
