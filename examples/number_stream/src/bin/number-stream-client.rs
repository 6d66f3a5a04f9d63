//! Asks for ten numbers and prints them as they come.

use std::error::Error;

use number_stream_pb2::NumberRequest;
use number_stream_pb2_grpc::NumberServiceStub;
use rustgrpc as grpc;

rustgrpc::include_protos!();

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args().nth(1).unwrap_or("localhost:50052".into());
    let channel = grpc::aio::insecure_channel(&target);
    let stub = NumberServiceStub::new(&channel);
    let mut responses = stub.get_numbers(NumberRequest {
        limit: 10,
        ..Default::default()
    });
    while let Some(response) = responses.next().await? {
        println!("Received number: {}", response.number);
    }
    Ok(())
}
