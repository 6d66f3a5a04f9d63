//! A server that adds: a stream of requests, one response.
//!
//! Servicers run on ten threads, where they may block.

use std::error::Error;

use grpc::{RequestIterator, ServicerContext, Status};
use rustgrpc as grpc;
use sum_stream_pb2::{NumberRequest, SumResponse};
use sum_stream_pb2_grpc::{SumServiceServicer, add_sum_service_servicer_to_server};

rustgrpc::include_protos!();

struct SumService;

impl SumServiceServicer for SumService {
    async fn calculate_sum(
        &self,
        mut request_iterator: RequestIterator<NumberRequest>,
        _context: ServicerContext,
    ) -> Result<SumResponse, Status> {
        let mut sum: i32 = 0;
        while let Some(request) = request_iterator.next().await? {
            sum = sum
                .checked_add(request.number)
                .ok_or("the sum does not fit into int32")?;
        }
        Ok(SumResponse {
            sum,
            ..Default::default()
        })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:50053".into());
    let mut server = grpc::server(grpc::ThreadPoolExecutor::new(10));
    add_sum_service_servicer_to_server(SumService, &mut server);
    let port = server.add_insecure_port(&address)?;
    server.start()?;
    println!("Listening on port {port}");
    server.wait_for_termination();
    Ok(())
}
