//! Asks for ten numbers and prints them as they come.
//!
//! The calls block: no `async`, no runtime of its own.

use std::error::Error;

use number_stream_pb2::NumberRequest;
use number_stream_pb2_grpc::NumberServiceStub;
use rustgrpc as grpc;

rustgrpc::include_protos!();

fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args().nth(1).unwrap_or("localhost:50052".into());
    let channel = grpc::insecure_channel(&target);
    let stub = NumberServiceStub::new(&channel);
    let responses = stub.get_numbers(NumberRequest {
        limit: 10,
        ..Default::default()
    });
    for response in responses {
        let response = response?;
        println!("Received number: {}", response.number);
    }
    Ok(())
}
