//! Calls every method of `shop.Yield` with an empty message: a place to begin.
#![allow(deprecated)]

use rustgrpc as grpc;
use shop_starter::shop_pb2;
use shop_starter::shop_pb2_grpc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let target = std::env::args().nth(1).unwrap_or("localhost:50053".into());
    let channel = grpc::aio::insecure_channel(&target);
    let stub = shop_pb2_grpc::YieldStub::new(&channel);

    let request = shop_pb2::Order::default();
    let response = stub.r#await(request).await?;
    println!("Await: {response:?}");

    Ok(())
}
