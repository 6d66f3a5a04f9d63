//! What well-known types can beyond their fields, as in Python's `well_known_types`.

mod any;
#[cfg(feature = "chrono")]
mod chrono;
mod duration;
mod field_mask;
#[cfg(feature = "jiff")]
mod jiff;
mod mask_tree;
#[cfg(feature = "prost-types")]
mod prost_types;
mod structs;
mod timestamp;
mod wrappers;

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

/// A well-known type cannot hold, or be made from, what it was given; Python raises `ValueError`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidValue {
    text: String,
}

impl InvalidValue {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for InvalidValue {}

/// Nanoseconds as digits behind a point: none, three, six or nine.
fn fraction(nanos: u32) -> String {
    match nanos {
        0 => String::new(),
        _ if nanos.is_multiple_of(1_000_000) => format!(".{:03}", nanos / 1_000_000),
        _ if nanos.is_multiple_of(1_000) => format!(".{:06}", nanos / 1_000),
        _ => format!(".{nanos:09}"),
    }
}

/// The nanoseconds of up to nine digits behind a point.
fn nanos_of(digits: &str) -> Option<i32> {
    let fits = (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| format!("{digits:0<9}").parse().ok()).flatten()
}
