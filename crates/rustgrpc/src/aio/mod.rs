//! Servers and channels whose calls are awaited. Python's `grpc.aio`.
//!
//! A call object exists at once and does nothing until it is awaited, read from, written to or started; until then
//! `timeout`, `metadata`, `wait_for_ready` and `compression`, Python's keyword arguments, can be set on it.
//! Dropping a call object, or the future of an awaited one, cancels the call.

mod call_methods;
mod channel;
mod channel_builder;
mod connectivity;
mod multi_callable;
mod server;
mod server_builder;
mod stream_stream;
mod stream_unary;
mod unary_response;
mod unary_stream;
mod unary_unary;

#[cfg(feature = "tower")]
pub use server::service::ServerService;
pub use {
    crate::client::handle::Call,
    channel::{Channel, insecure_channel, secure_channel},
    channel_builder::ChannelBuilder,
    multi_callable::{
        StreamStreamMultiCallable, StreamUnaryMultiCallable, UnaryStreamMultiCallable,
        UnaryUnaryMultiCallable,
    },
    server::{Server, server},
    server_builder::ServerBuilder,
    stream_stream::StreamStreamCall,
    stream_unary::StreamUnaryCall,
    unary_response::UnaryResponse,
    unary_stream::UnaryStreamCall,
    unary_unary::UnaryUnaryCall,
};
