//! A client for servers of any implementation that have the services of `peer-server`: it checks what the servers answer.
//!
//! ```text
//! peer-client --target HOST:PORT [--tls HOST:PORT --mtls HOST:PORT --certs DIR] [--flavour sync|aio] [--sync] [NAME…]
//! ```
//!
//! Prints a line per check; exits with 1 when one fails. The checks are the same for both faces of the library; `--sync`
//! runs them with the blocking one. `--flavour` says which texts the server gives to errors that handlers let out: those of
//! `grpc.server` or of `grpc.aio.server`. Names are those of checks (`tutorials::greets`) or of their modules; the others are
//! not run then.

mod arguments;
mod expected;
mod peer;
mod relay;
mod runner;

mod aio;
mod blocking;

use std::process::ExitCode;

use arguments::Arguments;

rustgrpc::include_protos!();

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(error) => {
            eprintln!("peer-client: {error}");
            return ExitCode::from(2);
        }
    };
    let checks = match arguments.sync {
        true => blocking::checks(),
        false => aio::checks(),
    };
    match runner::run(checks, &arguments) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
