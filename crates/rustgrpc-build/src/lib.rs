//! Compiles `.proto` files in a build script, with no protoc needed.
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), rustgrpc_build::Error> {
//!     rustgrpc_build::compile_protos(&["proto/greet.proto"], &["proto"])
//! }
//! ```
//!
//! Files are generated if they are named, as with protoc; what they import is named too, or comes
//! [from another crate](#protos-of-other-crates).
//!
//! The generated modules are mounted with `rustgrpc::include_protos!()`, at the crate's root or in
//! any module: `greet.proto` becomes `greet_pb2` and `greet_pb2_grpc`. With
//! [`Builder::out_dir`] they go to a folder of the source tree instead, to be checked in and mounted
//! with `mod`.
//!
//! Cargo runs the build script again when one of the given files or one of the files that
//! they import has changed, and not otherwise. A file is written only when its bytes change.
//!
//! # Checked-in code
//!
//! A crate can hold its generated code instead: those who build it need neither this crate nor the protos. A test writes
//! it and, in CI, finds that it is not up to date. With `rustgrpc-build` in the `[dev-dependencies]` and no build script,
//! that is:
//!
//! ```no_run
//! // tests/generated.rs; src/lib.rs says `pub mod protos;`
//! # mod in_a_test {
//! #[test]
//! fn generated_code_is_up_to_date() -> Result<(), rustgrpc_build::Error> {
//!     rustgrpc_build::configure()
//!         .out_dir("src/protos")
//!         .check_protos(&["proto/greet.proto"], &["proto"])
//! }
//! # }
//! ```
//!
//! ```text
//! mkdir -p src/protos && touch src/protos/mod.rs    # once, so that `pub mod protos;` compiles
//! UPDATE_GENERATED=1 cargo test --test generated    # writes, now and after each change of the protos
//! cargo test                                        # fails with a diff if that was forgotten
//! ```
//!
//! Without a line of Rust, `protoc-gen-rustgrpc -Iproto --rustgrpc_out=src/protos greet.proto` writes the same files, and
//! with `check` before the flags it compares them and ends with exit code 1 if they differ.
//!
//! # Protos of other crates
//!
//! A crate can export its protos. Its dependents then import them with no list of folders or types, and their messages
//! have the types of that crate in their fields. The crate that exports has a `links` key in its manifest, which no
//! other package may have,
//!
//! ```toml
//! [package]
//! name = "money-protos"
//! links = "money_protos"
//! include = ["build.rs", "proto", "src"]    # dependents read the protos
//! ```
//!
//! and a build script that says in which module dependents find what was generated:
//!
//! ```no_run
//! // build.rs of `money-protos`, whose src/lib.rs says `rustgrpc::include_protos!();`
//! fn main() -> Result<(), rustgrpc_build::Error> {
//!     rustgrpc_build::configure()
//!         .export("::money_protos")
//!         .compile_protos(&["proto/money/v1/money.proto"], &["proto"])
//! }
//! ```
//!
//! A crate that has `money-protos` among its `[dependencies]` imports from it:
//!
//! ```proto
//! import "money/v1/money.proto";
//!
//! message Order { money.v1.Money total = 1; }
//! ```
//!
//! ```no_run
//! // build.rs; `total` is an `Option<::money_protos::money::v1::money_pb2::Money>`
//! fn main() -> Result<(), rustgrpc_build::Error> {
//!     rustgrpc_build::compile_protos(&["proto/shop/v1/shop.proto"], &["proto"])
//! }
//! ```
//!
//! The packages `examples/money_protos` and `examples/till` of the repository are this example. With
//! [`messages(false)`](Builder::messages) a crate adds stubs and servicers to the messages of another one.
//! A file that is found in the crate's own folders comes first.
//! What Cargo hands on are the variables `DEP_MONEY_PROTOS_RUSTGRPC_PROTO_PATH` and `DEP_MONEY_PROTOS_RUSTGRPC_MODULES`, to direct
//! dependents only; a crate therefore exports what it has from others with its own protos. Export once in a build
//! script: of a second call, Cargo would forget the first.

mod builder;
mod compilation;
mod error;
mod exports;
mod parameter;
mod stale;

use std::path::Path;

pub use builder::{Builder, Optimize};
pub use error::Error;

/// Compiles the given files into `OUT_DIR`, with every option at its default.
///
/// A file is named by its path, which must lie in one of the `includes`, or by the name under which
/// it would be imported. Mirrors `python -m grpc_tools.protoc -Iinclude --python_out=.
/// --grpc_python_out=. file.proto`.
///
/// # Errors
///
/// Every error in the files, each with its place and source line, or the path that cannot be read
/// or written. `main` may return it: Cargo then shows it as it stands.
pub fn compile_protos(
    protos: &[impl AsRef<Path>],
    includes: &[impl AsRef<Path>],
) -> Result<(), Error> {
    configure().compile_protos(protos, includes)
}

/// A [`Builder`] with every option at its default.
pub fn configure() -> Builder {
    Builder::new()
}
