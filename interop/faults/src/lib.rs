//! What servers and channels do under load and when things break: checks that print figures and have bounds.

pub mod checks;
pub mod figures;
pub mod patience;
pub mod proxy;
pub mod random;
pub mod raw;
pub mod servicer;
pub mod usage;
pub mod victim;

/// What protoc-gen-rustgrpc makes of `faults.proto`.
pub mod generated {
    #![allow(missing_docs, unreachable_pub)]
    rustgrpc::include_protos!();
}

pub use generated::{faults_pb2, faults_pb2_grpc};

/// Why a check could not be brought to its end.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
