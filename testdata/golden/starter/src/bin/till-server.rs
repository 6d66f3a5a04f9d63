//! A server of `shop.Till`. It answers every call with an empty message: a place to begin.
#![allow(deprecated)]

use rustgrpc as grpc;
use shop_starter::common::money_pb2;
use shop_starter::shop_pb2;
use shop_starter::shop_pb2_grpc;

struct Till;

impl shop_pb2_grpc::TillServicer for Till {
    async fn total(
        &self,
        request: shop_pb2::Order,
        _context: grpc::ServicerContext,
    ) -> Result<money_pb2::Money, grpc::Status> {
        println!("Total: {request:?}");
        Ok(money_pb2::Money::default())
    }

    fn watch(
        &self,
        request: grpc::protobuf::google::protobuf::empty_pb2::Empty,
        _context: grpc::ServicerContext,
    ) -> impl grpc::Stream<Item = Result<shop_pb2::Order, grpc::Status>> + Send {
        grpc::stream! {
            println!("Watch: {request:?}");
            yield shop_pb2::Order::default();
        }
    }

    async fn sum(
        &self,
        mut request_iterator: grpc::RequestIterator<shop_pb2::order::Line>,
        _context: grpc::ServicerContext,
    ) -> Result<money_pb2::Money, grpc::Status> {
        while let Some(request) = request_iterator.next().await? {
            println!("Sum: {request:?}");
        }
        Ok(money_pb2::Money::default())
    }

    fn convert(
        &self,
        mut request_iterator: grpc::RequestIterator<money_pb2::Money>,
        _context: grpc::ServicerContext,
    ) -> impl grpc::Stream<Item = Result<money_pb2::Money, grpc::Status>> + Send {
        grpc::stream! {
            while let Some(request) = request_iterator.next().await? {
                println!("Convert: {request:?}");
                yield money_pb2::Money::default();
            }
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:50051".into());
    let mut server = grpc::aio::server();
    shop_pb2_grpc::add_till_servicer_to_server(Till, &mut server);
    let port = server.add_insecure_port(&address)?;
    server.start().await?;
    println!("Listening on port {port}");
    server.wait_for_termination().await;
    Ok(())
}
