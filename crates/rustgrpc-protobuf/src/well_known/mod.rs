//! What well-known types can beyond their fields, as in Python's `well_known_types`.

mod any;
mod duration;
mod timestamp;

use std::fmt;

pub use any::UnpackError;

const NANOS_PER_SECOND: i32 = 1_000_000_000;

/// A time or duration that the other type cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange {
    what: &'static str,
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }
}

impl std::error::Error for OutOfRange {}
