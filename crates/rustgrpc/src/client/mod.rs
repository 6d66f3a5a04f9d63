//! The client's side of a call: from the target to the messages.

pub(crate) mod backoff;
pub(crate) mod balance;
pub(crate) mod call;
pub(crate) mod connection;
pub(crate) mod connectivity;
pub(crate) mod connector;
pub(crate) mod handle;
pub(crate) mod head;
#[cfg(feature = "_in_process")]
pub(crate) mod in_process;
pub(crate) mod interceptor;
pub(crate) mod messages;
pub(crate) mod outcome;
pub(crate) mod proxy;
pub(crate) mod retry;
pub(crate) mod security;
pub(crate) mod service_config;
pub(crate) mod target;
#[cfg(feature = "tls")]
pub(crate) mod tls;
pub(crate) mod transport;
pub(crate) mod upload;
#[cfg(feature = "tls")]
pub(crate) mod verifier;
