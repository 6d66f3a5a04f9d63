//! Calls the greeter with keyword arguments and looks at the call, Python's `with_call`.
//!
//! The calls block: no `async`, no runtime of its own.

use std::error::Error;
use std::time::Duration;

use hello_pb2::HelloRequest;
use hello_pb2_grpc::GreeterStub;
use rustgrpc as grpc;

rustgrpc::include_protos!();

fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args().nth(1).unwrap_or("localhost:50051".into());
    let channel = grpc::insecure_channel(&target);
    let stub = GreeterStub::new(&channel);
    let request = HelloRequest {
        name: "Alice".into(),
        ..Default::default()
    };
    let (response, call) = stub
        .say_hello(request)
        .timeout(Duration::from_secs(5))
        .metadata([("k", "v")])
        .with_call()
        .wait()?;
    println!("{}", response.message);
    let trailing_metadata = call.trailing_metadata();
    println!(
        "{}, {} trailing metadata",
        call.code(),
        trailing_metadata.len()
    );
    Ok(())
}
