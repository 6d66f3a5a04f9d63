//! Health checking: who asks learns whether the server, or a service of it, is fit to serve. Python's `grpc_health.v1`.
//!
//! ```
//! use rustgrpc as grpc;
//! use rustgrpc::health::{self, HealthServicer, ServingStatus};
//!
//! let health = HealthServicer::new();
//! let mut server = grpc::aio::server();
//! health::add_health_servicer_to_server(health.clone(), &mut server);
//! health.set("greet.Greeter", ServingStatus::SERVING);
//! ```

mod servicer;

#[path = "../generated/grpc/health/v1/health_pb2.rs"]
#[rustfmt::skip]
#[allow(clippy::semicolon_if_nothing_returned, reason = "generated")]
pub mod health_pb2;
#[path = "../generated/grpc/health/v1/health_pb2_grpc.rs"]
#[rustfmt::skip]
#[allow(clippy::semicolon_if_nothing_returned, reason = "generated")]
pub mod health_pb2_grpc;

pub use health_pb2::health_check_response::ServingStatus;
pub use health_pb2::{
    HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse,
};
pub use health_pb2_grpc::{HealthStub, add_health_servicer_to_server};
pub use servicer::HealthServicer;

/// The full name of the service.
pub const SERVICE_NAME: &str = health_pb2_grpc::health::SERVICE_NAME;

/// The name under which the server as a whole is asked for.
pub const OVERALL_HEALTH: &str = "";
