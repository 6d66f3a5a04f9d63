//! A server of `shop.Yield`. It answers every call with an empty message: a place to begin.
#![allow(deprecated)]

use rustgrpc as grpc;
use shop_starter::shop_pb2;
use shop_starter::shop_pb2_grpc;

struct Yield;

impl shop_pb2_grpc::YieldServicer for Yield {
    async fn r#await(
        &self,
        request: shop_pb2::Order,
        _context: grpc::ServicerContext,
    ) -> Result<shop_pb2::Order, grpc::Status> {
        println!("Await: {request:?}");
        Ok(shop_pb2::Order::default())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:50053".into());
    let mut server = grpc::aio::server();
    shop_pb2_grpc::add_yield_servicer_to_server(Yield, &mut server);
    let port = server.add_insecure_port(&address)?;
    server.start().await?;
    println!("Listening on port {port}");
    server.wait_for_termination().await;
    Ok(())
}
