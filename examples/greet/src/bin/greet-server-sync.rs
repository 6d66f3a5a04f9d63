//! A server that greets: `greet.Greeter/SayHello`.
//!
//! Servicers run on ten threads, where they may block.

use std::error::Error;

use greet_pb2::{HelloReply, HelloRequest};
use greet_pb2_grpc::{GreeterServicer, add_greeter_servicer_to_server};
use grpc::{ServicerContext, Status};
use rustgrpc as grpc;

rustgrpc::include_protos!();

struct Greeter;

impl GreeterServicer for Greeter {
    async fn say_hello(
        &self,
        request: HelloRequest,
        _context: ServicerContext,
    ) -> Result<HelloReply, Status> {
        Ok(HelloReply {
            message: format!("Hello, {}!", request.name),
            ..Default::default()
        })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:50051".into());
    let mut server = grpc::server(grpc::ThreadPoolExecutor::new(10));
    add_greeter_servicer_to_server(Greeter, &mut server);
    let port = server.add_insecure_port(&address)?;
    server.start()?;
    println!("Listening on port {port}");
    server.wait_for_termination();
    Ok(())
}
