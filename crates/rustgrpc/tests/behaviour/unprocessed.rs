//! Calls that a server did not take are made again, and nobody hears of it: GOAWAY, REFUSED_STREAM.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::join_all;
use h2::Reason;
use h2::server::SendResponse;
use rustgrpc::{StatusCode, aio};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::greet_pb2_grpc::GreeterStub;
use crate::on_runtime::lab::{PATIENCE, request};
use crate::raw_server::{REPLY, fake, full};

fn answer(respond: SendResponse<Bytes>) {
    full(respond, REPLY, &[("grpc-status", "0")]);
}

#[tokio::test]
async fn a_stream_that_is_refused_once() {
    let calls = Arc::new(AtomicUsize::new(0));
    let seen = calls.clone();
    let target = fake(move |mut respond| {
        if seen.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) {
            respond.send_reset(Reason::REFUSED_STREAM);
        } else {
            answer(respond);
        }
    });
    let stub = GreeterStub::new(&aio::insecure_channel(target.await));
    for _ in 0..3 {
        assert_eq!(stub.say_hello(request("", 0)).await.unwrap().message, "r");
    }
    assert_eq!(calls.load(Ordering::SeqCst), 6);
}

/// Each connection takes five calls at a time and goes away after `served`; counts the connections.
async fn leaving(served: usize) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(serve(stream, served));
        }
    });
    (target, connections)
}

async fn serve(stream: TcpStream, served: usize) {
    let mut builder = h2::server::Builder::new();
    let handshake = builder.max_concurrent_streams(5).handshake(stream);
    let mut connection = handshake.await.unwrap();
    let mut taken = 0;
    while let Some(Ok((_, respond))) = connection.accept().await {
        answer(respond);
        taken += 1;
        if taken == served {
            connection.graceful_shutdown();
        }
    }
}

#[tokio::test]
async fn calls_behind_a_goaway() {
    let (target, connections) = leaving(20).await;
    let stub = GreeterStub::new(&aio::insecure_channel(target));
    let calls = (0..100).map(|_| stub.say_hello(request("", 0)).into_future());
    for reply in join_all(calls).await {
        assert_eq!(reply.unwrap().message, "r");
    }
    assert!(connections.load(Ordering::SeqCst) >= 5);
}

#[tokio::test]
async fn streams_of_requests_behind_a_goaway() {
    let (target, _) = leaving(5).await;
    let stub = GreeterStub::new(&aio::insecure_channel(target));
    let calls = (0..20).map(|_| {
        let requests = rustgrpc::requests([request("a", 0), request("b", 0)]);
        stub.lots_of_greetings(requests).into_future()
    });
    for reply in join_all(calls).await {
        assert_eq!(reply.unwrap().message, "r");
    }
}

/// Speaks HTTP/2 by hand: answers the first HEADERS with a GOAWAY that says which stream was the last to be taken.
async fn go_away(stream: &mut TcpStream, last: u8, reason: Reason) -> std::io::Result<()> {
    stream.read_exact(&mut [0; 24]).await?;
    // SETTINGS, and the acknowledgement of the peer's.
    stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).await?;
    stream.write_all(&[0, 0, 0, 4, 1, 0, 0, 0, 0]).await?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        stream.read_exact(&mut vec![0; length as usize]).await?;
        if head[3] == 1 {
            let mut go_away = vec![0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, last];
            go_away.extend(u32::from(reason).to_be_bytes());
            return stream.write_all(&go_away).await;
        }
    }
}

/// C23.39: a call that the server has taken may still be answered, so its deadline ends it.
#[tokio::test]
async fn a_call_in_front_of_a_goaway() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        go_away(&mut stream, 1, Reason::NO_ERROR).await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
        std::future::pending::<()>().await;
    });
    let stub = GreeterStub::new(&aio::insecure_channel(target));
    let call = stub.say_hello(request("", 0));
    let error = call.timeout(Duration::from_secs(1)).await.unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::DeadlineExceeded, "Deadline Exceeded")
    );
}

/// A stub on a server that takes nothing; counts the connections.
async fn taking_nothing(reason: Reason) -> (GreeterStub, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            go_away(&mut stream, 0, reason).await.unwrap();
        }
    });
    (
        GreeterStub::new(&aio::insecure_channel(target)),
        connections,
    )
}

/// What the caller sent is why the connection ended: sent again and again, it would end one connection after the other.
#[tokio::test]
async fn a_server_that_takes_offence() {
    let (stub, connections) = taking_nothing(Reason::COMPRESSION_ERROR).await;
    let error = stub.say_hello(request("", 0)).await.unwrap_err();
    assert_eq!(error.code(), StatusCode::Unavailable, "{error}");
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

/// Neither a busy loop nor for ever.
#[tokio::test]
async fn a_server_that_takes_nothing() {
    let (stub, connections) = taking_nothing(Reason::NO_ERROR).await;
    let began = Instant::now();
    let call = stub.say_hello(request("", 0));
    let error = call.timeout(Duration::from_secs(1)).await.unwrap_err();
    assert!(began.elapsed() < PATIENCE);
    assert_eq!(error.code(), StatusCode::DeadlineExceeded, "{error}");
    let attempts = connections.load(Ordering::SeqCst);
    assert!(
        (2..20).contains(&attempts),
        "{attempts} connections in a second"
    );
}
