//! What call objects tell: C28, C32.

use std::time::Duration;

use rustgrpc as grpc;
use rustgrpc::{Metadata, StatusCode};

use super::lab::{request, run};
use crate::greet_pb2_grpc::GreeterStub;

/// C32.1-2.
#[tokio::test]
async fn a_call_that_ended_well() {
    let lab = run().await;
    let mut call = lab.stub.say_hello(request("metadata", 0));
    let handle = call.handle();
    assert!(handle.is_active() && !handle.done() && !handle.cancelled());
    call.await.unwrap();
    assert!(handle.done() && !handle.is_active() && !handle.cancelled() && !handle.cancel());
    assert_eq!(handle.code().await, StatusCode::Ok);
    assert_eq!(handle.details().await, "");
    assert_eq!(handle.debug_error_string().await, "");
    let initial = Metadata::from([("i-key", "i1"), ("i-key", "i2")]);
    assert_eq!(handle.initial_metadata().await, initial);
    assert_eq!(
        handle.trailing_metadata().await,
        Metadata::from([("t-key", "t1")])
    );
    let (told, heard) = tokio::sync::oneshot::channel();
    handle.add_done_callback(|| told.send(()).unwrap());
    heard.await.expect("a late callback is called at once");
}

/// C33.2.
#[tokio::test]
async fn a_call_that_failed() {
    let lab = run().await;
    let mut call = lab.stub.say_hello(request("abort:nf", 5));
    let handle = call.handle();
    let error = call.await.unwrap_err();
    let text = "<AioRpcError of RPC that terminated with:\n\tstatus = StatusCode.NOT_FOUND\n\tdetails = \"nf\"\n\tdebug_error_string = \"NOT_FOUND:nf\"\n>";
    assert_eq!(error.to_string(), text);
    assert_eq!(error.debug_error_string(), "NOT_FOUND:nf");
    assert_eq!(handle.debug_error_string().await, "NOT_FOUND:nf");
    assert_eq!(size_of::<grpc::RpcError>(), size_of::<usize>());
    assert_eq!(size_of::<grpc::Status>(), size_of::<usize>());
    let status = error.into_status();
    assert_eq!(
        (status.code(), status.details()),
        (StatusCode::NotFound, "nf")
    );
}

/// C8.15, C32.14.
#[tokio::test]
async fn a_call_that_is_cancelled() {
    let lab = run().await;
    let mut stream = lab.stub.lots_of_replies(request("wait", 1));
    stream.next().await.unwrap();
    let handle = stream.handle();
    assert!(stream.cancel() && !stream.cancel());
    assert!(handle.done() && handle.cancelled());
    let text = "CANCELLED:Locally cancelled by application!";
    assert_eq!(handle.debug_error_string().await, text);

    let mut chat = lab.stub.bidi_hello(grpc::writing());
    chat.write(request("a", 0)).await.unwrap();
    assert!(chat.next().await.unwrap().is_some());
    assert!(chat.cancel());
    let error = chat.write(request("b", 0)).await.unwrap_err();
    assert_eq!(error.details(), "RPC already finished.");
    let error = chat.read().await.unwrap_err();
    assert_eq!(error.code(), StatusCode::Cancelled);
}

/// C18.22, C32.15.
#[tokio::test]
async fn a_connection_is_waited_for() {
    let lab = run().await;
    let mut stream = lab.stub.lots_of_replies(request("x", 1));
    stream.wait_for_connection().await.unwrap();
    assert!(stream.is_active());
    assert!(stream.next().await.unwrap().is_some());
    let mut chat = lab.stub.bidi_hello(grpc::writing());
    chat.wait_for_connection().await.unwrap();
    chat.write(request("a", 0)).await.unwrap();
    assert_eq!(chat.next().await.unwrap().unwrap().message, "a");

    let nowhere = GreeterStub::new(&grpc::aio::insecure_channel("127.0.0.1:1"));
    let mut stream = nowhere.lots_of_replies(request("x", 1));
    let error = stream.wait_for_connection().await.unwrap_err();
    assert_eq!(error.code(), StatusCode::Unavailable);
    let mut late = nowhere
        .lots_of_replies(request("x", 1))
        .wait_for_ready(true)
        .timeout(Duration::from_millis(50));
    let error = late.wait_for_connection().await.unwrap_err();
    assert_eq!(error.code(), StatusCode::DeadlineExceeded);
}

#[tokio::test]
async fn every_call_can_wait_for_its_connection() {
    let lab = run().await;
    let mut hello = lab.stub.say_hello(request("", 7));
    hello.wait_for_connection().await.unwrap();
    hello.wait_for_connection().await.unwrap();
    assert!(hello.is_active() && !hello.done() && !hello.cancelled());
    assert_eq!(hello.await.unwrap().count, 7);
    let requests = grpc::requests([request("a", 1), request("b", 2)]);
    let mut sum = lab.stub.lots_of_greetings(requests);
    sum.wait_for_connection().await.unwrap();
    assert_eq!(sum.await.unwrap().count, 3);
    lab.server.stop(None).await;
    let mut nobody = lab.stub.say_hello(request("", 0));
    let error = nobody.wait_for_connection().await.unwrap_err();
    assert_eq!(error.code(), StatusCode::Unavailable);
    assert!(nobody.done() && !nobody.cancelled());
    assert_eq!(nobody.await.unwrap_err().code(), StatusCode::Unavailable);
}

#[tokio::test]
async fn streams_tell_how_they_ended() {
    let lab = run().await;
    let mut ok = lab.stub.lots_of_replies(request("", 1));
    assert_eq!(ok.debug_error_string().await, "");
    assert!(ok.done() && !ok.cancelled());
    let mut failed = lab.stub.lots_of_replies(request("set", 1));
    assert_eq!(failed.debug_error_string().await, "NOT_FOUND:end");
    let mut cancelled = lab.stub.lots_of_replies(request("wait", 1));
    cancelled.start().await;
    cancelled.cancel();
    assert!(cancelled.done() && cancelled.cancelled());
}
