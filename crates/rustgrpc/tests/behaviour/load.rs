//! Many calls on one connection, and streams that are faster than their readers.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::future::join_all;
use rustgrpc as grpc;

use super::lab::{request, run};
use crate::greet_pb2::HelloRequest;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_calls_at_once() {
    let lab = run().await;
    let calls = (0..1000).map(|n| lab.stub.say_hello(request("sleep", n % 50)).into_future());
    for (n, reply) in join_all(calls).await.into_iter().enumerate() {
        assert_eq!(reply.unwrap().count as usize, n % 50);
    }
    assert_eq!(lab.seen.dropped.load(Ordering::SeqCst), 1000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_streams_at_once() {
    let lab = run().await;
    let calls = (0..1000).map(|n| {
        let mut call = lab
            .stub
            .bidi_hello(grpc::requests((0..3).map(move |k| request("", n + k))));
        async move {
            for k in 0..3 {
                assert_eq!(call.next().await.unwrap().unwrap().count, n + k);
            }
            assert_eq!(call.next().await.unwrap(), None);
        }
    });
    join_all(calls).await;
}

/// C14.19.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_reader_holds_the_servicer_back_and_nobody_else() {
    let lab = run().await;
    let data = vec![5; 100_000];
    let large = HelloRequest {
        data: data.clone(),
        ..request("", 200)
    };
    let mut slow = lab.stub.lots_of_replies(large);
    assert!(slow.next().await.unwrap().is_some());
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(
        lab.seen.dropped.load(Ordering::SeqCst),
        0,
        "20 MB do not fit"
    );
    lab.stub.say_hello(request("", 0)).await.unwrap();
    let mut count = 1;
    while let Some(reply) = slow.next().await.unwrap() {
        assert_eq!((reply.count, reply.data.len()), (count, data.len()));
        count += 1;
    }
    assert_eq!(count, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_servicer_holds_the_caller_back() {
    let lab = run().await;
    let mut call = lab.stub.lots_of_greetings(grpc::writing());
    call.write(request("sleep", 1)).await.unwrap();
    for _ in 0..200 {
        let large = HelloRequest {
            data: vec![5; 100_000],
            ..request("", 1)
        };
        call.write(large).await.unwrap();
    }
    call.done_writing();
    assert_eq!(call.await.unwrap().count, 201);
    assert_eq!(lab.seen.received.load(Ordering::SeqCst), 201);
}

#[tokio::test]
async fn writes_wait_for_the_transport_from_the_first_on() {
    let lab = run().await;
    let mut call = lab.stub.lots_of_greetings(grpc::writing());
    for written in 0..64 {
        let received = lab.seen.received.load(Ordering::SeqCst);
        assert!(
            written - received <= 16,
            "{written} are written, {received} received"
        );
        let large = HelloRequest {
            data: vec![5; 1 << 20],
            ..request("", 1)
        };
        call.write(large).await.unwrap();
    }
    call.done_writing();
    assert_eq!(call.await.unwrap().count, 64);
}

#[tokio::test]
async fn a_writer_that_never_has_to_wait_leaves_time_for_the_call() {
    let lab = run().await;
    let (writer, requests) = grpc::request_channel();
    let call = lab.stub.lots_of_greetings(requests);
    let writing = tokio::spawn(async move { while writer.write(request("", 1)).await.is_ok() {} });
    let end = call.timeout(Duration::from_millis(200)).await.unwrap_err();
    assert_eq!(end.code(), grpc::StatusCode::DeadlineExceeded);
    writing.await.unwrap();
}

#[tokio::test]
async fn large_messages_of_all_sizes_arrive() {
    let lab = run().await;
    for length in [0, 1, 255, 256, 16_379, 16_384, 65_535, 1 << 20, 4_000_000] {
        let data: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
        let sent = HelloRequest {
            data: data.clone(),
            ..request("", 1)
        };
        assert_eq!(lab.stub.say_hello(sent).await.unwrap().data, data);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_cancelled_calls_do_not_cost_the_connection() {
    let lab = run().await;
    let peer = lab
        .stub
        .say_hello(request("peer", 0))
        .await
        .unwrap()
        .message;
    for _ in 0..15 {
        let calls = (0..100).map(|n| {
            let mut call = lab.stub.lots_of_replies(HelloRequest {
                data: vec![0; 1000],
                ..request("endless", 1_000_000)
            });
            async move {
                call.start().await;
                for _ in 0..n % 3 {
                    assert!(call.next().await.unwrap().is_some());
                }
            }
        });
        join_all(calls).await;
    }
    assert_eq!(
        lab.stub
            .say_hello(request("peer", 0))
            .await
            .unwrap()
            .message,
        peer
    );
}
