//! JSON in both directions: every type, every rule of ProtoJSON, Python's texts, hostile input.

mod any;
mod extensions;
mod fields;
mod hostile;
mod printing;
mod scalars;
mod schema;
#[cfg(feature = "serde")]
mod serde;
mod structure;
mod well_known;
