//! Messages with random contents, and the same schema as two generators see it.

/// What this project's generator writes.
#[allow(missing_docs, clippy::semicolon_if_nothing_returned)]
pub mod ours {
    include!(concat!(env!("OUT_DIR"), "/mod.rs"));
}

/// What this project's generator writes of the protos of the conformance suite.
#[allow(missing_docs, clippy::semicolon_if_nothing_returned)]
#[path = "../../conformance/src/generated/mod.rs"]
pub mod suite;

/// What prost's generator writes.
#[allow(missing_docs, clippy::all, rustdoc::all)]
pub mod prosts {
    include!(concat!(env!("OUT_DIR"), "/prost/mod.rs"));
}

mod fill;
mod random;

pub use fill::fill;
pub use random::Random;
