//! The official interop client: `interop-client --server_port=PORT --test_case=empty_unary`.
//!
//! The flags are those of gRPC's description, and `--ca_file` for `--use_test_ca`. Several test cases are separated by commas,
//! `all` stands for all of them.

use interop::cases::{self, Soak};
use interop::endpoint::{self, Endpoint};
use interop::{Failure, flags::Flags};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let known = [endpoint::FLAGS, cases::SOAK_FLAGS, &["test_case"]].concat();
    let flags = Flags::parse(std::env::args().skip(1), &known)?;
    let (endpoint, soak) = (Endpoint::new(&flags)?, Soak::new(&flags)?);
    let names = flags.text("test_case").unwrap_or("large_unary");
    let names: Vec<_> = match names {
        "all" => cases::NAMES.to_vec(),
        names => names.split(',').collect(),
    };
    let mut failed = Vec::new();
    for name in names {
        match cases::run(name, &endpoint, &soak).await {
            Ok(()) => println!("{name}: passed"),
            Err(error) => {
                println!("{name}: failed: {error}");
                failed.push(name);
            }
        }
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(format!("failed: {}", failed.join(", ")).into())
    }
}
