//! Sends three messages and prints the answers.

use std::error::Error;

use chat_pb2::ChatRequest;
use chat_pb2_grpc::ChatServiceStub;
use rustgrpc as grpc;

rustgrpc::include_protos!();

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args().nth(1).unwrap_or("localhost:50054".into());
    let channel = grpc::aio::insecure_channel(&target);
    let stub = ChatServiceStub::new(&channel);
    let messages = ["Hello", "How are you?", "Goodbye"];
    let requests = messages.map(|text| ChatRequest {
        message: text.into(),
        ..Default::default()
    });
    let mut responses = stub.chat(grpc::requests(requests));
    while let Some(response) = responses.next().await? {
        println!("Received: {}", response.message);
    }
    Ok(())
}
