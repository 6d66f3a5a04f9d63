//! What the checks compare with.

use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustgrpc::{Metadata, RpcError, StatusCode};

/// The error of a call that must have ended so.
#[track_caller]
pub(crate) fn assert_ends<T: Debug>(
    result: Result<T, RpcError>,
    code: StatusCode,
    details: &str,
) -> RpcError {
    let error = result.expect_err("the call should not end with OK");
    assert_eq!((error.code(), error.details()), (code, details));
    error
}

/// The error of a call that must have ended with this code and details that contain `part`.
#[track_caller]
pub(crate) fn assert_fails<T: Debug>(
    result: Result<T, RpcError>,
    code: StatusCode,
    part: &str,
) -> RpcError {
    let error = result.expect_err("the call should not end with OK");
    assert_eq!(error.code(), code, "{error}");
    assert!(error.details().contains(part), "{error}");
    error
}

/// The values of a key, in order.
pub(crate) fn values(metadata: &Metadata, key: &str) -> Vec<Vec<u8>> {
    let values = metadata.get_all(key);
    values.map(|value| value.as_bytes().to_vec()).collect()
}

/// A text that no other call of this process and its kind has.
pub(crate) fn token() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let started = std::time::SystemTime::UNIX_EPOCH.elapsed();
    let nanos = started.map_or(0, |since| since.as_nanos());
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{}-{nanos}-{count}", std::process::id())
}
