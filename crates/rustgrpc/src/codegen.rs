//! What generated code names. Not for use by hand: names here change with the generator.

pub use rustgrpc_protobuf::codegen::*;

#[cfg(feature = "transport")]
pub use {
    crate::{
        Channel, MethodDescriptor, RequestIterator, RpcServer, ServicerContext, Status,
        StreamStreamCall, StreamUnaryCall, UnaryStreamCall, UnaryUnaryCall, aio,
        server::{Responses, Service, Unimplemented, unimplemented},
    },
    async_stream,
    core::future::Future,
    futures_core::Stream,
    std::sync::Arc,
};
