//! How servers and channels behave, after `BEHAVIOUR` rows of gRPC Python.

// The generated modules are made for crates that export them.
#![allow(missing_docs, unreachable_pub)]

#[path = "../hand/awkward_pb2_grpc.rs"]
mod awkward_pb2_grpc;
#[path = "../hand/greet_pb2.rs"]
mod greet_pb2;
#[path = "../hand/greet_pb2_grpc.rs"]
mod greet_pb2_grpc;

mod add_ons;
mod balancing;
#[cfg(feature = "tls")]
mod certificates;
mod connecting;
mod connection_life;
mod connection_options;
mod connectivity;
mod heads;
mod lab;
mod on_runtime;
mod on_threads;
mod options;
mod ports;
mod raw_server;
mod retries;
#[cfg(feature = "tls")]
mod secure_by_name;
mod service_config;
mod sync_calls;
mod sync_client;
mod sync_interceptors;
mod sync_lab;
mod sync_server;
mod unprocessed;
