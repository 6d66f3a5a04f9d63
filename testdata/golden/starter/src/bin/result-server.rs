//! A server of `shop.Result`. It answers every call with an empty message: a place to begin.
#![allow(deprecated)]

use rustgrpc as grpc;
use shop_starter::shop_pb2;
use shop_starter::shop_pb2_grpc;

struct Result_;

impl shop_pb2_grpc::ResultServicer for Result_ {
    async fn new(
        &self,
        request: shop_pb2::Order,
        _context: grpc::ServicerContext,
    ) -> Result<shop_pb2::Order, grpc::Status> {
        println!("New: {request:?}");
        Ok(shop_pb2::Order::default())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:50052".into());
    let mut server = grpc::aio::server();
    shop_pb2_grpc::add_result_servicer_to_server(Result_, &mut server);
    let port = server.add_insecure_port(&address)?;
    server.start().await?;
    println!("Listening on port {port}");
    server.wait_for_termination().await;
    Ok(())
}
