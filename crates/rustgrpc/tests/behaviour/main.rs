//! How servers and channels behave, after `BEHAVIOUR` rows of gRPC Python.

// The generated modules are made for crates that export them.
#![allow(missing_docs, unreachable_pub)]

#[path = "../hand/awkward_pb2_grpc.rs"]
mod awkward_pb2_grpc;
#[path = "../hand/greet_pb2.rs"]
mod greet_pb2;
#[path = "../hand/greet_pb2_grpc.rs"]
mod greet_pb2_grpc;

mod arities;
#[cfg(feature = "tls")]
mod call_credentials;
mod cancellation;
#[cfg(feature = "tls")]
mod certificates;
mod compression;
mod connecting;
mod deadlines;
mod lab;
mod limits;
mod load;
mod metadata;
mod raw_client;
mod raw_server;
mod statuses;
mod stopping;
#[cfg(feature = "tls")]
mod tls;
