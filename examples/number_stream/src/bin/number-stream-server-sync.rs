//! A server that counts: one request, a stream of responses.
//!
//! Servicers run on ten threads, where they may block.

use std::error::Error;

use grpc::{ServicerContext, Status, Stream};
use number_stream_pb2::{NumberRequest, NumberResponse};
use number_stream_pb2_grpc::{NumberServiceServicer, add_number_service_servicer_to_server};
use rustgrpc as grpc;

rustgrpc::include_protos!();

struct NumberService;

impl NumberServiceServicer for NumberService {
    fn get_numbers(
        &self,
        request: NumberRequest,
        _context: ServicerContext,
    ) -> impl Stream<Item = Result<NumberResponse, Status>> + Send {
        grpc::stream! {
            for number in 0..request.limit {
                yield NumberResponse { number, ..Default::default() };
            }
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:50052".into());
    let mut server = grpc::server(grpc::ThreadPoolExecutor::new(10));
    add_number_service_servicer_to_server(NumberService, &mut server);
    let port = server.add_insecure_port(&address)?;
    server.start()?;
    println!("Listening on port {port}");
    server.wait_for_termination();
    Ok(())
}
