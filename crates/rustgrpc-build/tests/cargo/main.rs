//! Packages in temporary folders, built by Cargo with a build script of this crate.
//!
//! They have no dependencies, so that nothing else is built: their build scripts start this test binary again, which
//! then runs `build_script`.

mod checked_in;
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

/// What a test of a package does that holds its generated code.
#[test]
#[ignore = "run by the tests of checked-in code"]
fn check() {
    package::check();
}
