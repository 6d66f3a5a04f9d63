//! The server's side of a call: what a servicer gets and gives, and how it is driven.

pub(crate) mod answer;
pub(crate) mod call;
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
mod service;

pub use context::ServicerContext;
pub use pool::ThreadPoolExecutor;
#[cfg(feature = "testing")]
pub(crate) use request_iterator::Incoming;
pub use request_iterator::RequestIterator;
pub(crate) use service::Methods;
pub use service::{Responses, RpcServer, Service, Unimplemented, unimplemented};
