//! Sends five numbers and prints their sum.

use std::error::Error;

use rustgrpc as grpc;
use sum_stream_pb2::NumberRequest;
use sum_stream_pb2_grpc::SumServiceStub;

rustgrpc::include_protos!();

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args().nth(1).unwrap_or("localhost:50053".into());
    let channel = grpc::aio::insecure_channel(&target);
    let stub = SumServiceStub::new(&channel);
    let numbers = [1, 2, 3, 4, 5];
    let requests = numbers.map(|number| NumberRequest {
        number,
        ..Default::default()
    });
    let response = stub.calculate_sum(grpc::requests(requests)).await?;
    println!("Sum: {}", response.sum);
    Ok(())
}
