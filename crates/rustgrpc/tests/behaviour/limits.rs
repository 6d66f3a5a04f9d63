//! Message size limits, concurrency, compression: C10, C11, C17.

use rustgrpc as grpc;
use rustgrpc::aio::{Channel, ChannelBuilder};
use rustgrpc::{Compression, StatusCode};

use super::lab::{Running, builder, request, run, run_with};
use crate::greet_pb2::HelloRequest;
use crate::greet_pb2_grpc::GreeterStub;

fn stub(lab: &Running, configure: impl Fn(ChannelBuilder) -> ChannelBuilder) -> GreeterStub {
    GreeterStub::new(&configure(Channel::builder(format!("127.0.0.1:{}", lab.port))).build())
}

fn bytes(length: usize) -> HelloRequest {
    HelloRequest {
        data: vec![0; length],
        ..Default::default()
    }
}

fn assert_exhausted<T: std::fmt::Debug>(result: Result<T, grpc::RpcError>, details: &str) {
    let error = result.unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::ResourceExhausted, details)
    );
}

/// C11.1-3, C11.5, C11.7.
#[tokio::test]
async fn four_mebibytes_are_received_by_default() {
    let lab = run().await;
    let mebibytes = 4 << 20;
    // Tag and length of the bytes field take five bytes, the count four.
    assert!(
        lab.stub
            .say_hello(request("blob", mebibytes - 10))
            .await
            .is_ok()
    );
    let too_much = lab.stub.say_hello(request("blob", mebibytes + 100)).await;
    let text = "Stream removed (CLIENT: Received message larger than max (4194409 vs. 4194304))";
    assert_exhausted(too_much, text);
    let too_much = lab.stub.say_hello(bytes((4 << 20) + 100)).await;
    assert_exhausted(
        too_much,
        "SERVER: Received message larger than max (4194409 vs. 4194304)",
    );
    let two = grpc::requests([bytes(1), bytes((4 << 20) + 100)]);
    let too_much = lab.stub.lots_of_greetings(two).await;
    assert_exhausted(
        too_much,
        "SERVER: Received message larger than max (4194409 vs. 4194304)",
    );
    let unlimited = stub(&lab, |channel| channel.max_receive_message_length(None));
    let reply = unlimited.say_hello(request("blob", 8 << 20)).await.unwrap();
    assert_eq!(reply.data.len(), 8 << 20);
}

/// C11.6, C11.8-10.
#[tokio::test]
async fn limits_of_the_channel() {
    let lab = run().await;
    let receiver = stub(&lab, |channel| channel.max_receive_message_length(1000));
    let exactly = receiver.say_hello(request("blob", 997)).await.unwrap();
    assert_eq!(exactly.data.len(), 997);
    let over = receiver.say_hello(request("blob", 998)).await;
    let text = "Stream removed (CLIENT: Received message larger than max (1001 vs. 1000))";
    assert_exhausted(over, text);
    let sender = stub(&lab, |channel| channel.max_send_message_length(100));
    let text = "CLIENT: Sent message larger than max (203 vs. 100)";
    assert_exhausted(sender.say_hello(bytes(200)).await, text);
    let two = grpc::requests([bytes(1), bytes(200)]);
    assert_exhausted(sender.lots_of_greetings(two).await, text);
}

/// C11.11-13.
#[tokio::test]
async fn limits_of_the_server() {
    let limited = builder()
        .max_receive_message_length(100)
        .max_send_message_length(100);
    let lab = run_with(limited).await;
    let text = "SERVER: Received message larger than max (203 vs. 100)";
    assert_exhausted(lab.stub.say_hello(bytes(200)).await, text);
    let text = "SERVER: Sent message larger than max (203 vs. 100)";
    assert_exhausted(lab.stub.say_hello(request("blob", 200)).await, text);
    let zipped = lab
        .stub
        .say_hello(bytes(5000))
        .compression(Compression::Gzip)
        .await;
    assert_exhausted(zipped, "Decompressed message larger than max");
}

/// C11.15.
#[tokio::test]
async fn a_bomb_does_not_reach_the_caller() {
    let lab = run_with(builder().compression(Compression::Gzip)).await;
    let careful = stub(&lab, |channel| channel.max_receive_message_length(1000));
    let bomb = careful.say_hello(request("blob", 5000)).await;
    assert_exhausted(bomb, "Decompressed message larger than max");
}

#[tokio::test]
async fn compressed_both_ways() {
    for compression in [
        Compression::NoCompression,
        Compression::Deflate,
        Compression::Gzip,
    ] {
        let lab = run_with(builder().compression(compression)).await;
        let stub = stub(&lab, |channel| channel.compression(compression));
        let mut data = bytes(100_000);
        data.name = "echo".into();
        let reply = stub.say_hello(data).await.unwrap();
        assert_eq!(reply.data, vec![0; 100_000]);
        assert_eq!(
            stub.say_hello(request("tiny", 0)).await.unwrap().message,
            "Hello, tiny!"
        );
    }
}

/// C10.1.
#[tokio::test]
async fn calls_beyond_the_limit_are_refused() {
    let lab = run_with(builder().maximum_concurrent_rpcs(2)).await;
    let held: Vec<_> = (0..2)
        .map(|_| tokio::spawn(lab.stub.say_hello(request("hold", 0)).into_future()))
        .collect();
    lab.begun(2).await;
    let text = "Concurrent RPC limit exceeded!";
    assert_exhausted(lab.stub.say_hello(request("", 0)).await, text);
    lab.seen.gate.open();
    for call in held {
        call.await.unwrap().unwrap();
    }
    lab.stub.say_hello(request("", 0)).await.unwrap();
}
