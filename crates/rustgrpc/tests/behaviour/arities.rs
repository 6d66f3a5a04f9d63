//! The four kinds of calls, both ways.

use std::sync::Arc;

use futures_util::StreamExt;
use rustgrpc as grpc;
use rustgrpc::StatusCode;

use super::lab::{Bare, builder, request, run, serve, start};
use crate::greet_pb2_grpc::{Greeter, GreeterStub};

/// C7.9, C28.1, C32.1.
#[tokio::test]
async fn unary_unary() {
    let lab = run().await;
    let reply = lab.stub.say_hello(request("world", 1)).await.unwrap();
    assert_eq!(reply.message, "Hello, world!");
    let (reply, call) = lab
        .stub
        .say_hello(request("metadata", 1))
        .with_call()
        .await
        .unwrap();
    assert_eq!(reply.count, 1);
    assert_eq!(call.code().await, StatusCode::Ok);
    assert_eq!(call.details().await, "");
    assert_eq!(
        call.initial_metadata().await,
        [("i-key", "i1"), ("i-key", "i2")].into()
    );
    assert_eq!(call.trailing_metadata().await, [("t-key", "t1")].into());
    assert!(!call.is_active());
    assert!(!call.cancel());
}

/// C6.42, C14.8, C14.17, C32.3, C32.6.
#[tokio::test]
async fn unary_stream() {
    let lab = run().await;
    let mut call = lab.stub.lots_of_replies(request("x", 3));
    for count in 0..3 {
        assert_eq!(call.next().await.unwrap().unwrap().count, count);
    }
    assert_eq!(call.next().await.unwrap(), None);
    assert_eq!(call.read().await.unwrap(), None);
    assert_eq!(call.code().await, StatusCode::Ok);
    let call = lab.stub.lots_of_replies(request("x", 5000));
    let counts: Vec<_> = call.map(|reply| reply.unwrap().count).collect().await;
    assert_eq!(counts, (0..5000).collect::<Vec<_>>());
    let mut empty = lab.stub.lots_of_replies(request("x", 0));
    assert_eq!(empty.next().await.unwrap(), None);
}

/// C14.6, C14.18, C32.11.
#[tokio::test]
async fn stream_unary() {
    let lab = run().await;
    let greetings = grpc::requests((0..5000).map(|_| request("", 1)));
    assert_eq!(
        lab.stub.lots_of_greetings(greetings).await.unwrap().count,
        5000
    );
    let none = grpc::requests([]);
    assert_eq!(lab.stub.lots_of_greetings(none).await.unwrap().count, 0);
    let stream = futures_util::stream::iter([request("a", 1), request("b", 2)]);
    let (reply, call) = lab
        .stub
        .lots_of_greetings(stream)
        .with_call()
        .await
        .unwrap();
    assert_eq!((&*reply.message, reply.count), ("ab", 3));
    assert_eq!(call.code().await, StatusCode::Ok);
}

/// C14.7, C14.9, C32.13.
#[tokio::test]
async fn stream_stream() {
    let lab = run().await;
    let mut call = lab
        .stub
        .bidi_hello(grpc::requests((1..=3).map(|n| request("", n))));
    for count in 1..=3 {
        assert_eq!(call.next().await.unwrap().unwrap().count, count);
    }
    assert_eq!(call.next().await.unwrap(), None);
    let mut empty = lab.stub.bidi_hello(grpc::requests([]));
    assert_eq!(empty.next().await.unwrap(), None);
}

/// C32.7-10, C32.12.
#[tokio::test]
async fn ping_pong_through_the_call_object() {
    let lab = run().await;
    let mut call = lab.stub.bidi_hello(grpc::writing());
    for count in [0, 10, 20] {
        call.write(request("", count)).await.unwrap();
        assert_eq!(call.next().await.unwrap().unwrap().count, count);
    }
    call.done_writing();
    assert_eq!(call.next().await.unwrap(), None);
    assert_eq!(call.code().await, StatusCode::Ok);
    let error = call.write(request("", 0)).await.unwrap_err();
    assert_eq!(error.details(), "RPC already finished.");

    let mut call = lab.stub.lots_of_greetings(grpc::writing());
    for count in 0..3 {
        call.write(request("", count)).await.unwrap();
    }
    call.done_writing();
    let error = call.write(request("", 0)).await.unwrap_err();
    assert_eq!(
        error.details(),
        "RPC is half closed after calling \"done_writing\"."
    );
    assert_eq!(call.await.unwrap().count, 3);

    let mut call = lab.stub.bidi_hello(grpc::requests([]));
    let error = call.write(request("", 0)).await.unwrap_err();
    assert!(
        error
            .details()
            .starts_with("The iterator and read/write APIs may not be mixed")
    );
}

#[tokio::test]
async fn ping_pong_through_a_channel_of_requests() {
    let lab = run().await;
    let (writer, requests) = grpc::request_channel();
    // Nothing waits for a call that has not begun.
    writer.write(request("", 1)).await.unwrap();
    writer.write(request("", 2)).await.unwrap();
    let mut call = lab.stub.bidi_hello(requests);
    assert_eq!(call.next().await.unwrap().unwrap().count, 1);
    assert_eq!(call.next().await.unwrap().unwrap().count, 2);
    writer.write(request("", 3)).await.unwrap();
    assert_eq!(call.next().await.unwrap().unwrap().count, 3);
    drop(writer);
    assert_eq!(call.next().await.unwrap(), None);
}

#[tokio::test]
async fn a_servicer_may_be_shared() {
    let servicer = Arc::new(Bare);
    let lab = serve(builder(), servicer.clone(), Arc::default()).await;
    assert!(lab.stub.say_hello(request("", 0)).await.is_err());
    assert_eq!(Arc::strong_count(&servicer), 2);
}

/// C28.9.
#[tokio::test]
async fn the_one_shot_struct_needs_no_stub() {
    let lab = run().await;
    let target = format!("127.0.0.1:{}", lab.port);
    let reply = Greeter::say_hello(request("world", 1), &target)
        .await
        .unwrap();
    assert_eq!(reply.message, "Hello, world!");
    let mut replies = Greeter::lots_of_replies(request("", 1), &target);
    assert!(replies.next().await.unwrap().is_some());
    let greetings = grpc::requests([request("", 7)]);
    assert_eq!(
        Greeter::lots_of_greetings(greetings, &target)
            .await
            .unwrap()
            .count,
        7
    );
    let mut echo = Greeter::bidi_hello(grpc::requests([request("", 7)]), &target);
    assert_eq!(echo.next().await.unwrap().unwrap().count, 7);
}

/// C32.18.
#[tokio::test]
async fn calls_and_stubs_go_to_other_tasks() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let lab = run().await;
    let stub = is_send(GreeterStub::new(&lab.channel));
    let call = is_send(stub.say_hello(request("", 0)));
    tokio::spawn(call.into_future()).await.unwrap().unwrap();
    let mut call = is_send(stub.bidi_hello(grpc::requests([request("", 7)])));
    let next = tokio::spawn(async move { call.next().await });
    assert_eq!(next.await.unwrap().unwrap().unwrap().count, 7);
    drop(is_send(stub.lots_of_greetings(grpc::writing())));
    drop(is_send(stub.lots_of_replies(request("", 0))));
}

/// C1.1-8.
#[tokio::test]
async fn methods_that_are_not_there() {
    let lab = serve(builder(), Bare, Arc::default()).await;
    let stub = &lab.stub;
    let none = || grpc::requests([]);
    let errors = [
        stub.say_hello(request("", 0)).await.unwrap_err(),
        stub.lots_of_replies(request("", 0))
            .next()
            .await
            .unwrap_err(),
        stub.lots_of_greetings(none()).await.unwrap_err(),
        stub.bidi_hello(none()).next().await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.code(), StatusCode::Unimplemented);
        assert_eq!(error.details(), "Method not implemented!");
    }
    for path in [
        "/lab.Lab/Nope",
        "/no.Such/Thing",
        "/greet.Greeter",
        "/",
        "/greet.Greeter/SayHello/",
    ] {
        let method = grpc::MethodDescriptor::unary_unary(path);
        let call = lab
            .channel
            .unary_unary::<_, crate::greet_pb2::HelloReply>(method, request("", 0));
        let error = call.await.unwrap_err();
        assert_eq!(error.code(), StatusCode::Unimplemented);
        assert_eq!(error.details(), "Method not found!", "{path}");
    }
}

#[tokio::test]
async fn methods_with_awkward_names() {
    use crate::awkward_pb2_grpc::{SServicer, SStub, add_s_servicer_to_server};
    use crate::greet_pb2::{HelloReply, HelloRequest};

    struct Awkward;

    impl SServicer for Awkward {
        async fn clone(
            &self,
            request: HelloRequest,
            _context: grpc::ServicerContext,
        ) -> Result<HelloReply, grpc::Status> {
            Ok(HelloReply {
                message: request.name,
                ..Default::default()
            })
        }
    }

    let mut server = builder().build();
    add_s_servicer_to_server(Awkward, &mut server);
    let port = server.add_insecure_port("127.0.0.1:0").unwrap();
    start(&mut server).await;
    let channel = grpc::aio::insecure_channel(format!("127.0.0.1:{port}"));
    let stub = SStub::new(&channel);
    let again = Clone::clone(&stub);
    assert_eq!(
        again.clone(request("twice", 0)).await.unwrap().message,
        "twice"
    );
    assert_eq!(
        stub.new_(request("", 0)).await.unwrap_err().code(),
        StatusCode::Unimplemented
    );
    assert!(stub.default(request("", 0)).next().await.is_err());
    assert!(stub.r#await(request("", 0)).await.is_err());
    assert!(stub.drop(grpc::requests([])).await.is_err());
}
