//! The gRPC runtime.
