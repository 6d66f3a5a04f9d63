//! What can be wrong with a rich status.

use std::error::Error;
use std::fmt;

use prost::DecodeError;

use crate::StatusCode;

/// A `google.rpc.Status` that cannot be sent, or does not belong to its call. Python's `ValueError`.
#[derive(Clone, Debug)]
pub struct RichStatusError(Kind);

#[derive(Clone, Debug)]
enum Kind {
    InvalidCode(i32),
    CodeMismatch { found: StatusCode, call: StatusCode },
    MessageMismatch { found: String, call: String },
    Malformed(DecodeError),
}

impl RichStatusError {
    pub(super) fn invalid_code(code: i32) -> Self {
        Self(Kind::InvalidCode(code))
    }

    pub(super) fn code_mismatch(found: StatusCode, call: StatusCode) -> Self {
        Self(Kind::CodeMismatch { found, call })
    }

    pub(super) fn message_mismatch(found: &str, call: &str) -> Self {
        Self(Kind::MessageMismatch {
            found: found.to_owned(),
            call: call.to_owned(),
        })
    }

    pub(super) fn malformed(error: DecodeError) -> Self {
        Self(Kind::Malformed(error))
    }
}

impl fmt::Display for RichStatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::InvalidCode(code) => write!(f, "Invalid status code {code}"),
            Kind::CodeMismatch { found, call } => write!(
                f,
                "Code in Status proto ({found}) doesn't match status code ({call})"
            ),
            Kind::MessageMismatch { found, call } => write!(
                f,
                "Message in Status proto ({found}) doesn't match status details ({call})"
            ),
            Kind::Malformed(error) => error.fmt(f),
        }
    }
}

impl Error for RichStatusError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Kind::Malformed(error) => Some(error),
            _ => None,
        }
    }
}
