//! What servers do, with servicers on a pool of threads: `grpc::Server`.

// The same tests run on the other face.
#![allow(clippy::duplicate_mod)]

pub(crate) mod lab {
    use std::time::Duration;

    pub(crate) use rustgrpc::Server;
    use rustgrpc::ThreadPoolExecutor;

    crate::lab::running!();

    /// Stops without blocking the test's runtime.
    #[derive(Clone)]
    pub(crate) struct Stopper(Server);

    impl From<Server> for Stopper {
        fn from(server: Server) -> Self {
            Self(server)
        }
    }

    impl Stopper {
        pub(crate) async fn stop(&self, grace: impl Into<Option<Duration>>) {
            let event = self.0.stop(grace);
            tokio::task::spawn_blocking(move || event.wait())
                .await
                .expect("the server stops");
        }
    }

    pub(crate) fn builder() -> ServerBuilder<Server> {
        Server::builder(ThreadPoolExecutor::new(32))
    }

    pub(crate) async fn start(server: &mut Server) {
        server.start().expect("a server");
    }
}

#[path = "arities.rs"]
mod arities;
#[cfg(feature = "tls")]
#[path = "call_credentials.rs"]
mod call_credentials;
#[path = "cancellation.rs"]
mod cancellation;
#[path = "cardinality.rs"]
mod cardinality;
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
