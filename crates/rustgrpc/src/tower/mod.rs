//! Interop with [tower](https://docs.rs/tower): servers as services, and channels that call through one.
//!
//! [`Server::into_service`](crate::aio::Server::into_service) mounts a server beside other HTTP routes, in axum for example:
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use rustgrpc::health::{self, HealthServicer};
//!
//! let mut server = rustgrpc::aio::server();
//! health::add_health_servicer_to_server(HealthServicer::new(), &mut server);
//! let app = axum::Router::new()
//!     .route("/", axum::routing::get(|| async { "hello" }))
//!     .route_service("/grpc.health.v1.Health/{method}", server.into_service());
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:50051").await?;
//! axum::serve(listener, app).await
//! # }
//! ```
//!
//! [`Channel::from_service`](crate::aio::Channel::from_service) calls through a service, a tonic channel for example:
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use rustgrpc::aio::Channel;
//! use tower::ServiceExt;
//!
//! let tonic = tonic::transport::Endpoint::from_static("http://127.0.0.1:50051").connect_lazy();
//! let channel = Channel::from_service(
//!     tonic.map_request(|request: http::Request<_>| request.map(tonic::body::Body::new)),
//! );
//! # Ok(())
//! # }
//! ```

mod channel;
mod relay;
mod request_body;
mod response;

pub use crate::aio::ServerService;
pub use request_body::RequestBody;
pub use response::{ResponseBody, ResponseFuture};
