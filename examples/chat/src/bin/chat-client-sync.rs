//! Sends three messages and prints the answers.
//!
//! The calls block: no `async`, no runtime of its own.

use std::error::Error;

use chat_pb2::ChatRequest;
use chat_pb2_grpc::ChatServiceStub;
use rustgrpc as grpc;

rustgrpc::include_protos!();

fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args().nth(1).unwrap_or("localhost:50054".into());
    let channel = grpc::insecure_channel(&target);
    let stub = ChatServiceStub::new(&channel);
    let messages = ["Hello", "How are you?", "Goodbye"];
    let requests = messages.map(|text| ChatRequest {
        message: text.into(),
        ..Default::default()
    });
    let responses = stub.chat(requests);
    for response in responses {
        let response = response?;
        println!("Received: {}", response.message);
    }
    Ok(())
}
