//! Call objects and futures of callers that block: C7, C8, C28.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use rustgrpc::{FutureError, StatusCode};

use crate::greet_pb2::HelloRequest;
use crate::lab::{PATIENCE, TIMEOUTS, request};
use crate::sync_lab::{Running, TICK, assert_end, handler_begins, handler_goes, run, until};

/// C28.1, C28.3.
#[test]
fn with_call() {
    let lab = run();
    let (reply, call) = lab
        .stub
        .say_hello(request("metadata", 1))
        .metadata([("k", "v")])
        .with_call()
        .wait()
        .unwrap();
    assert!(reply.message.contains(r#"("k", "v")"#), "{}", reply.message);
    assert_eq!((call.code(), &*call.details()), (StatusCode::Ok, ""));
    assert_eq!(
        call.initial_metadata(),
        [("i-key", "i1"), ("i-key", "i2")].into()
    );
    assert_eq!(call.trailing_metadata(), [("t-key", "t1")].into());
    assert!(!call.is_active() && !call.cancel());
    let greetings = [request("a", 1), request("b", 1)];
    let call = lab.stub.lots_of_greetings(greetings).with_call();
    let (reply, call) = call.wait().unwrap();
    assert_eq!((reply.count, call.code()), (2, StatusCode::Ok));
}

/// C28.2, C28.4.
#[test]
fn a_future() {
    let lab = run();
    let future = lab
        .stub
        .say_hello(request("hold", 300))
        .timeout(Duration::from_secs(3600))
        .future();
    assert!(future.running() && future.is_active() && !future.done() && !future.cancelled());
    assert!(future.time_remaining().unwrap() > Duration::from_secs(3500));
    let (sender, called) = mpsc::channel();
    let again = future.clone();
    future.add_done_callback(move || sender.send(again.result(None).unwrap().count).unwrap());
    let timed = future.result(Duration::from_millis(10)).unwrap_err();
    assert!(matches!(timed, FutureError::Timeout));
    lab.seen.gate.open();
    assert_eq!(future.result(None).unwrap().count, 300);
    assert_eq!(future.result(TICK).unwrap().count, 300, "again");
    assert!(future.exception(None).unwrap().is_none());
    assert_eq!(called.recv_timeout(PATIENCE).unwrap(), 300);
    assert!(future.done() && !future.cancel() && !future.is_active());
    assert_eq!((future.code(), &*future.details()), (StatusCode::Ok, ""));
    assert!(future.trailing_metadata().is_empty());
    let (sender, late) = mpsc::channel();
    future.add_done_callback(move || sender.send(()).unwrap());
    late.try_recv().unwrap();
    let greetings = lab.stub.lots_of_greetings([request("", 1), request("", 1)]);
    assert_eq!(greetings.future().result(None).unwrap().count, 2);
}

/// C8.1.
#[test]
fn cancelling_a_future() {
    let lab = run();
    let future = lab.stub.say_hello(request("sleep", 60_000)).future();
    handler_begins(&lab);
    let (sender, called) = mpsc::channel();
    future.add_done_callback(move || sender.send(()).unwrap());
    assert!(future.cancel());
    assert!(!future.cancel());
    assert!(future.cancelled() && future.done() && !future.running());
    assert_eq!(future.code(), StatusCode::Cancelled);
    assert_eq!(future.details(), "Locally cancelled by application!");
    assert!(future.initial_metadata().is_empty() && future.trailing_metadata().is_empty());
    let result = future.result(None).unwrap_err();
    let exception = future.exception(None).unwrap_err();
    for error in [result, exception] {
        assert!(matches!(error, FutureError::Cancelled));
    }
    called.recv_timeout(PATIENCE).unwrap();
    handler_goes(&lab);
}

#[test]
fn dropping_the_last_of_a_future_cancels() {
    let lab = run();
    let future = lab.stub.say_hello(request("sleep", 60_000)).future();
    let again = future.clone();
    handler_begins(&lab);
    drop(future);
    thread::sleep(TICK);
    assert!(again.running());
    drop(again);
    handler_goes(&lab);
}

#[test]
fn cancelling_from_another_thread() {
    let lab = run();
    let mut call = lab.stub.say_hello(request("sleep", 60_000));
    let handle = call.handle();
    let done = Arc::new(AtomicUsize::new(0));
    let counter = done.clone();
    handle.add_done_callback(move || {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    let seen = lab.seen.clone();
    let canceller = thread::spawn(move || {
        until("it runs", || seen.has_begun(1));
        assert!(handle.is_active() && handle.cancel());
        handle
    });
    let error = call.wait().unwrap_err();
    let details = "Locally cancelled by application!";
    assert_end(&error, StatusCode::Cancelled, details);
    let handle = canceller.join().unwrap();
    assert_eq!(
        (handle.code(), &*handle.details()),
        (StatusCode::Cancelled, details)
    );
    assert_eq!(done.load(Ordering::SeqCst), 1);
    handler_goes(&lab);
}

/// C8.3.
#[test]
fn cancelling_a_response_stream() {
    let lab = run();
    let mut call = lab.stub.lots_of_replies(request("wait", 3));
    for count in 0..3 {
        assert_eq!(call.next().unwrap().unwrap().count, count);
    }
    assert!(call.cancel() && !call.cancel());
    let error = call.next().unwrap().unwrap_err();
    assert_end(
        &error,
        StatusCode::Cancelled,
        "Locally cancelled by application!",
    );
    handler_goes(&lab);
}

/// C8.5.
#[test]
fn dropping_a_response_stream() {
    let lab = run();
    for reply in lab.stub.lots_of_replies(request("slow", 100_000)) {
        if reply.unwrap().count == 2 {
            break;
        }
    }
    handler_goes(&lab);
}

/// C7.1, C7.3-4, C7.46.
#[test]
fn deadlines() {
    let lab = run();
    for timeout in TIMEOUTS {
        let began = Instant::now();
        let call = lab.stub.say_hello(request("hold", 0)).timeout(timeout);
        assert_eq!(call.time_remaining(), Some(timeout));
        assert_end(
            &call.wait().unwrap_err(),
            StatusCode::DeadlineExceeded,
            "Deadline Exceeded",
        );
        assert!(began.elapsed() >= timeout && began.elapsed() < timeout + PATIENCE);
        if lab.seen.has_begun(1) {
            break;
        }
    }
    handler_goes(&lab);
    let call = lab.stub.say_hello(request("", 0)).timeout(Duration::ZERO);
    assert_eq!(
        call.wait().unwrap_err().code(),
        StatusCode::DeadlineExceeded
    );
    for timeout in TIMEOUTS {
        let call = lab.stub.lots_of_replies(request("slow", i32::MAX));
        let replies: Vec<_> = call.timeout(timeout).collect();
        let error = replies.last().unwrap().as_ref().unwrap_err();
        assert_eq!(error.code(), StatusCode::DeadlineExceeded);
        if replies.len() > 2 {
            break;
        }
        assert!(timeout != TIMEOUTS[2], "some came");
    }
    lab.stub
        .say_hello(request("", 0))
        .timeout(Duration::MAX)
        .wait()
        .unwrap();
}

/// C8.13, C35.35-36.
#[test]
fn closing_the_channel() {
    let lab = run();
    let future = lab.stub.say_hello(request("sleep", 60_000)).future();
    handler_begins(&lab);
    lab.channel.close();
    lab.channel.close();
    let error = future.exception(None).unwrap().unwrap();
    assert_end(&error, StatusCode::Cancelled, "Channel closed!");
    let error = lab.stub.say_hello(request("", 0)).wait().unwrap_err();
    assert_end(&error, StatusCode::Cancelled, "Channel closed!");
    handler_goes(&lab);
}

/// Everything that blocks says so instead of holding up the runtime.
async fn refused_inside(lab: &Running) {
    const DETAILS: &str = "A blocking call inside an async runtime would hold up its tasks: use grpc::aio, or tokio::task::spawn_blocking.";
    let call = || lab.stub.say_hello(request("sleep", 200));
    let none: [HelloRequest; 0] = [];
    let future = call().future();
    let Err(FutureError::Rpc(waiting)) = future.result(None) else {
        panic!("it is not over")
    };
    for error in [
        waiting,
        call().wait().unwrap_err(),
        call().with_call().wait().unwrap_err(),
        lab.stub.lots_of_greetings(none).wait().unwrap_err(),
        lab.stub
            .lots_of_replies(request("", 1))
            .next()
            .unwrap()
            .unwrap_err(),
    ] {
        assert_end(&error, StatusCode::FailedPrecondition, DETAILS);
    }
    // What does not have to wait works, and so does a thread that may.
    let stub = lab.stub.clone();
    let reply = tokio::task::spawn_blocking(move || stub.say_hello(request("", 1)).wait());
    assert_eq!(reply.await.unwrap().unwrap().count, 1);
    until("it is over", || future.done());
    assert_eq!(future.result(None).unwrap().count, 200);
    assert!(tokio::task::coop::has_budget_remaining());
}

#[tokio::test]
async fn blocking_inside_a_runtime_of_one_thread() {
    refused_inside(&run()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blocking_inside_a_runtime_of_many_threads() {
    let lab = run();
    refused_inside(&lab).await;
    tokio::spawn(async move { refused_inside(&lab).await })
        .await
        .unwrap();
}

#[test]
fn every_call_can_wait_for_its_connection() {
    let lab = run();
    let mut hello = lab.stub.say_hello(request("", 7));
    assert!(!hello.done());
    hello.wait_for_connection().unwrap();
    assert_eq!(hello.wait().unwrap().count, 7);
    let mut future = lab.stub.say_hello(request("", 7));
    future.start();
    assert_eq!(future.future().result(None).unwrap().count, 7);
    let mut sum = lab.stub.lots_of_greetings([request("", 1), request("", 2)]);
    sum.wait_for_connection().unwrap();
    let (reply, call) = sum.with_call().wait().unwrap();
    assert!(reply.count == 3 && call.done() && !call.cancelled());
    let mut replies = lab.stub.lots_of_replies(request("set", 1));
    replies.wait_for_connection().unwrap();
    assert_eq!(replies.debug_error_string(), "NOT_FOUND:end");
    let mut chat = lab.stub.bidi_hello([request("", 1)]);
    chat.wait_for_connection().unwrap();
    chat.cancel();
    assert!(chat.done() && chat.cancelled());
    let nobody = rustgrpc::insecure_channel("127.0.0.1:1");
    let mut call = crate::greet_pb2_grpc::GreeterStub::new(&nobody).say_hello(request("", 0));
    let error = call.wait_for_connection().unwrap_err();
    assert_eq!(error.code(), StatusCode::Unavailable);
}
