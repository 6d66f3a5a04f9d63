//! Packages in temporary folders, built by Cargo with a build script of this crate.
//!
//! They have no dependencies, so that nothing else is built: their build scripts start this test binary again, which
//! then runs `build_script`.

mod compilers;
mod exports;
mod outputs;
mod package;
mod rerun;

/// What the build scripts do; the variables `PROTOS`, `INCLUDES` and `OPTIONS` say with what.
#[test]
#[ignore = "run by the build scripts of the other tests"]
fn build_script() {
    package::build_script();
}
