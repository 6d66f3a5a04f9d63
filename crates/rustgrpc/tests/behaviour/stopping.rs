//! Stopping a server: C9.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rustgrpc::StatusCode;

use super::lab::{request, run, until};
use super::raw_client;

#[tokio::test]
async fn calls_that_run_are_ended_when_there_is_no_grace() {
    let lab = run().await;
    let unary = tokio::spawn(lab.stub.say_hello(request("sleep", 60_000)).into_future());
    let mut stream = lab.stub.lots_of_replies(request("wait", 1));
    assert!(stream.next().await.unwrap().is_some());
    tokio::time::sleep(Duration::from_millis(50)).await;
    let began = Instant::now();
    lab.server.stop(None).await;
    assert!(
        began.elapsed() < Duration::from_millis(600),
        "{:?}",
        began.elapsed()
    );
    for error in [
        unary.await.unwrap().unwrap_err(),
        stream.next().await.unwrap_err(),
    ] {
        assert_eq!(error.code(), StatusCode::Unavailable);
        assert_eq!(error.details(), "Cancelling all calls");
    }
    until("the handlers go", || {
        lab.seen.dropped.load(Ordering::SeqCst) == 2
    })
    .await;
    let error = lab.stub.say_hello(request("", 0)).await.unwrap_err();
    assert_eq!(error.code(), StatusCode::Unavailable);
    assert!(
        error
            .details()
            .starts_with("failed to connect to all addresses; last error: ")
    );
}

#[tokio::test]
async fn calls_that_run_may_finish_within_the_grace() {
    let lab = run().await;
    let unary = tokio::spawn(lab.stub.say_hello(request("sleep", 300)).into_future());
    tokio::time::sleep(Duration::from_millis(50)).await;
    let began = Instant::now();
    let stopping = lab.server.clone();
    let stop = tokio::spawn(async move { stopping.stop(Duration::from_secs(20)).await });
    unary.await.unwrap().unwrap();
    stop.await.unwrap();
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "no longer than the call"
    );
}

#[tokio::test]
async fn calls_that_run_are_ended_when_the_grace_is_over() {
    let lab = run().await;
    let unary = tokio::spawn(lab.stub.say_hello(request("sleep", 60_000)).into_future());
    tokio::time::sleep(Duration::from_millis(50)).await;
    let began = Instant::now();
    lab.server.stop(Duration::from_millis(200)).await;
    let took = began.elapsed();
    assert!(
        took >= Duration::from_millis(200) && took < Duration::from_millis(900),
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
    lab.server.stop(Duration::from_secs(20)).await;
    assert!(began.elapsed() < Duration::from_secs(1), "it has no call");
    drop(silent);
}

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
    let held = tokio::spawn(lab.stub.say_hello(request("sleep", 400)).into_future());
    tokio::time::sleep(Duration::from_millis(50)).await;
    let stopping = lab.server.clone();
    let stop = tokio::spawn(async move { stopping.stop(Duration::from_secs(5)).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let error = lab.stub.say_hello(request("", 0)).await.unwrap_err();
    assert_eq!(error.code(), StatusCode::Unavailable);
    assert!(
        error
            .details()
            .starts_with("failed to connect to all addresses")
    );
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

#[tokio::test]
async fn a_connection_that_says_nothing_holds_no_server() {
    let lab = run().await;
    let _silent = std::net::TcpStream::connect(("127.0.0.1", lab.port)).unwrap();
    let began = Instant::now();
    lab.server.stop(Duration::from_secs(20)).await;
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
}
