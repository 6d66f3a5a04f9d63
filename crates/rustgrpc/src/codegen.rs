//! What generated code names. Not for use by hand: names here change with the generator.

#[cfg(feature = "transport")]
pub use {
    crate::{
        MethodDescriptor, RequestIterator, RpcServer, ServicerContext, Status, aio,
        server::{Responses, Service, Unimplemented, unimplemented},
    },
    async_stream,
    core::future::Future,
    futures_core::Stream,
    std::sync::Arc,
};
/// Refuses, when the generated code is compiled, a generator newer than this runtime.
pub const fn require_version(_generator: &str) {}
