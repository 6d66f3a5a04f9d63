//! The testee of protobuf's conformance runner: requests on stdin, responses on stdout.
//!
//! With `CONFORMANCE_DYNAMIC` in the environment, messages are read and written over their descriptors
//! (`DynamicMessage`) instead of by generated code.

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
    let mode = Mode::from_environment();
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
