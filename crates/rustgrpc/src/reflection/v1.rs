//! The protocol `grpc.reflection.v1`.

#[path = "../generated/grpc/reflection/v1/reflection_pb2.rs"]
#[rustfmt::skip]
#[allow(clippy::semicolon_if_nothing_returned, reason = "generated")]
pub mod reflection_pb2;
#[path = "../generated/grpc/reflection/v1/reflection_pb2_grpc.rs"]
#[rustfmt::skip]
#[allow(clippy::semicolon_if_nothing_returned, reason = "generated")]
pub mod reflection_pb2_grpc;

/// The full name of the service.
pub const SERVICE_NAME: &str = reflection_pb2_grpc::server_reflection::SERVICE_NAME;
