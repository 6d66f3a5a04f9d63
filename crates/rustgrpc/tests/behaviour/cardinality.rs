//! Methods that are not there, and calls of another arity than their method: C2.

use std::sync::Arc;

use rustgrpc as grpc;
use rustgrpc::{MethodDescriptor, RpcError, StatusCode};

use super::lab::{Running, builder, request, run, start};
use crate::greet_pb2::{HelloReply, HelloRequest};
use crate::greet_pb2_grpc::{GreeterServicer, add_greeter_servicer_to_server};

const SAY_HELLO: &str = "/greet.Greeter/SayHello";
const LOTS_OF_REPLIES: &str = "/greet.Greeter/LotsOfReplies";
const LOTS_OF_GREETINGS: &str = "/greet.Greeter/LotsOfGreetings";

async fn unary(lab: &Running, path: &str, count: i32) -> Result<HelloReply, RpcError> {
    let method = MethodDescriptor::new(path, false, false);
    lab.channel.unary_unary(method, request("", count)).await
}

async fn sending(lab: &Running, path: &str, names: &[&str]) -> Result<HelloReply, RpcError> {
    let method = MethodDescriptor::new(path, true, false);
    let requests: Vec<_> = names.iter().map(|name| request(name, 3)).collect();
    lab.channel
        .stream_unary(method, grpc::requests(requests))
        .await
}

fn assert_end(error: &RpcError, code: StatusCode, details: &str) {
    assert_eq!((error.code(), error.details()), (code, details));
}

/// C2.1-3, C2.5, C2.8-9; of C2.4 and C2.6-7 is said at once what Python asks the server for.
#[tokio::test]
async fn names_of_no_method() {
    let lab = run().await;
    let unknown = (StatusCode::Unimplemented, "Method not found!");
    let no_path = (StatusCode::Internal, "Invalid method name");
    for (path, (code, details)) in [
        ("/greet.Greeter/Nope", unknown),
        ("/no.Such/Thing", unknown),
        ("/greet.Greeter", unknown),
        ("/", unknown),
        ("/greet.Greeter/SayHello/", unknown),
        ("/GREET.greeter/SayHello", unknown),
        ("greet.Greeter/SayHello", no_path),
        ("", no_path),
    ] {
        let error = unary(&lab, path, 0).await.expect_err(path);
        assert_end(&error, code, details);
    }
    assert!(!lab.seen.has_begun(1));
}

/// C2.10, C2.11.
#[tokio::test]
async fn a_server_without_handlers() {
    let mut server = builder().build();
    let port = server.add_insecure_port("127.0.0.1:0").unwrap();
    start(&mut server).await;
    let channel = grpc::aio::insecure_channel(format!("127.0.0.1:{port}"));
    let stub = crate::greet_pb2_grpc::GreeterStub::new(&channel);
    let error = stub.say_hello(request("", 0)).await.unwrap_err();
    assert_end(&error, StatusCode::Unimplemented, "Method not found!");
    let mut chat = stub.bidi_hello(grpc::requests([request("", 0)]));
    let error = chat.next().await.unwrap_err();
    assert_end(&error, StatusCode::Unimplemented, "Method not found!");
}

/// C2.12, C23.16: Python waits for its deadline.
#[tokio::test]
async fn more_responses_than_one() {
    let lab = run().await;
    let error = unary(&lab, LOTS_OF_REPLIES, 3).await.unwrap_err();
    let details = "Received more than one response message";
    assert_end(&error, StatusCode::Internal, details);
    lab.dropped(1).await;
}

/// C2.13-17.
#[tokio::test]
async fn other_than_one_request() {
    let lab = run().await;
    let reply = sending(&lab, SAY_HELLO, &["1", "2"]).await.unwrap();
    assert_eq!(reply.message, "Hello, 1!");
    let details = "\"b''\" requires exactly one request message.";
    let error = sending(&lab, SAY_HELLO, &[]).await.unwrap_err();
    assert_end(&error, StatusCode::Unimplemented, details);
    let method = MethodDescriptor::new(LOTS_OF_REPLIES, true, true);
    let none: [HelloRequest; 0] = [];
    let mut call = lab
        .channel
        .stream_stream::<_, HelloReply>(method, grpc::requests(none));
    let error = call.next().await.unwrap_err();
    assert_end(&error, StatusCode::Unimplemented, details);
}

/// C2.18, C2.19.
#[tokio::test]
async fn one_as_a_stream() {
    let lab = run().await;
    let method = MethodDescriptor::new(SAY_HELLO, false, true);
    let mut call = lab
        .channel
        .unary_stream::<_, HelloReply>(method, request("x", 0));
    assert_eq!(call.next().await.unwrap().unwrap().message, "Hello, x!");
    assert_eq!(call.next().await.unwrap(), None);
    assert_eq!(call.code().await, StatusCode::Ok);
    assert_eq!(unary(&lab, LOTS_OF_GREETINGS, 4).await.unwrap().count, 4);
}

/// Has its responses ready, or none of them.
struct Ready(Vec<i32>);

impl GreeterServicer for Ready {
    fn lots_of_replies(
        &self,
        request: HelloRequest,
        _context: grpc::ServicerContext,
    ) -> impl grpc::Stream<Item = Result<HelloReply, grpc::Status>> + Send {
        assert_ne!(request.name, "panic", "not a stream");
        futures_util::stream::iter(self.0.clone().into_iter().map(|count| {
            Ok(HelloReply {
                count,
                ..Default::default()
            })
        }))
    }
}

/// C6.35-37, C6.41: any stream will do. C3.28: also a failure before there is a stream is one of iterating.
#[tokio::test]
async fn a_stream_that_is_no_generator() {
    let mut server = builder().build();
    add_greeter_servicer_to_server(Arc::new(Ready(vec![1, 2])), &mut server);
    let port = server.add_insecure_port("127.0.0.1:0").unwrap();
    start(&mut server).await;
    let channel = grpc::aio::insecure_channel(format!("127.0.0.1:{port}"));
    let stub = crate::greet_pb2_grpc::GreeterStub::new(&channel);
    let mut call = stub.lots_of_replies(request("", 0));
    for count in [1, 2] {
        assert_eq!(call.next().await.unwrap().unwrap().count, count);
    }
    assert_eq!(call.next().await.unwrap(), None);
    let mut call = stub.lots_of_replies(request("panic", 0));
    let error = call.next().await.unwrap_err();
    assert_eq!(error.code(), StatusCode::Unknown);
    let begin = "Exception iterating responses: assertion `left != right` failed: not a stream";
    assert!(error.details().starts_with(begin), "{error}");
}
