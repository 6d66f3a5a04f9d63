//! The testee of protobuf's conformance runner: requests on stdin, responses on stdout.
//!
//! `CONFORMANCE_MODE` in the environment says how messages are read and written: by generated code (`speed`, the default), by
//! generated code with `optimize_for = CODE_SIZE` (`code_size`), or over their descriptors (`dynamic`: `DynamicMessage`).

#[expect(
    unreachable_pub,
    reason = "generated code is written to be a library's, and these lints are this workspace's choice"
)]
mod code_size {
    include!(concat!(env!("OUT_DIR"), "/mod.rs"));
}
mod frame;
#[expect(
    unreachable_pub,
    clippy::semicolon_if_nothing_returned,
    reason = "generated code is written to be a library's, and these lints are this workspace's choice"
)]
mod generated;
mod subject;
mod testee;

use std::io;
use std::process::ExitCode;

use generated::conformance::conformance_pb2::{ConformanceRequest, ConformanceResponse};
use rustgrpc_protobuf::Message;

use subject::Mode;

fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("conformance-testee: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> io::Result<()> {
    let mode = Mode::from_environment().map_err(io::Error::other)?;
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    while let Some(bytes) = frame::read(&mut input)? {
        let response = match ConformanceRequest::parse(&bytes) {
            Ok(request) => testee::respond(&request, mode),
            Err(error) => ConformanceResponse::new().with_runtime_error(error.to_string()),
        };
        frame::write(&mut output, &response.serialize())?;
    }
    Ok(())
}
