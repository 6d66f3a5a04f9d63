//! Times that are not the same for everyone.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

/// `time`, longer or shorter by up to `share` of it, so that not all peers do the same at the same time.
pub(crate) fn jitter(time: Duration, share: f64) -> Duration {
    let factor = 1.0 + share * (2.0 * random() - 1.0);
    Duration::try_from_secs_f64(time.as_secs_f64() * factor).unwrap_or(time)
}

/// Between 0 and 1. The standard library's hasher keys are its only source of randomness.
fn random() -> f64 {
    RandomState::new().build_hasher().finish() as f64 / u64::MAX as f64
}
