//! What the generators made of `proto/shapes.proto`.
#![allow(clippy::all)]

/// This project's.
pub mod ours {
    mod generated {
        include!(concat!(env!("OUT_DIR"), "/mod.rs"));
    }
    pub use generated::shapes_pb2::*;
}

/// prost's.
pub mod prost {
    include!(concat!(env!("OUT_DIR"), "/prost/shapes.rs"));
}
