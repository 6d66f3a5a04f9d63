//! Errors with details: `google.rpc.Status` in the trailing metadata of a call. Python's `grpc_status.rpc_status`.
//!
//! ```
//! use rustgrpc as grpc;
//! use rustgrpc::protobuf::google::protobuf::Any;
//! use rustgrpc::rich_status::{self, error_details_pb2::ErrorInfo, status_pb2};
//!
//! let detail = ErrorInfo::new().with_reason("QUOTA");
//! let proto = status_pb2::Status::new()
//!     .with_code(grpc::StatusCode::ResourceExhausted.value())
//!     .with_message("Request limit exceeded.")
//!     .with_details([Any::pack(&detail)]);
//!
//! // A servicer ends its call with this.
//! let status: grpc::Status = rich_status::to_status(&proto).unwrap();
//!
//! // A caller reads it from the error.
//! let error = grpc::RpcError::new(status.code(), status.details())
//!     .with_metadata(grpc::Metadata::new(), status.trailing_metadata().clone());
//! let found = rich_status::from_error(&error).unwrap().unwrap();
//! assert_eq!(found.details[0].unpack::<ErrorInfo>().unwrap(), detail);
//! ```

pub mod aio;
mod error;

#[path = "../generated/google/rpc/code_pb2.rs"]
#[rustfmt::skip]
#[allow(clippy::semicolon_if_nothing_returned, reason = "generated")]
pub mod code_pb2;
#[path = "../generated/google/rpc/error_details_pb2.rs"]
#[rustfmt::skip]
#[allow(clippy::semicolon_if_nothing_returned, reason = "generated")]
pub mod error_details_pb2;
#[path = "../generated/google/rpc/status_pb2.rs"]
#[rustfmt::skip]
#[allow(clippy::semicolon_if_nothing_returned, reason = "generated")]
pub mod status_pb2;

pub use error::RichStatusError;

use prost::Message;

use crate::{Call, Metadata, RpcError, Status, StatusCode};

/// The key under which the details travel.
pub const GRPC_DETAILS_METADATA_KEY: &str = "grpc-status-details-bin";

/// What a servicer returns, or aborts with, to end its call with these details. Python's `rpc_status.to_status`.
///
/// Fails when `status.code` is no code of gRPC.
pub fn to_status(status: &status_pb2::Status) -> Result<Status, RichStatusError> {
    let code = code(status)?;
    let details = Metadata::from([(GRPC_DETAILS_METADATA_KEY, status.encode_to_vec())]);
    Ok(Status::new(code, status.message.clone()).with_trailing_metadata(details))
}

/// The details of a call that failed; `None` when there are none.
///
/// Fails when the details are no `google.rpc.Status`, or one with another code or message than the call ended with.
pub fn from_error(error: &RpcError) -> Result<Option<status_pb2::Status>, RichStatusError> {
    find(error.code(), error.details(), error.trailing_metadata())
}

/// The details of a call; waits for its end. Python's `rpc_status.from_call`.
///
/// Fails as [`from_error`] does. Calls that are awaited have [`aio::from_call`].
pub fn from_call(call: &Call) -> Result<Option<status_pb2::Status>, RichStatusError> {
    find(call.code(), &call.details(), &call.trailing_metadata())
}

fn find(
    code: StatusCode,
    details: &str,
    trailing: &Metadata,
) -> Result<Option<status_pb2::Status>, RichStatusError> {
    let Some(bytes) = trailing.get(GRPC_DETAILS_METADATA_KEY) else {
        return Ok(None);
    };
    let status =
        status_pb2::Status::decode(bytes.as_bytes()).map_err(RichStatusError::malformed)?;
    if status.code != code.value() {
        let found = self::code(&status)?;
        return Err(RichStatusError::code_mismatch(found, code));
    }
    if status.message != details {
        return Err(RichStatusError::message_mismatch(&status.message, details));
    }
    Ok(Some(status))
}

fn code(status: &status_pb2::Status) -> Result<StatusCode, RichStatusError> {
    StatusCode::from_value(status.code).ok_or_else(|| RichStatusError::invalid_code(status.code))
}
