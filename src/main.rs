//! The binary: hands arguments and standard streams to the command line and turns its answer into an exit code.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use protoc_gen_rustgrpc::cli::{self, Console};

fn main() -> ExitCode {
    let arguments = std::env::args_os().skip(1);
    let stdin = io::stdin();
    let stderr = io::stderr();
    let mut console = Console {
        input_is_terminal: stdin.is_terminal(),
        input: &mut stdin.lock(),
        output: &mut io::stdout().lock(),
        messages_are_seen: stderr.is_terminal(),
        messages: &mut stderr.lock(),
    };
    match cli::run(arguments, &mut console) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to tell when stderr is closed.
            let _ = writeln!(console.messages, "{error}");
            ExitCode::FAILURE
        }
    }
}
