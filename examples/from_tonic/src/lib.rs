//! One service three times, on its way from prost and tonic. Each module has `serve`, which gives its port, and `call`, which
//! gives what a client saw; any of them can talk to any other.

pub mod step1;
pub mod step2;
pub mod step3;

rustgrpc::include_protos!();
