//! Calls every method of `shop.Till` with an empty message: a place to begin.
#![allow(deprecated)]

use rustgrpc as grpc;
use shop_starter::common::money_pb2;
use shop_starter::shop_pb2;
use shop_starter::shop_pb2_grpc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let target = std::env::args().nth(1).unwrap_or("localhost:50051".into());
    let channel = grpc::aio::insecure_channel(&target);
    let stub = shop_pb2_grpc::TillStub::new(&channel);

    let request = shop_pb2::Order::default();
    let response = stub.total(request).await?;
    println!("Total: {response:?}");

    let request = grpc::protobuf::google::protobuf::empty_pb2::Empty::default();
    let mut responses = stub.watch(request);
    while let Some(response) = responses.next().await? {
        println!("Watch: {response:?}");
    }

    let requests = grpc::requests([shop_pb2::order::Line::default()]);
    let response = stub.sum(requests).await?;
    println!("Sum: {response:?}");

    let requests = grpc::requests([money_pb2::Money::default()]);
    let mut responses = stub.convert(requests);
    while let Some(response) = responses.next().await? {
        println!("Convert: {response:?}");
    }

    Ok(())
}
