//! Server reflection: clients such as `grpcurl` learn which services there are, and their schema. Python's
//! `grpc_reflection`, in the versions v1 and v1alpha.
//!
//! ```
//! use rustgrpc as grpc;
//! use rustgrpc::protobuf::DescriptorPool;
//! use rustgrpc::{health, reflection};
//!
//! let mut server = grpc::aio::server();
//! let mut pool = DescriptorPool::new();
//! pool.add(&health::health_pb2::DESCRIPTOR); // and those of your own modules
//! reflection::enable_server_reflection([health::SERVICE_NAME, reflection::SERVICE_NAME], pool, &mut server);
//! ```

mod client;
mod database;
mod servicer;
pub mod v1;
pub mod v1alpha;

use rustgrpc_protobuf::DescriptorPool;

use crate::RpcServer;

pub use client::ProtoReflectionDescriptorDatabase;
pub use servicer::ReflectionServicer;
pub use v1::SERVICE_NAME;

/// Makes `server` tell about these services, in both versions of the protocol. Python's
/// `reflection.enable_server_reflection`.
///
/// `pool` holds the files that define them: the `DESCRIPTOR`s of the generated modules. The services of reflection
/// itself are always known, and listed when they are among `service_names`.
pub fn enable_server_reflection(
    service_names: impl IntoIterator<Item = impl Into<String>>,
    pool: DescriptorPool,
    server: &mut impl RpcServer,
) {
    let servicer = ReflectionServicer::new(service_names, pool);
    v1::reflection_pb2_grpc::add_server_reflection_servicer_to_server(servicer.clone(), server);
    v1alpha::reflection_pb2_grpc::add_server_reflection_servicer_to_server(servicer, server);
}
