//! Details of calls that are awaited. Python's `rpc_status.aio`.

use super::{RichStatusError, find, status_pb2};
use crate::aio::Call;

/// The details of a call; waits for its end. Python's `rpc_status.aio.from_call`.
///
/// Fails as [`from_error`](super::from_error) does.
pub async fn from_call(call: &Call) -> Result<Option<status_pb2::Status>, RichStatusError> {
    let (code, details) = (call.code().await, call.details().await);
    find(code, &details, &call.trailing_metadata().await)
}
