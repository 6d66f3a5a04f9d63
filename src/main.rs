//! The binary: hands arguments and standard streams to the command line and turns its answer into an exit code.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use protoc_gen_rustgrpc::cli;

fn main() -> ExitCode {
    let arguments = std::env::args_os().skip(1);
    let stdin = io::stdin();
    let interactive = stdin.is_terminal();
    match cli::run(
        arguments,
        &mut stdin.lock(),
        interactive,
        &mut io::stdout().lock(),
    ) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to tell when stderr is closed.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}
