//! The official gRPC interoperability tests, after gRPC's `doc/interop-test-descriptions.md`.

pub mod cases;
pub mod compression;
pub mod endpoint;
pub mod flags;
pub mod payload;
pub mod relay;
pub mod servicer;

/// What protoc-gen-rustgrpc makes of gRPC's protos.
pub mod generated {
    #![allow(missing_docs, unreachable_pub)]
    rustgrpc::include_protos!();
}

pub use generated::grpc::testing::{empty_pb2, messages_pb2, test_pb2_grpc};

/// Why a test case failed.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
