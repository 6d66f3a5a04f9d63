//! Cancellation: C8.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustgrpc as grpc;
use rustgrpc::StatusCode;

use super::lab::{Running, builder, request, run, serve, until};
use crate::greet_pb2::{HelloReply, HelloRequest};
use crate::greet_pb2_grpc::GreeterServicer;

async fn handler_goes(lab: &Running) {
    lab.dropped(1).await;
    assert!(
        lab.seen.inactive.load(Ordering::SeqCst),
        "the context told that it is over"
    );
}

/// C7.52, C8.17.
#[tokio::test]
async fn dropping_the_future_of_a_unary_call() {
    let lab = run().await;
    let task = tokio::spawn(lab.stub.say_hello(request("hold", 0)).into_future());
    lab.begun(1).await;
    task.abort();
    handler_goes(&lab).await;
    assert_eq!(lab.seen.over.load(Ordering::SeqCst), 1);
}

/// C8.2, C8.14.
#[tokio::test]
async fn cancelling_a_unary_call_from_another_task() {
    let lab = run().await;
    let mut call = lab.stub.say_hello(request("hold", 0));
    let handle = call.handle();
    let done = Arc::new(AtomicUsize::new(0));
    let counter = done.clone();
    handle.add_done_callback(move || {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    let task = tokio::spawn(call.into_future());
    lab.begun(1).await;
    assert!(handle.is_active());
    assert!(handle.cancel());
    assert!(!handle.cancel());
    let error = task.await.unwrap().unwrap_err();
    assert_eq!(error.code(), StatusCode::Cancelled);
    assert_eq!(error.details(), "Locally cancelled by application!");
    assert_eq!(handle.code().await, StatusCode::Cancelled);
    assert_eq!(handle.details().await, error.details());
    assert_eq!(done.load(Ordering::SeqCst), 1);
    handler_goes(&lab).await;
}

/// C8.3-4, C8.15-16.
#[tokio::test]
async fn cancelling_a_response_stream() {
    let lab = run().await;
    let mut call = lab.stub.lots_of_replies(request("wait", 3));
    for _ in 0..3 {
        assert!(call.next().await.unwrap().is_some());
    }
    assert!(call.cancel());
    assert!(!call.cancel());
    assert!(!call.is_active());
    let error = call.next().await.unwrap_err();
    assert_eq!(error.code(), StatusCode::Cancelled);
    assert_eq!(error.details(), "Locally cancelled by application!");
    handler_goes(&lab).await;
}

/// C8.5-6.
#[tokio::test]
async fn dropping_a_response_stream() {
    let lab = run().await;
    let mut call = lab.stub.lots_of_replies(request("slow", 100_000));
    assert!(call.next().await.unwrap().is_some());
    drop(call);
    handler_goes(&lab).await;
}

#[tokio::test]
async fn dropping_a_response_stream_that_nobody_read() {
    let lab = run().await;
    let mut call = lab
        .stub
        .lots_of_replies(request_with_data(1 << 20, 100_000));
    assert!(call.next().await.unwrap().is_some());
    // The windows are full and the handler waits for them.
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(call);
    handler_goes(&lab).await;
}

/// C8.7-8.
#[tokio::test]
async fn dropping_a_call_whose_requests_are_open() {
    let lab = run().await;
    let mut call = lab.stub.bidi_hello(grpc::writing());
    call.write(request("", 1)).await.unwrap();
    assert!(call.next().await.unwrap().is_some());
    drop(call);
    handler_goes(&lab).await;
}

#[tokio::test]
async fn dropping_a_call_whose_requests_nobody_reads() {
    let lab = run().await;
    let greetings = (0..).map(|n| match n {
        0 => request("sleep", 0),
        _ => request_with_data(1 << 20, 0),
    });
    let call = lab.stub.lots_of_greetings(grpc::requests(greetings));
    let task = tokio::spawn(call.into_future());
    lab.begun(1).await;
    task.abort();
    handler_goes(&lab).await;
}

/// C8.13, C8.18-19, C35.35-36.
#[tokio::test]
async fn closing_the_channel_under_a_call() {
    let lab = run().await;
    let mut call = lab.stub.lots_of_replies(request("wait", 1));
    assert!(call.next().await.unwrap().is_some());
    lab.channel.close(None).await;
    let error = call.next().await.unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::Cancelled, "Stream removed (Channel closed!)")
    );
    let error = lab.stub.say_hello(request("", 0)).await.unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::Cancelled, "Channel closed!")
    );
    handler_goes(&lab).await;
}

fn request_with_data(length: usize, count: i32) -> HelloRequest {
    HelloRequest {
        data: vec![1; length],
        ..request("", count)
    }
}

/// Hands its requests and context to a task that outlives the call.
struct Spawner(Arc<std::sync::Mutex<Vec<String>>>);

impl GreeterServicer for Spawner {
    async fn lots_of_greetings(
        &self,
        mut request_iterator: grpc::RequestIterator<HelloRequest>,
        context: grpc::ServicerContext,
    ) -> Result<HelloReply, grpc::Status> {
        let log = self.0.clone();
        tokio::spawn(async move {
            let first = request_iterator.next().await;
            log.lock().unwrap().push(format!("{}", first.is_ok()));
            context.cancelled().await;
            log.lock()
                .unwrap()
                .push(format!("active: {}", context.is_active()));
            let status = request_iterator.next().await.unwrap_err();
            log.lock().unwrap().push(format!("{}", status.code()));
            assert!(!context.add_callback(|| {}));
        });
        std::future::pending().await
    }
}

/// C8.21-22.
#[tokio::test]
async fn tasks_of_a_handler_see_that_the_caller_has_gone() {
    let log = Arc::default();
    let servicer = Spawner(Arc::clone(&log));
    let lab = serve(builder(), servicer, Arc::default()).await;
    let mut call = lab.stub.lots_of_greetings(grpc::writing());
    call.write(request("", 1)).await.unwrap();
    until("the first request", || log.lock().unwrap().len() == 1).await;
    drop(call);
    until("the end", || log.lock().unwrap().len() == 3).await;
    assert_eq!(
        *log.lock().unwrap(),
        ["true", "active: false", "StatusCode.CANCELLED"]
    );
}
