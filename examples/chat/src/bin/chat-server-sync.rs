//! A server that talks back: every request is answered at once.
//!
//! Servicers run on ten threads, where they may block.

use std::error::Error;

use chat_pb2::{ChatRequest, ChatResponse};
use chat_pb2_grpc::{ChatServiceServicer, add_chat_service_servicer_to_server};
use grpc::{RequestIterator, ServicerContext, Status, Stream};
use rustgrpc as grpc;

rustgrpc::include_protos!();

struct ChatService;

impl ChatServiceServicer for ChatService {
    fn chat(
        &self,
        mut request_iterator: RequestIterator<ChatRequest>,
        _context: ServicerContext,
    ) -> impl Stream<Item = Result<ChatResponse, Status>> + Send {
        grpc::stream! {
            while let Some(request) = request_iterator.next().await? {
                let message = format!("You said: {}", request.message);
                yield ChatResponse { message, ..Default::default() };
            }
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:50054".into());
    let mut server = grpc::server(grpc::ThreadPoolExecutor::new(10));
    add_chat_service_servicer_to_server(ChatService, &mut server);
    let port = server.add_insecure_port(&address)?;
    server.start()?;
    println!("Listening on port {port}");
    server.wait_for_termination();
    Ok(())
}
