//! Servers and channels whose calls block. They stand at the root of the crate, as in Python's `grpc`.
//!
//! Everything here wraps `aio`: the futures of a call are polled on the thread that waits for them, and what goes on by
//! itself (connections, timers, uploads) runs on one tokio runtime of the process.

mod blocking;
mod call;
mod call_methods;
mod channel;
mod connectivity;
mod future;
mod multi_callable;
mod pump;
mod runtime;
mod server;
mod stream_stream;
mod stream_unary;
mod unary_stream;
mod unary_unary;
mod with_call;
mod written;

pub use {
    call::Call,
    channel::{Channel, insecure_channel},
    future::{CallFuture, FutureError},
    multi_callable::{
        StreamStreamMultiCallable, StreamUnaryMultiCallable, UnaryStreamMultiCallable,
        UnaryUnaryMultiCallable,
    },
    server::{Server, ShutdownEvent, server},
    stream_stream::StreamStreamCall,
    stream_unary::StreamUnaryCall,
    unary_stream::UnaryStreamCall,
    unary_unary::UnaryUnaryCall,
    with_call::WithCall,
};
