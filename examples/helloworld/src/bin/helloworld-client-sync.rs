//! Calls a service without a package.
//!
//! The calls block: no `async`, no runtime of its own.

use std::error::Error;

use helloworld_pb2::HelloRequest;
use helloworld_pb2_grpc::GreeterStub;
use rustgrpc as grpc;

rustgrpc::include_protos!();

fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args().nth(1).unwrap_or("localhost:50051".into());
    let channel = grpc::insecure_channel(&target);
    let stub = GreeterStub::new(&channel);
    let mut request = HelloRequest::new();
    request.name = "World".into();
    let response = stub.say_hello(request).wait()?;
    println!("Greeter client received: {}", response.message);
    Ok(())
}
