//! How long connections last, what keeps them alive, how many calls they carry: C35.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::join_all;
use rustgrpc::aio::{Channel, Server};
use rustgrpc::{ChannelConnectivity, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::greet_pb2_grpc::GreeterStub;
use crate::on_runtime::lab::{PATIENCE, request, run, run_with, until};

const MILLI: Duration = Duration::from_millis(1);

async fn peer(stub: &GreeterStub) -> String {
    let reply = stub.say_hello(request("peer", 0)).await;
    reply.unwrap().message
}

/// C35.20.
#[tokio::test]
async fn an_old_connection_is_replaced() {
    let lab = run_with(Server::builder().max_connection_age(100 * MILLI)).await;
    let first = peer(&lab.stub).await;
    let mut long = lab.stub.lots_of_replies(request("slow", 20));
    // Calls begin all the time, and none hears of it.
    let began = Instant::now();
    let mut peers = vec![first];
    while peers.len() < 3 {
        assert!(began.elapsed() < PATIENCE, "{peers:?}");
        peers.push(peer(&lab.stub).await);
        peers.dedup();
    }
    // The first two lived as long as they may, give or take a tenth.
    assert!(began.elapsed() >= 150 * MILLI, "{:?}", began.elapsed());
    let mut count = 0;
    while long.next().await.unwrap().is_some() {
        count += 1;
    }
    assert_eq!(count, 20, "calls may run on");
}

#[tokio::test]
async fn calls_on_an_old_connection_have_a_grace() {
    let builder = Server::builder().max_connection_age(100 * MILLI);
    let lab = run_with(builder.max_connection_age_grace(100 * MILLI)).await;
    let began = Instant::now();
    let call = lab.stub.say_hello(request("sleep", 60_000));
    let error = call.await.unwrap_err();
    assert_eq!(error.code(), StatusCode::Unavailable);
    let took = began.elapsed();
    assert!(took > 150 * MILLI && took < PATIENCE, "{took:?}");
    peer(&lab.stub).await;
}

/// C35.21.
#[tokio::test]
async fn a_connection_without_calls_is_closed() {
    let lab = run_with(Server::builder().max_connection_idle(150 * MILLI)).await;
    let first = peer(&lab.stub).await;
    let held = tokio::spawn(lab.stub.say_hello(request("hold", 0)).into_future());
    tokio::time::sleep(400 * MILLI).await;
    assert_eq!(peer(&lab.stub).await, first, "a call is no idleness");
    lab.seen.gate.open();
    held.await.unwrap().unwrap();
    until("idle", || {
        lab.channel.get_state(false) == ChannelConnectivity::Idle
    })
    .await;
    assert_ne!(peer(&lab.stub).await, first);
}

/// The GOAWAY frames that a server sends to a client that answers its pings: last stream and error code.
/// C35.20-21.
#[tokio::test]
async fn what_clients_see_of_it() {
    for (builder, go_aways) in [
        (
            Server::builder().max_connection_idle(50 * MILLI),
            vec![(0, 2)],
        ),
        (
            Server::builder().max_connection_age(50 * MILLI),
            vec![(0x7fff_ffff, 0), (0, 0)],
        ),
    ] {
        let lab = run_with(builder).await;
        let mut stream = TcpStream::connect(("127.0.0.1", lab.port)).await.unwrap();
        stream
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
            .await
            .unwrap();
        let seen = tokio::time::timeout(PATIENCE, read_go_aways(&mut stream));
        assert_eq!(seen.await.unwrap(), go_aways);
    }
}

async fn read_go_aways(stream: &mut TcpStream) -> Vec<(u32, u32)> {
    let mut seen = Vec::new();
    let mut head = [0; 9];
    while stream.read_exact(&mut head).await.is_ok() {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        stream.read_exact(&mut payload).await.unwrap();
        let word = |at: usize| u32::from_be_bytes(payload[at..at + 4].try_into().unwrap());
        match (head[3], head[4]) {
            (6, 0) => {
                let mut pong = vec![0, 0, 8, 6, 1, 0, 0, 0, 0];
                pong.extend(&payload);
                stream.write_all(&pong).await.unwrap();
            }
            (7, _) => seen.push((word(0), word(4))),
            _ => {}
        }
    }
    seen
}

/// Counts the pings that come over a connection whose calls are answered when `answer` tells.
async fn pinged(stream: TcpStream, pings: Arc<AtomicUsize>, answer: Arc<Notify>) {
    let (mut theirs, ours) = tokio::io::duplex(1 << 20);
    let (mut read, mut write) = stream.into_split();
    let serving = tokio::spawn(async move {
        let mut connection = h2::server::handshake(ours).await.unwrap();
        while let Some(Ok((_, mut respond))) = connection.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                answer.notified().await;
                let head = http::Response::builder().body(()).unwrap();
                let mut stream = respond.send_response(head, false).unwrap();
                stream
                    .send_data(Bytes::from_static(crate::raw_server::REPLY), false)
                    .unwrap();
                let trailers = crate::raw_server::headers(&[("grpc-status", "0")]);
                stream.send_trailers(trailers).unwrap();
            });
        }
    });
    let mut buffer = vec![0; 1 << 16];
    let (mut from, mut to) = tokio::io::split(&mut theirs);
    let down = async {
        tokio::io::copy(&mut from, &mut write).await.unwrap();
    };
    let up = async {
        while let Ok(length @ 1..) = read.read(&mut buffer).await {
            let ping = [0, 0, 8, 6, 0, 0, 0, 0, 0];
            let frames = buffer[..length].windows(9);
            let count = frames.filter(|frame| *frame == ping).count();
            pings.fetch_add(count, Ordering::SeqCst);
            to.write_all(&buffer[..length]).await.unwrap();
        }
    };
    tokio::select! {
        () = up => {}
        () = down => {}
    }
    serving.abort();
}

/// C35.18, C35.39.
#[tokio::test]
async fn pings_go_out_while_there_are_calls() {
    for without_calls in [false, true] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = listener.local_addr().unwrap().to_string();
        let (pings, answer) = (Arc::<AtomicUsize>::default(), Arc::<Notify>::default());
        let (counted, told) = (pings.clone(), answer.clone());
        let server = tokio::spawn(async move {
            pinged(listener.accept().await.unwrap().0, counted, told).await;
        });
        let channel = Channel::builder(target)
            .keepalive(50 * MILLI, PATIENCE)
            .keepalive_permit_without_calls(without_calls)
            .build();
        let call = GreeterStub::new(&channel).say_hello(request("", 0));
        let began = Instant::now();
        let call = tokio::spawn(call.into_future());
        let seen = || pings.load(Ordering::SeqCst);
        until("pings", || seen() >= 3).await;
        assert!(began.elapsed() >= 100 * MILLI, "no faster than is said");
        answer.notify_one();
        call.await.unwrap().unwrap();
        let so_far = seen();
        if without_calls {
            until("pings without calls", || seen() >= so_far + 3).await;
        } else {
            tokio::time::sleep(300 * MILLI).await;
            // One may have been on its way.
            assert!(seen() <= so_far + 1, "{so_far} and then {}", seen());
        }
        channel.close(None).await;
        server.await.unwrap();
    }
}

/// C35.18, C35.19, C35.39: a server does not count pings.
#[tokio::test]
async fn many_pings_are_no_offence() {
    let lab = run().await;
    let channel = Channel::builder(format!("127.0.0.1:{}", lab.port))
        .keepalive(10 * MILLI, PATIENCE)
        .build();
    let stub = GreeterStub::new(&channel);
    let first = peer(&stub).await;
    stub.say_hello(request("sleep", 500)).await.unwrap();
    assert_eq!(peer(&stub).await, first);
}

/// A peer that answers nothing any more, as when its cable is cut.
async fn silent() -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    let silent = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        let accepted = connection.accept().await;
        std::future::pending::<()>().await;
        drop((accepted, connection));
    });
    (target, silent)
}

/// C35.38, C35.43.
#[tokio::test]
async fn without_keepalive_a_silent_peer_is_waited_for() {
    let (target, silent) = silent().await;
    let call = GreeterStub::new(&Channel::builder(target).build()).say_hello(request("", 0));
    let error = call.timeout(1_000 * MILLI).await.unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::DeadlineExceeded, "Deadline Exceeded")
    );
    silent.abort();
}

/// C35.37, C35.40-42.
#[tokio::test]
async fn a_silent_peer_is_found_within_the_timeout() {
    let (target, silent) = silent().await;
    let channel = Channel::builder(target)
        .keepalive(200 * MILLI, 200 * MILLI)
        .build();
    let mut call = GreeterStub::new(&channel).lots_of_replies(request("", 0));
    let began = Instant::now();
    let error = call.next().await.unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::Unavailable, "Stream removed (ping timeout)")
    );
    let took = began.elapsed();
    assert!(took >= 350 * MILLI && took < PATIENCE, "{took:?}");
    silent.abort();
}

/// C35.22.
#[tokio::test]
async fn calls_beyond_the_streams_of_a_connection_wait() {
    let lab = run_with(Server::builder().max_concurrent_streams(1)).await;
    let began = Instant::now();
    let calls = (0..3).map(|_| lab.stub.say_hello(request("sleep", 100)).into_future());
    for reply in join_all(calls).await {
        reply.unwrap();
    }
    assert!(began.elapsed() >= 300 * MILLI);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_calls_at_once() {
    for streams in [100, u32::MAX] {
        let lab = run_with(Server::builder().max_concurrent_streams(streams)).await;
        let calls = (0..10_000).map(|n| {
            let call = lab.stub.say_hello(request("sleep", n % 10)).into_future();
            tokio::spawn(call)
        });
        for (n, reply) in join_all(calls).await.into_iter().enumerate() {
            assert_eq!(reply.unwrap().unwrap().count as usize, n % 10);
        }
    }
}

/// The same while connections come and go.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_calls_on_connections_that_age() {
    let builder = Server::builder().max_connection_age(200 * MILLI);
    let lab = run_with(builder.max_concurrent_streams(100)).await;
    let calls = (0..10_000).map(|n| {
        let call = lab.stub.say_hello(request("sleep", n % 10)).into_future();
        tokio::spawn(call)
    });
    for reply in join_all(calls).await {
        reply.unwrap().unwrap();
    }
}

/// C35.3.
#[tokio::test]
async fn user_agents() {
    let lab = run().await;
    let target = format!("127.0.0.1:{}", lab.port);
    let stub = GreeterStub::new(&Channel::builder(target).user_agent("prim/1").build());
    let seen = stub.say_hello(request("metadata", 0)).await.unwrap();
    assert!(
        seen.message.contains("prim/1 grpc-rustgrpc/"),
        "{}",
        seen.message
    );
}
