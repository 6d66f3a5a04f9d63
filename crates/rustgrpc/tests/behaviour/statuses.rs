//! What calls end with: C3, C4, C6, C16.

use rustgrpc as grpc;
use rustgrpc::{RpcError, Status, StatusCode};

use super::lab::{Running, request, run};
use crate::greet_pb2::HelloReply;

async fn end_of_stream(lab: &Running, name: &str, count: i32) -> (usize, RpcError) {
    let mut call = lab.stub.lots_of_replies(request(name, count));
    let mut received = 0;
    loop {
        match call.next().await {
            Ok(Some(_)) => received += 1,
            Ok(None) => panic!("{name} ended with OK"),
            Err(error) => return (received, error),
        }
    }
}

/// C3.1-8, C3.11-12, C4.1-4, C4.7, C4.13, C4.17-18, C6.1, C8.9, C16.1-2.
#[tokio::test]
async fn a_unary_handler_that_fails() {
    let lab = run().await;
    let unknown = StatusCode::Unknown;
    for (name, count, code, details) in [
        (
            "raise:boom",
            0,
            unknown,
            "Exception calling application: boom",
        ),
        ("raise:", 0, unknown, "Exception calling application: "),
        (
            "raise:错误\n第二行 %x",
            0,
            unknown,
            "Exception calling application: 错误\n第二行 %x",
        ),
        (
            "panic:oops",
            0,
            unknown,
            "Exception calling application: oops",
        ),
        ("abort:nf", 5, StatusCode::NotFound, "nf"),
        (
            "abort:错\n误 %41 é",
            13,
            StatusCode::Internal,
            "错\n误 %41 é",
        ),
        ("abort:", 10, StatusCode::Aborted, ""),
        ("abort:x", 0, unknown, ""),
        ("swallow:nf", 0, StatusCode::NotFound, "nf"),
        ("set:nf", 5, StatusCode::NotFound, "nf"),
        ("set and raise", 0, StatusCode::NotFound, "mine"),
        (
            "initial twice",
            0,
            unknown,
            "Exception calling application: Initial metadata no longer allowed!",
        ),
        (
            "invalid trailing",
            0,
            StatusCode::Internal,
            "Invalid metadata",
        ),
        ("cancel", 0, StatusCode::Cancelled, "CANCELLED"),
    ] {
        let error = lab
            .stub
            .say_hello(request(name, count))
            .await
            .expect_err(name);
        assert_eq!((error.code(), error.details()), (code, details), "{name}");
    }
}

/// C6.4, C6.26.
#[tokio::test]
async fn details_reach_the_caller_with_ok_too() {
    let lab = run().await;
    let (reply, call) = lab
        .stub
        .say_hello(request("set:d", 0))
        .with_call()
        .await
        .unwrap();
    assert_eq!(reply.message, "d");
    assert_eq!(
        (call.code().await, &*call.details().await),
        (StatusCode::Ok, "d")
    );
}

/// C3.19-20, C16.1.
#[tokio::test]
async fn metadata_comes_with_errors() {
    let lab = run().await;
    let error = lab
        .stub
        .say_hello(request("set and raise", 0))
        .await
        .unwrap_err();
    assert_eq!(*error.trailing_metadata(), [("t", "1")].into());
    let error = lab
        .stub
        .say_hello(request("initial twice", 0))
        .await
        .unwrap_err();
    assert_eq!(*error.initial_metadata(), [("a", "1")].into());
}

/// C3.21-22, C3.27, C3.29, C4.23, C6.27, C16.3-4.
#[tokio::test]
async fn a_streaming_handler_that_fails() {
    let lab = run().await;
    let unknown = StatusCode::Unknown;
    for (name, count, received, code, details) in [
        ("raise", 2, 2, unknown, "Exception iterating responses: mid"),
        ("panic", 2, 2, unknown, "Exception iterating responses: mid"),
        (
            "first",
            2,
            0,
            unknown,
            "Exception iterating responses: first",
        ),
        ("abort", 1, 1, StatusCode::DataLoss, "mid"),
        ("set", 1, 1, StatusCode::NotFound, "end"),
        (
            "late initial",
            1,
            1,
            unknown,
            "Exception iterating responses: Initial metadata no longer allowed!",
        ),
    ] {
        let (seen, error) = end_of_stream(&lab, name, count).await;
        assert_eq!(
            (seen, error.code(), error.details()),
            (received, code, details),
            "{name}"
        );
    }
    let (_, error) = end_of_stream(&lab, "set", 1).await;
    assert_eq!(*error.trailing_metadata(), [("tt", "1")].into());
}

/// C3.23-26.
#[tokio::test]
async fn a_handler_that_fails_while_requests_come() {
    let lab = run().await;
    let greetings = || grpc::requests([request("", 1), request("raise", 1), request("", 1)]);
    let error = lab.stub.lots_of_greetings(greetings()).await.unwrap_err();
    assert_eq!(error.details(), "Exception calling application: su");
    let mut call = lab.stub.bidi_hello(greetings());
    assert!(call.next().await.unwrap().is_some());
    let error = call.next().await.unwrap_err();
    assert_eq!(error.details(), "Exception iterating responses: on1");
    // The end stays the end.
    assert_eq!(call.next().await.unwrap_err().details(), error.details());
    assert_eq!(call.code().await, StatusCode::Unknown);
}

/// C14.13-14.
#[tokio::test]
async fn a_handler_that_returns_while_requests_come() {
    let lab = run().await;
    let (writer, requests) = grpc::request_channel();
    writer.write(request("return", 7)).await.unwrap();
    assert_eq!(lab.stub.lots_of_greetings(requests).await.unwrap().count, 0);
    let mut call = lab.stub.bidi_hello(grpc::writing());
    call.write(request("", 1)).await.unwrap();
    call.write(request("end", 1)).await.unwrap();
    assert!(call.next().await.unwrap().is_some());
    assert_eq!(call.next().await.unwrap(), None);
}

/// C14.1-5, C14.12.
#[tokio::test]
async fn a_request_stream_that_panics() {
    let lab = run().await;
    let broken = || {
        grpc::requests((0..3).map(|n| {
            assert!(n < 1, "no more");
            request("", n)
        }))
    };
    let error = lab.stub.lots_of_greetings(broken()).await.unwrap_err();
    assert_eq!(error.code(), StatusCode::Unknown);
    assert_eq!(error.details(), "Exception iterating requests!");
    let mut chat = lab.stub.bidi_hello(broken());
    let error = loop {
        // The first request may have been answered.
        match chat.next().await {
            Ok(reply) => assert!(reply.is_some()),
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), StatusCode::Unknown);
    assert_eq!(error.details(), "Exception iterating requests!");
}

/// C16.6, C32.2.
#[tokio::test]
async fn initial_metadata_does_not_wait_for_the_response() {
    let lab = run().await;
    let mut call = lab.stub.say_hello(request("early", 0));
    let handle = call.handle();
    let task = tokio::spawn(call.into_future());
    assert_eq!(handle.initial_metadata().await, [("early", "1")].into());
    assert!(handle.is_active());
    task.await.unwrap().unwrap();
    assert_eq!(handle.code().await, StatusCode::Ok);
}

/// C33.2.
#[test]
fn errors_read_as_in_python() {
    let error = RpcError::new(StatusCode::NotFound, "nf");
    assert_eq!(
        error.to_string(),
        "<AioRpcError of RPC that terminated with:\n\tstatus = StatusCode.NOT_FOUND\n\tdetails = \"nf\"\n\tdebug_error_string = \"NOT_FOUND:nf\"\n>"
    );
    let word = size_of::<usize>();
    assert_eq!((size_of::<RpcError>(), size_of::<Status>()), (word, word));
    assert_eq!(size_of::<Result<(), Status>>(), word);
}

/// C3.9-10.
#[test]
fn any_error_becomes_a_status() {
    fn parse(text: &str) -> Result<u32, Status> {
        Ok(text.parse()?)
    }
    fn boxed() -> Result<(), Status> {
        let boxed: Box<dyn std::error::Error + Send + Sync> = "boxed".into();
        Err(boxed)?
    }
    fn proxied() -> Result<HelloReply, Status> {
        Err(RpcError::new(StatusCode::NotFound, "nf"))?
    }
    assert_eq!(
        parse("x").unwrap_err().details(),
        "invalid digit found in string"
    );
    assert_eq!(Status::from("text").code(), StatusCode::Unknown);
    assert_eq!(Status::from(String::from("text")).details(), "text");
    assert_eq!(boxed().unwrap_err().details(), "boxed");
    assert_eq!(proxied().unwrap_err().code(), StatusCode::Unknown);
    let handed_on = RpcError::new(StatusCode::NotFound, "nf").into_status();
    assert_eq!(
        (handed_on.code(), handed_on.details()),
        (StatusCode::NotFound, "nf")
    );
}
