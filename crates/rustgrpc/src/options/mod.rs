//! Python's options: names and values in a list, for programs that are ported line by line.
//!
//! Each builder has its options as methods too, whose values cannot be wrong.

mod channel;
mod keys;
mod nearest;
mod server;
mod value;

use std::error::Error;
use std::fmt;

pub use value::OptionValue;

/// An option that does not exist, or a value that it cannot have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidOption(String);

impl InvalidOption {
    fn new(text: String) -> Self {
        Self(text)
    }

    /// `key` is none of `known`.
    fn unknown(key: &str, known: impl IntoIterator<Item = &'static str>) -> Self {
        let text = format!("`{key}` is no option");
        Self(match nearest::nearest(key, known) {
            Some(nearest) => format!("{text}; did you mean `{nearest}`?"),
            None => text,
        })
    }
}

impl fmt::Display for InvalidOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for InvalidOption {}
