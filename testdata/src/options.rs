//! What parameters change.

#[rustfmt::skip]
#[allow(missing_docs)]
#[path = "../golden/options/attributes/mod.rs"]
pub mod attributes;

#[rustfmt::skip]
#[allow(missing_docs)]
#[path = "../golden/options/client_only/mod.rs"]
pub mod client_only;

#[rustfmt::skip]
#[allow(missing_docs)]
#[path = "../golden/options/code_size/mod.rs"]
pub mod code_size;

#[rustfmt::skip]
#[allow(missing_docs)]
#[path = "../golden/options/drop/mod.rs"]
pub mod drop;

#[rustfmt::skip]
#[allow(missing_docs)]
#[path = "../golden/options/foreign/mod.rs"]
pub mod foreign;

#[rustfmt::skip]
#[allow(missing_docs)]
#[path = "../golden/options/types/lib.rs"]
pub mod types;
