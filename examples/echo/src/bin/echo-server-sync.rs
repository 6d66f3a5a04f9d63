//! A server that echoes: `echo.Echo/Reply`.
//!
//! Servicers run on ten threads, where they may block.

use std::error::Error;

use echo_pb2::{EchoReply, EchoRequest};
use echo_pb2_grpc::{EchoServicer, add_echo_servicer_to_server};
use grpc::{ServicerContext, Status};
use rustgrpc as grpc;

rustgrpc::include_protos!();

struct Echoer;

impl EchoServicer for Echoer {
    async fn reply(
        &self,
        request: EchoRequest,
        _context: ServicerContext,
    ) -> Result<EchoReply, Status> {
        Ok(EchoReply {
            message: format!("You said: {}", request.message),
            ..Default::default()
        })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:50051".into());
    let mut server = grpc::server(grpc::ThreadPoolExecutor::new(10));
    add_echo_servicer_to_server(Echoer, &mut server);
    let port = server.add_insecure_port(&address)?;
    server.start()?;
    println!("Listening on port {port}");
    server.wait_for_termination();
    Ok(())
}
