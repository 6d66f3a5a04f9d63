//! Deadlines: C7.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rustgrpc as grpc;
use rustgrpc::StatusCode;

use super::lab::{request, run, until};

const SHORT: Duration = Duration::from_millis(100);

#[tokio::test]
async fn a_call_ends_at_its_deadline_on_both_sides() {
    let lab = run().await;
    let began = Instant::now();
    let error = lab
        .stub
        .say_hello(request("sleep", 5000))
        .timeout(SHORT)
        .await
        .unwrap_err();
    assert_eq!(error.code(), StatusCode::DeadlineExceeded);
    assert_eq!(error.details(), "Deadline Exceeded");
    assert!(began.elapsed() >= SHORT && began.elapsed() < 10 * SHORT);
    until("the handler goes", || {
        lab.seen.dropped.load(Ordering::SeqCst) == 1
    })
    .await;
    assert!(lab.seen.inactive.load(Ordering::SeqCst));
    assert_eq!(lab.seen.over.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_stream_ends_at_its_deadline() {
    let lab = run().await;
    let mut call = lab
        .stub
        .lots_of_replies(request("slow", 1000))
        .timeout(2 * SHORT);
    let error = loop {
        match call.next().await {
            Ok(reply) => assert!(reply.is_some()),
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), StatusCode::DeadlineExceeded);
    // The server's deadline and the client's are the same moment: either may be first.
    let texts = ["Stream removed (Deadline Exceeded)", "Deadline Exceeded"];
    assert!(texts.contains(&error.details()), "{}", error.details());
    until("the handler goes", || {
        lab.seen.dropped.load(Ordering::SeqCst) == 1
    })
    .await;
}

#[tokio::test]
async fn a_deadline_that_has_passed() {
    let lab = run().await;
    let error = lab
        .stub
        .say_hello(request("", 0))
        .timeout(Duration::ZERO)
        .await
        .unwrap_err();
    assert_eq!(error.code(), StatusCode::DeadlineExceeded);
}

#[tokio::test]
async fn both_sides_know_the_time_that_remains() {
    let lab = run().await;
    let reply = lab.stub.say_hello(request("time", 0)).await.unwrap();
    assert_eq!(reply.message, "None");
    let call = lab
        .stub
        .say_hello(request("time", 0))
        .timeout(Duration::from_secs(5));
    assert_eq!(call.time_remaining(), Some(Duration::from_secs(5)));
    let reply = call.await.unwrap();
    assert!(reply.message.starts_with("Some(4.9") || reply.message.starts_with("Some(5."));
}

#[tokio::test]
async fn a_deadline_reaches_a_handler_that_waits_for_requests() {
    let lab = run().await;
    let mut call = lab.stub.bidi_hello(grpc::writing()).timeout(SHORT);
    call.write(request("", 1)).await.unwrap();
    assert!(call.next().await.unwrap().is_some());
    let error = call.next().await.unwrap_err();
    assert_eq!(error.code(), StatusCode::DeadlineExceeded);
    until("the handler goes", || {
        lab.seen.dropped.load(Ordering::SeqCst) == 1
    })
    .await;
}

#[tokio::test]
async fn a_timeout_that_never_ends_is_none() {
    let lab = run().await;
    lab.stub
        .say_hello(request("", 0))
        .timeout(Duration::MAX)
        .await
        .unwrap();
}
