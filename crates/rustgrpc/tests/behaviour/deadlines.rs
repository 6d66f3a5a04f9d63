//! Deadlines: C7.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rustgrpc as grpc;
use rustgrpc::StatusCode;

use super::lab::{PATIENCE, TIMEOUTS, request, run};

/// C7.1-2, C7.47.
#[tokio::test]
async fn a_call_ends_at_its_deadline_on_both_sides() {
    let lab = run().await;
    for timeout in TIMEOUTS {
        let began = Instant::now();
        let call = lab.stub.say_hello(request("hold", 0));
        let error = call.timeout(timeout).await.unwrap_err();
        assert_eq!(error.code(), StatusCode::DeadlineExceeded);
        assert_eq!(error.details(), "Deadline Exceeded");
        assert!(began.elapsed() >= timeout && began.elapsed() < timeout + PATIENCE);
        if lab.seen.has_begun(1) {
            break;
        }
    }
    lab.dropped(1).await;
    assert!(lab.seen.inactive.load(Ordering::SeqCst));
    assert_eq!(lab.seen.over.load(Ordering::SeqCst), 1);
}

/// C7.46, C7.50.
#[tokio::test]
async fn a_stream_ends_at_its_deadline() {
    let lab = run().await;
    for timeout in TIMEOUTS {
        let call = lab.stub.lots_of_replies(request("slow", i32::MAX));
        let mut call = call.timeout(timeout);
        let mut received = 0;
        let error = loop {
            match call.next().await {
                Ok(reply) => received += reply.iter().len(),
                Err(error) => break error,
            }
        };
        assert_eq!(error.code(), StatusCode::DeadlineExceeded);
        if received > 0 {
            // The server's deadline and the client's are the same moment: either may be first.
            let texts = ["Stream removed (Deadline Exceeded)", "Deadline Exceeded"];
            assert!(texts.contains(&error.details()), "{}", error.details());
            break;
        }
    }
    lab.dropped(lab.seen.begun.load(Ordering::SeqCst)).await;
}

/// C7.3, C7.5-6, C7.13, C7.48.
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

/// C7.51.
#[tokio::test]
async fn both_sides_know_the_time_that_remains() {
    let lab = run().await;
    let reply = lab.stub.say_hello(request("time", 0)).await.unwrap();
    assert_eq!(reply.message, "None");
    let call = lab
        .stub
        .say_hello(request("time", 0))
        .timeout(Duration::from_secs(3600));
    assert_eq!(call.time_remaining(), Some(Duration::from_secs(3600)));
    let message = call.await.unwrap().message;
    // What travels is rounded up.
    let seconds = message.trim_start_matches("Some(").split('.').next();
    let seconds: u64 = seconds.unwrap().parse().unwrap();
    assert!((3500..3610).contains(&seconds), "{message}");
}

#[tokio::test]
async fn a_deadline_reaches_a_handler_that_waits_for_requests() {
    let lab = run().await;
    for timeout in TIMEOUTS {
        let mut call = lab.stub.bidi_hello(grpc::writing()).timeout(timeout);
        call.write(request("", 1)).await.unwrap();
        let answered = call.next().await.is_ok();
        let error = call.next().await.unwrap_err();
        assert_eq!(error.code(), StatusCode::DeadlineExceeded);
        if answered {
            break;
        }
    }
    lab.dropped(lab.seen.begun.load(Ordering::SeqCst)).await;
}

/// C7.7-8, C7.12.
#[tokio::test]
async fn a_timeout_that_never_ends_is_none() {
    let lab = run().await;
    lab.stub
        .say_hello(request("", 0))
        .timeout(Duration::MAX)
        .await
        .unwrap();
}
