//! The server's side of a call: what a servicer gets and gives, and how it is driven.

pub(crate) mod answer;
pub(crate) mod call;
#[cfg(feature = "tls")]
mod client_verifier;
pub(crate) mod connection;
mod context;
mod eager;
pub(crate) mod exchange;
mod generic_handler;
pub(crate) mod halt;
pub(crate) mod interceptor;
pub(crate) mod lifetime;
mod linger;
mod method_handler;
mod method_handlers;
mod on_pool;
mod outlet;
mod pool;
pub(crate) mod port;
mod request_iterator;
pub(crate) mod route;
pub(crate) mod security;
mod service;
#[cfg(feature = "tls")]
pub(crate) mod tls;

pub use context::ServicerContext;
pub use generic_handler::{
    GenericRpcHandler, MethodHandlersGenericHandler, method_handlers_generic_handler,
};
pub use interceptor::{HandlerCallDetails, ServerContinuation, ServerInterceptor};
pub use method_handler::{HandlerFuture, HandlerResponses, RpcMethodHandler, Served};
pub use method_handlers::{
    stream_stream_rpc_method_handler, stream_unary_rpc_method_handler,
    unary_stream_rpc_method_handler, unary_unary_rpc_method_handler,
};
pub use pool::ThreadPoolExecutor;
pub(crate) use port::Listener;
#[cfg(feature = "testing")]
pub(crate) use request_iterator::Incoming;
pub use request_iterator::RequestIterator;
#[cfg(feature = "channelz")]
pub(crate) use security::Address;
pub(crate) use security::Peer;
pub(crate) use service::{Methods, Running};
pub use service::{Responses, RpcServer, Service, Unimplemented, unimplemented};
