//! gRPC over HTTP/2, the parts that both sides share.

pub(crate) mod batch;
pub(crate) mod compression;
pub(crate) mod deframe;
pub(crate) mod frame;
pub(crate) mod gathering;
pub(crate) mod header;
pub(crate) mod inbound;
pub(crate) mod keepalive;
pub(crate) mod percent;
pub(crate) mod settings;
