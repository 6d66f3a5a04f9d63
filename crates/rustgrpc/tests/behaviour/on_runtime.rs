//! What servers do, with servicers on the runtime: `grpc::aio::Server`.

// The same tests run on the other face.
#![allow(clippy::duplicate_mod)]

pub(crate) mod lab {
    pub(crate) use rustgrpc::aio::Server;

    crate::lab::running!();

    pub(crate) type Stopper = Server;

    pub(crate) fn builder() -> ServerBuilder<Server> {
        Server::builder()
    }

    pub(crate) async fn start(server: &mut Server) {
        server.start().await.expect("a server");
    }
}

#[path = "arities.rs"]
mod arities;
#[cfg(feature = "tls")]
#[path = "call_credentials.rs"]
mod call_credentials;
#[path = "call_objects.rs"]
mod call_objects;
#[path = "cancellation.rs"]
mod cancellation;
#[path = "cardinality.rs"]
mod cardinality;
#[path = "client_interceptors.rs"]
pub(crate) mod client_interceptors;
#[path = "compression.rs"]
mod compression;
#[path = "contexts.rs"]
mod contexts;
#[path = "deadlines.rs"]
mod deadlines;
#[path = "generic_handlers.rs"]
mod generic_handlers;
#[path = "limits.rs"]
mod limits;
#[path = "load.rs"]
mod load;
#[path = "malformed.rs"]
mod malformed;
#[path = "metadata.rs"]
mod metadata;
#[path = "multi_callables.rs"]
mod multi_callables;
#[path = "raw_client.rs"]
mod raw_client;
#[path = "raw_frames.rs"]
mod raw_frames;
#[path = "request_iterators.rs"]
mod request_iterators;
#[path = "server_interceptors.rs"]
mod server_interceptors;
#[path = "statuses.rs"]
mod statuses;
#[path = "stopping.rs"]
mod stopping;
#[cfg(feature = "tls")]
#[path = "tls.rs"]
mod tls;
