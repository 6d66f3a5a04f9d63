//! Stopping a server: C9.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use rustgrpc::StatusCode;

use super::lab::{PATIENCE, Running, request, run};
use super::raw_client;
use crate::greet_pb2_grpc::Greeter;

/// C9.1-4.
#[tokio::test]
async fn calls_that_run_are_ended_when_there_is_no_grace() {
    for grace in [None, Some(Duration::ZERO)] {
        ended(run().await, grace).await;
    }
}

async fn ended(lab: Running, grace: Option<Duration>) {
    let unary = tokio::spawn(lab.stub.say_hello(request("hold", 0)).into_future());
    let mut stream = lab.stub.lots_of_replies(request("wait", 1));
    assert!(stream.next().await.unwrap().is_some());
    lab.begun(2).await;
    let stop = tokio::time::timeout(PATIENCE, lab.server.stop(grace));
    stop.await.expect("a stop that ends");
    for error in [
        unary.await.unwrap().unwrap_err(),
        stream.next().await.unwrap_err(),
    ] {
        assert_eq!(error.code(), StatusCode::Unavailable);
        assert_eq!(error.details(), "Cancelling all calls");
    }
    lab.dropped(2).await;
    let target = format!("127.0.0.1:{}", lab.port);
    let known = lab.stub.say_hello(request("", 0)).await.unwrap_err();
    let new = Greeter::say_hello(request("", 0), &target).await;
    for error in [known, new.unwrap_err()] {
        assert_eq!(error.code(), StatusCode::Unavailable);
        let begin = "failed to connect to all addresses; last error: ";
        assert!(error.details().starts_with(begin), "{error}");
    }
}

/// C9.5-6.
#[tokio::test]
async fn calls_that_run_may_finish_within_the_grace() {
    let lab = run().await;
    let unary = tokio::spawn(lab.stub.say_hello(request("hold", 5)).into_future());
    let stream = lab.stub.lots_of_replies(request("slow", 20));
    let stream = tokio::spawn(stream.map(Result::unwrap).count());
    lab.begun(2).await;
    let stopping = lab.server.clone();
    let stop = tokio::spawn(async move { stopping.stop(Duration::from_secs(3600)).await });
    assert_eq!(stream.await.unwrap(), 20);
    lab.seen.gate.open();
    assert_eq!(unary.await.unwrap().unwrap().count, 5);
    let stop = tokio::time::timeout(PATIENCE, stop);
    stop.await.expect("no longer than the calls").unwrap();
}

/// C9.7-8.
#[tokio::test]
async fn calls_that_run_are_ended_when_the_grace_is_over() {
    let lab = run().await;
    let unary = tokio::spawn(lab.stub.say_hello(request("hold", 0)).into_future());
    lab.begun(1).await;
    let began = Instant::now();
    lab.server.stop(Duration::from_millis(200)).await;
    let took = began.elapsed();
    assert!(
        took >= Duration::from_millis(200) && took < PATIENCE,
        "{took:?}"
    );
    assert_eq!(
        unary.await.unwrap().unwrap_err().details(),
        "Cancelling all calls"
    );
}

#[tokio::test]
async fn a_connection_that_does_not_listen_cannot_hold_the_stop() {
    let lab = run().await;
    let silent = tokio::net::TcpStream::connect(("127.0.0.1", lab.port))
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let began = Instant::now();
    lab.server.stop(2 * PATIENCE).await;
    assert!(began.elapsed() < PATIENCE, "it has no call");
    drop(silent);
}

/// C9.14.
#[tokio::test]
async fn a_server_that_is_dropped_stops() {
    let lab = run().await;
    lab.stub.say_hello(request("", 0)).await.unwrap();
    drop(lab.server);
    for _ in 0..100 {
        if let Err(error) = lab.stub.say_hello(request("", 0)).await {
            assert_eq!(error.code(), StatusCode::Unavailable);
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("still there");
}

#[tokio::test]
async fn new_calls_are_not_taken_during_the_grace() {
    let lab = run().await;
    let held = tokio::spawn(lab.stub.say_hello(request("hold", 0)).into_future());
    lab.begun(1).await;
    let stopping = lab.server.clone();
    let stop = tokio::spawn(async move { stopping.stop(Duration::from_secs(3600)).await });
    let error = loop {
        // The stop may not have begun.
        if let Err(error) = lab.stub.say_hello(request("", 0)).await {
            break error;
        }
    };
    assert_eq!(error.code(), StatusCode::Unavailable);
    assert!(
        error
            .details()
            .starts_with("failed to connect to all addresses")
    );
    lab.seen.gate.open();
    held.await.unwrap().unwrap();
    stop.await.unwrap();
}

#[tokio::test]
async fn a_call_that_the_server_has_not_seen_yet_is_answered() {
    let lab = run().await;
    let port = lab.port;
    let (sent, is_sent) = std::sync::mpsc::channel();
    let caller = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let sender = raw_client::connect(port).await;
            let call = raw_client::call(&sender, raw_client::head(), raw_client::message("x"));
            let tell = async {
                // By then the call has been written.
                tokio::time::sleep(Duration::from_millis(10)).await;
                sent.send(()).unwrap();
            };
            tokio::join!(call, tell).0.reply().message
        })
    });
    // With a server on the runtime, nobody accepts meanwhile: this is its only thread.
    is_sent.recv().unwrap();
    lab.server.stop(Duration::from_secs(20)).await;
    assert_eq!(caller.join().unwrap(), "Hello, x!");
}
