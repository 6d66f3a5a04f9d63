//! The goldens, so that they are compiled, linted, documented and doctested as users' code is.

// Beyond what clippy asks of users by default.
#![allow(clippy::semicolon_if_nothing_returned)]

#[rustfmt::skip]
#[allow(missing_docs)]
#[path = "../golden/plain/mod.rs"]
pub mod plain;

#[rustfmt::skip]
#[allow(missing_docs)]
#[path = "../golden/names/mod.rs"]
pub mod names;

#[rustfmt::skip]
#[allow(missing_docs)]
#[path = "../golden/editions/mod.rs"]
pub mod editions;

pub mod options;
