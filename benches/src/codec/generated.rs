//! What the generators made of `proto/shapes.proto`.
#![allow(clippy::all)]

/// This project's.
pub mod ours {
    mod generated {
        include!(concat!(env!("OUT_DIR"), "/mod.rs"));
    }
    pub use generated::shapes_pb2::*;
}

/// The same with `optimize_for = CODE_SIZE`.
#[cfg(feature = "code_size")]
pub mod code_size {
    mod generated {
        include!(concat!(env!("OUT_DIR"), "/code_size/mod.rs"));
    }
    pub use generated::shapes_pb2::*;
}

/// prost's.
pub mod prost {
    include!(concat!(env!("OUT_DIR"), "/prost/shapes.rs"));
}

/// buffa's.
#[cfg(feature = "peers")]
pub mod buffa {
    mod generated {
        include!(concat!(env!("OUT_DIR"), "/buffa/mod.rs"));
    }
    pub use generated::shapes::*;
}

/// Google's.
#[cfg(feature = "peers")]
pub mod google {
    include!(concat!(env!("OUT_DIR"), "/google/generated.rs"));
}

/// quick-protobuf's.
#[cfg(feature = "peers")]
#[allow(non_snake_case, non_camel_case_types, unused_imports)]
pub mod quick {
    mod shapes {
        include!(concat!(env!("OUT_DIR"), "/quick/shapes.rs"));
    }
    pub use shapes::*;
}
