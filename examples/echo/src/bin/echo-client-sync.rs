//! Sends one message and prints its echo.
//!
//! The calls block: no `async`, no runtime of its own.

use std::error::Error;

use echo_pb2::EchoRequest;
use echo_pb2_grpc::EchoStub;
use rustgrpc as grpc;

rustgrpc::include_protos!();

fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args().nth(1).unwrap_or("localhost:50051".into());
    let channel = grpc::insecure_channel(&target);
    let stub = EchoStub::new(&channel);
    let request = EchoRequest {
        message: "test-data".into(),
        ..Default::default()
    };
    let response = stub.reply(request).wait()?;
    println!("{}", response.message);
    Ok(())
}
