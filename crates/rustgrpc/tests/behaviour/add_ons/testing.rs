//! Tests without sockets: C34. Metadata that the runtime adds on purpose is left out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustgrpc as grpc;
use rustgrpc::testing::{self, FakeContext, TestServer};
use rustgrpc::{Metadata, RequestIterator, ServicerContext, Status, StatusCode};

use crate::greet_pb2::{HelloReply, HelloRequest};
use crate::greet_pb2_grpc::{GreeterServicer, GreeterStub, add_greeter_servicer_to_server};
use crate::lab::{Lab, request};

struct Tested;

impl GreeterServicer for Tested {
    async fn say_hello(
        &self,
        request: HelloRequest,
        context: ServicerContext,
    ) -> Result<HelloReply, Status> {
        match &*request.name {
            "raise" => Err("x")?,
            "abort" => context.abort(StatusCode::NotFound, "nf"),
            name => {
                context.send_initial_metadata([("i", "1")])?;
                context.set_trailing_metadata([("t", "2")]);
                context.set_details("d");
                let me = context.invocation_metadata().get("k");
                let me = me.and_then(|value| value.as_str()).unwrap_or_default();
                Ok(HelloReply {
                    message: format!("{name}!{me}"),
                    ..Default::default()
                })
            }
        }
    }

    async fn lots_of_greetings(
        &self,
        mut request_iterator: RequestIterator<HelloRequest>,
        _context: ServicerContext,
    ) -> Result<HelloReply, Status> {
        let mut count = 0;
        while let Some(request) = request_iterator.next().await? {
            count += request.count;
        }
        Ok(HelloReply {
            count,
            ..Default::default()
        })
    }
}

fn stub() -> GreeterStub {
    GreeterStub::new(&testing::channel(|server| {
        add_greeter_servicer_to_server(Tested, server);
    }))
}

/// C34.1.
#[tokio::test]
async fn a_unary_call() {
    let call = stub().say_hello(request("a", 0)).metadata([("k", "v")]);
    let (reply, call) = call.with_call().await.expect("OK");
    assert_eq!(reply.message, "a!v");
    assert_eq!(call.initial_metadata().await, Metadata::from([("i", "1")]));
    assert_eq!(call.trailing_metadata().await, Metadata::from([("t", "2")]));
    assert_eq!(call.code().await, StatusCode::Ok);
    assert_eq!(call.details().await, "d");
}

/// C34.2-4.
#[tokio::test]
async fn streams() {
    let channel = testing::channel(|server| {
        add_greeter_servicer_to_server(Lab::default(), server);
    });
    let stub = GreeterStub::new(&channel);
    let mut call = stub.lots_of_replies(request("n", 2));
    for count in 0..2 {
        let reply = call.next().await.expect("OK").expect("a reply");
        assert_eq!(reply.count, count);
    }
    assert_eq!(call.next().await.expect("OK"), None);
    let requests = grpc::requests([request("a", 1), request("b", 2)]);
    let reply = stub.lots_of_greetings(requests).await.expect("OK");
    assert_eq!((&*reply.message, reply.count), ("ab", 3));
    let mut call = stub.bidi_hello(grpc::requests([request("a", 1)]));
    let reply = call.next().await.expect("OK").expect("a reply");
    assert_eq!(reply.count, 1);
    assert_eq!(call.next().await.expect("OK"), None);
}

/// C34.5-6.
#[tokio::test]
async fn errors() {
    let stub = stub();
    for (name, code, details) in [
        (
            "raise",
            StatusCode::Unknown,
            "Exception calling application: x",
        ),
        ("abort", StatusCode::NotFound, "nf"),
    ] {
        let error = stub.say_hello(request(name, 0)).await.expect_err(name);
        assert_eq!((error.code(), error.details()), (code, details));
    }
}

#[tokio::test]
async fn large_messages_and_many_calls() {
    let channel = testing::channel(|server| {
        add_greeter_servicer_to_server(Lab::default(), server);
    });
    let stub = GreeterStub::new(&channel);
    let calls = (0..200).map(|number| {
        let stub = stub.clone();
        tokio::spawn(async move { stub.say_hello(request("blob:", 10_000 * number)).await })
    });
    for (number, call) in calls.collect::<Vec<_>>().into_iter().enumerate() {
        let reply = call.await.expect("no panic").expect("OK");
        assert_eq!(reply.data.len(), 10_000 * number);
    }
}

#[tokio::test]
async fn a_stopped_server_is_unavailable() {
    let mut server = grpc::aio::server();
    add_greeter_servicer_to_server(Tested, &mut server);
    let channel = testing::channel_to(&server).build();
    let stub = GreeterStub::new(&channel);
    assert!(stub.say_hello(request("a", 0)).await.is_ok());
    let stopped = tokio::time::timeout(Duration::from_secs(5), server.stop(None));
    stopped.await.expect("the server stops");
    let error = stub.say_hello(request("a", 0)).await.expect_err("stopped");
    assert_eq!(error.code(), StatusCode::Unavailable, "{error}");
}

#[test]
fn blocking_calls() {
    let channel = grpc::Channel::from(testing::channel(|server| {
        add_greeter_servicer_to_server(Tested, server);
    }));
    let stub = GreeterStub::new(&channel);
    let reply = stub.say_hello(request("a", 0)).wait().expect("OK");
    assert_eq!(reply.message, "a!");
}

#[tokio::test]
async fn the_peer_is_in_process() {
    let stub = GreeterStub::new(&testing::channel(|server| {
        add_greeter_servicer_to_server(Lab::default(), server);
    }));
    let reply = stub.say_hello(request("peer", 0)).await.expect("OK");
    assert_eq!(reply.message, "inproc");
}

/// C34.9.
#[tokio::test(start_paused = true)]
async fn time_can_stand_still() {
    let stub = GreeterStub::new(&testing::channel(|server| {
        add_greeter_servicer_to_server(Lab::default(), server);
    }));
    let call = stub.say_hello(request("sleep:", 3_600_000));
    let error = call.timeout(Duration::from_secs(60)).await;
    let error = error.expect_err("the deadline comes first");
    assert_eq!(error.code(), StatusCode::DeadlineExceeded);
}

#[tokio::test]
async fn a_server_on_a_port() {
    let fixture = TestServer::start(|server| add_greeter_servicer_to_server(Tested, server))
        .await
        .expect("a server");
    for channel in [
        fixture.channel().clone(),
        grpc::aio::insecure_channel(fixture.address()),
    ] {
        let stub = GreeterStub::new(&channel);
        let reply = stub.say_hello(request("a", 0)).await.expect("OK");
        assert_eq!(reply.message, "a!");
    }
    fixture.server().stop(None).await;
    let stub = GreeterStub::new(fixture.channel());
    let error = stub.say_hello(request("a", 0)).await.expect_err("stopped");
    assert_eq!(error.code(), StatusCode::Unavailable);
}

#[tokio::test]
async fn a_servicer_called_directly() {
    let fake = FakeContext::new()
        .with_invocation_metadata([("k", "v")])
        .expect("sound metadata");
    let reply = Tested.say_hello(request("a", 0), fake.context()).await;
    assert_eq!(reply.expect("OK").message, "a!v");
    assert_eq!(fake.initial_metadata(), Some(Metadata::from([("i", "1")])));
    assert_eq!(fake.trailing_metadata(), Metadata::from([("t", "2")]));
    assert_eq!(fake.details().as_deref(), Some("d"));
    assert_eq!(fake.code(), None);

    let fake = FakeContext::new();
    let result = Tested.say_hello(request("abort", 0), fake.context()).await;
    assert_eq!(result.expect_err("aborted").code(), StatusCode::NotFound);
    assert_eq!(fake.code(), Some(StatusCode::NotFound));
    assert_eq!(fake.details().as_deref(), Some("nf"));
    assert_eq!(fake.initial_metadata(), None);

    let requests = testing::request_iterator(vec![request("", 1), request("", 2)]);
    let reply = Tested.lots_of_greetings(requests, fake.context()).await;
    assert_eq!(reply.expect("OK").count, 3);
}

#[tokio::test]
async fn a_context_without_a_call() {
    let fake = FakeContext::new().with_timeout(Duration::from_secs(60));
    let context = fake.context();
    assert!(context.time_remaining() > Some(Duration::from_secs(50)));
    assert!(context.is_active());
    assert!(!fake.is_cancel_asked());
    context.cancel();
    assert!(fake.is_cancel_asked());
    let called = Arc::new(AtomicBool::new(false));
    let seen = called.clone();
    assert!(context.add_callback(move || seen.store(true, Ordering::SeqCst)));
    fake.cancel();
    assert!(called.load(Ordering::SeqCst));
    assert!(!context.is_active());
    let invalid = FakeContext::new().with_invocation_metadata([("Key", "v")]);
    assert_eq!(
        invalid.expect_err("an upper case key").code(),
        StatusCode::Internal
    );
}
