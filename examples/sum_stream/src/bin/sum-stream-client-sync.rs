//! Sends five numbers and prints their sum.
//!
//! The calls block: no `async`, no runtime of its own.

use std::error::Error;

use rustgrpc as grpc;
use sum_stream_pb2::NumberRequest;
use sum_stream_pb2_grpc::SumServiceStub;

rustgrpc::include_protos!();

fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args().nth(1).unwrap_or("localhost:50053".into());
    let channel = grpc::insecure_channel(&target);
    let stub = SumServiceStub::new(&channel);
    let numbers = [1, 2, 3, 4, 5];
    let requests = numbers.map(|number| NumberRequest {
        number,
        ..Default::default()
    });
    let response = stub.calculate_sum(requests).wait()?;
    println!("Sum: {}", response.sum);
    Ok(())
}
