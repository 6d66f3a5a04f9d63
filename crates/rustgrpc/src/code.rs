//! The status codes of gRPC.

use std::fmt;

/// The code that a call ended with, Python's `grpc.StatusCode`.
///
/// ```
/// use rustgrpc::StatusCode;
/// assert_eq!(StatusCode::NotFound.value(), 5);
/// assert_eq!(StatusCode::NotFound.name(), "NOT_FOUND");
/// assert_eq!(StatusCode::NotFound.to_string(), "StatusCode.NOT_FOUND");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum StatusCode {
    /// Not an error.
    #[doc(alias = "OK")]
    Ok = 0,
    /// The call was cancelled, typically by the caller.
    #[doc(alias = "CANCELLED")]
    Cancelled = 1,
    /// An error that carries no better code, such as an error that a servicer did not handle.
    #[doc(alias = "UNKNOWN")]
    Unknown = 2,
    /// The request is wrong whatever the state of the system.
    #[doc(alias = "INVALID_ARGUMENT")]
    InvalidArgument = 3,
    /// The deadline passed before the call was over.
    #[doc(alias = "DEADLINE_EXCEEDED")]
    DeadlineExceeded = 4,
    /// What was asked for does not exist.
    #[doc(alias = "NOT_FOUND")]
    NotFound = 5,
    /// What was to be created exists.
    #[doc(alias = "ALREADY_EXISTS")]
    AlreadyExists = 6,
    /// The caller may not do this.
    #[doc(alias = "PERMISSION_DENIED")]
    PermissionDenied = 7,
    /// A quota, a limit or memory is used up.
    #[doc(alias = "RESOURCE_EXHAUSTED")]
    ResourceExhausted = 8,
    /// The system is not in the state that the call needs.
    #[doc(alias = "FAILED_PRECONDITION")]
    FailedPrecondition = 9,
    /// The operation was aborted, typically because of a conflict.
    #[doc(alias = "ABORTED")]
    Aborted = 10,
    /// The operation went past the valid range.
    #[doc(alias = "OUT_OF_RANGE")]
    OutOfRange = 11,
    /// The server does not have this method.
    #[doc(alias = "UNIMPLEMENTED")]
    Unimplemented = 12,
    /// An invariant is broken.
    #[doc(alias = "INTERNAL")]
    Internal = 13,
    /// The service is not there at the moment; try again later.
    #[doc(alias = "UNAVAILABLE")]
    Unavailable = 14,
    /// Data is lost or damaged beyond repair.
    #[doc(alias = "DATA_LOSS")]
    DataLoss = 15,
    /// The caller did not say who it is, or not credibly.
    #[doc(alias = "UNAUTHENTICATED")]
    Unauthenticated = 16,
}

const ALL: [(StatusCode, &str, &str); 17] = [
    (StatusCode::Ok, "OK", "ok"),
    (StatusCode::Cancelled, "CANCELLED", "cancelled"),
    (StatusCode::Unknown, "UNKNOWN", "unknown"),
    (
        StatusCode::InvalidArgument,
        "INVALID_ARGUMENT",
        "invalid argument",
    ),
    (
        StatusCode::DeadlineExceeded,
        "DEADLINE_EXCEEDED",
        "deadline exceeded",
    ),
    (StatusCode::NotFound, "NOT_FOUND", "not found"),
    (
        StatusCode::AlreadyExists,
        "ALREADY_EXISTS",
        "already exists",
    ),
    (
        StatusCode::PermissionDenied,
        "PERMISSION_DENIED",
        "permission denied",
    ),
    (
        StatusCode::ResourceExhausted,
        "RESOURCE_EXHAUSTED",
        "resource exhausted",
    ),
    (
        StatusCode::FailedPrecondition,
        "FAILED_PRECONDITION",
        "failed precondition",
    ),
    (StatusCode::Aborted, "ABORTED", "aborted"),
    (StatusCode::OutOfRange, "OUT_OF_RANGE", "out of range"),
    (StatusCode::Unimplemented, "UNIMPLEMENTED", "unimplemented"),
    (StatusCode::Internal, "INTERNAL", "internal"),
    (StatusCode::Unavailable, "UNAVAILABLE", "unavailable"),
    (StatusCode::DataLoss, "DATA_LOSS", "data loss"),
    (
        StatusCode::Unauthenticated,
        "UNAUTHENTICATED",
        "unauthenticated",
    ),
];

impl StatusCode {
    /// The number on the wire, the first of the two that Python's `StatusCode.value` holds.
    pub const fn value(self) -> i32 {
        self as i32
    }

    /// The name in upper case, Python's `StatusCode.name`.
    pub const fn name(self) -> &'static str {
        ALL[self as usize].1
    }

    /// The name in words, the second of the two that Python's `StatusCode.value` holds.
    pub const fn description(self) -> &'static str {
        ALL[self as usize].2
    }

    /// The code of a number; `None` when there is none.
    pub const fn from_value(value: i32) -> Option<Self> {
        if value >= 0 && value < ALL.len() as i32 {
            Some(ALL[value as usize].0)
        } else {
            None
        }
    }

    /// The code of a name in upper case; `None` when there is none.
    pub fn from_name(name: &str) -> Option<Self> {
        ALL.iter()
            .find(|(_, known, _)| *known == name)
            .map(|(code, ..)| *code)
    }
}

impl fmt::Display for StatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StatusCode.{}", self.name())
    }
}
