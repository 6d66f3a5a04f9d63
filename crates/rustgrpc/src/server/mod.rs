//! The server's side of a call: what a servicer gets and gives, and how it is driven.

pub(crate) mod answer;
pub(crate) mod call;
#[cfg(feature = "tls")]
mod client_verifier;
pub(crate) mod connection;
mod context;
pub(crate) mod exchange;
pub(crate) mod halt;
pub(crate) mod lifetime;
mod linger;
mod on_pool;
mod pool;
pub(crate) mod port;
mod request_iterator;
pub(crate) mod route;
pub(crate) mod security;
mod service;
#[cfg(feature = "tls")]
pub(crate) mod tls;

pub use context::ServicerContext;
pub use pool::ThreadPoolExecutor;
pub use request_iterator::RequestIterator;
pub(crate) use service::Methods;
pub use service::{Responses, RpcServer, Service, Unimplemented, unimplemented};
