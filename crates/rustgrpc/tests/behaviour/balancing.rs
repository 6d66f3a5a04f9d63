//! Several addresses behind one target: C18, C27.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use rustgrpc::aio::{Channel, Server};
use rustgrpc::{ChannelConnectivity, LoadBalancing, StatusCode};

use crate::connecting::{dead_port, server_on};
use crate::greet_pb2_grpc::GreeterStub;
use crate::on_runtime::lab::{PATIENCE, request, until};

struct Backend {
    server: Server,
    address: String,
}

async fn backends(count: usize) -> (Vec<Backend>, String) {
    let mut backends = Vec::new();
    for _ in 0..count {
        let address = format!("127.0.0.1:{}", dead_port());
        let server = server_on(&address).await;
        backends.push(Backend { server, address });
    }
    let addresses: Vec<_> = backends.iter().map(|backend| &*backend.address).collect();
    let target = format!("ipv4:{}", addresses.join(","));
    (backends, target)
}

fn quick(target: &str) -> rustgrpc::aio::ChannelBuilder {
    Channel::builder(target)
        .initial_reconnect_backoff(Duration::from_millis(20))
        .max_reconnect_backoff(Duration::from_millis(50))
}

/// How many calls each connection got: its own address tells it apart.
async fn spread(stub: &GreeterStub, calls: usize) -> Vec<usize> {
    let mut counts = HashMap::<String, usize>::new();
    for _ in 0..calls {
        let reply = stub.say_hello(request("peer", 0)).await.unwrap();
        *counts.entry(reply.message).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_values().collect();
    counts.sort_unstable();
    counts
}

/// Until the channel is connected to all addresses that answer.
async fn settled(stub: &GreeterStub, connections: usize) {
    evenly(stub, &vec![1; connections]).await;
}

/// Until the calls are spread like that.
async fn evenly(stub: &GreeterStub, counts: &[usize]) {
    let began = Instant::now();
    while spread(stub, counts.iter().sum()).await != counts {
        assert!(began.elapsed() < PATIENCE, "never {counts:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// C27.15-17.
#[tokio::test]
async fn calls_are_spread_as_the_policy_says() {
    let (_backends, target) = backends(2).await;
    let json = |text: &str| Channel::builder(&target).service_config_json(text);
    for (channel, counts) in [
        (Channel::builder(&target), vec![20]),
        (
            Channel::builder(&target).load_balancing(LoadBalancing::PickFirst),
            vec![20],
        ),
        (
            Channel::builder(&target).load_balancing(LoadBalancing::RoundRobin),
            vec![10, 10],
        ),
        (
            json(r#"{"loadBalancingConfig": [{"unknown": {}}, {"round_robin": {}}]}"#),
            vec![10, 10],
        ),
        (
            json(r#"{"loadBalancingPolicy": "ROUND_ROBIN"}"#),
            vec![10, 10],
        ),
        (
            json(r#"{"loadBalancingConfig": [{"round_robin": {}}]}"#)
                .load_balancing(LoadBalancing::PickFirst),
            vec![20],
        ),
    ] {
        let stub = GreeterStub::new(&channel.build());
        settled(&stub, counts.len()).await;
        evenly(&stub, &counts).await;
    }
}

#[tokio::test]
async fn pick_first_goes_to_the_next_when_the_first_goes() {
    let (backends, target) = backends(2).await;
    let stub = GreeterStub::new(&Channel::builder(&target).build());
    stub.say_hello(request("", 0)).await.unwrap();
    backends[0].server.stop(None).await;
    stub.say_hello(request("", 0)).await.unwrap();
    backends[1].server.stop(None).await;
    let error = stub.say_hello(request("", 0)).await.unwrap_err();
    assert_eq!(error.code(), StatusCode::Unavailable);
}

#[tokio::test]
async fn round_robin_does_without_those_that_are_gone() {
    let (mut backends, target) = backends(3).await;
    let channel = quick(&target)
        .load_balancing(LoadBalancing::RoundRobin)
        .build();
    let stub = GreeterStub::new(&channel);
    settled(&stub, 3).await;
    evenly(&stub, &[10, 10, 10]).await;
    let gone = backends.remove(1);
    gone.server.stop(None).await;
    // No call fails, and soon none is lost on the connection that has gone.
    evenly(&stub, &[10, 10]).await;
    let _back = server_on(&gone.address).await;
    settled(&stub, 3).await;
    for backend in &backends {
        backend.server.stop(None).await;
    }
    evenly(&stub, &[5]).await;
}

#[tokio::test]
async fn round_robin_without_anyone() {
    let (backends, target) = backends(2).await;
    let channel = quick(&target)
        .load_balancing(LoadBalancing::RoundRobin)
        .build();
    let stub = GreeterStub::new(&channel);
    channel.channel_ready().await.unwrap();
    for backend in &backends {
        backend.server.stop(None).await;
    }
    until("failed", || {
        channel.get_state(false) == ChannelConnectivity::TransientFailure
    })
    .await;
    let error = stub.say_hello(request("", 0)).await.unwrap_err();
    assert_eq!(error.code(), StatusCode::Unavailable);
    let begin = "connections to all backends failing; last error: UNKNOWN: ipv4:127.0.0.1:";
    assert!(error.details().starts_with(begin), "{error}");
    let waiting = tokio::spawn(
        stub.say_hello(request("", 0))
            .wait_for_ready(true)
            .into_future(),
    );
    let _back = server_on(&backends[0].address).await;
    waiting.await.unwrap().unwrap();
}

#[tokio::test]
async fn round_robin_goes_idle_and_comes_back() {
    let (_backends, target) = backends(2).await;
    let channel = quick(&target)
        .load_balancing(LoadBalancing::RoundRobin)
        .idle_timeout(Duration::from_millis(100))
        .build();
    let stub = GreeterStub::new(&channel);
    stub.say_hello(request("sleep", 300)).await.unwrap();
    until("idle", || {
        channel.get_state(false) == ChannelConnectivity::Idle
    })
    .await;
    stub.say_hello(request("", 0)).await.unwrap();
}

/// An address that never answers holds up the next one only for a moment.
#[tokio::test]
async fn an_address_that_does_not_answer() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (_backends, target) = backends(1).await;
    let target = target.replace("ipv4:", &format!("ipv4:{},", silent.local_addr().unwrap()));
    for policy in [LoadBalancing::PickFirst, LoadBalancing::RoundRobin] {
        let channel = Channel::builder(&target).load_balancing(policy).build();
        let call = GreeterStub::new(&channel)
            .say_hello(request("", 0))
            .into_future();
        let reply = tokio::time::timeout(PATIENCE, call).await;
        reply.unwrap().unwrap();
    }
    let target = silent.local_addr().unwrap().to_string();
    let channel = Channel::builder(&target)
        .min_connect_timeout(Duration::from_millis(100))
        .build();
    let error = GreeterStub::new(&channel)
        .say_hello(request("", 0))
        .await
        .unwrap_err();
    let details = format!(
        "failed to connect to all addresses; last error: UNAVAILABLE: ipv4:{target}: connection attempt timed out"
    );
    assert_eq!(error.details(), details);
}
