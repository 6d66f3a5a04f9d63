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
#[allow(missing_docs, clippy::module_inception)]
#[path = "../golden/editions/mod.rs"]
pub mod editions;

/// Extreme shapes: their output is compiled like the goldens, but too large to be read, so a build script makes it.
#[allow(missing_docs)]
pub mod shapes {
    rustgrpc::include_protos!();
}

pub mod options;
