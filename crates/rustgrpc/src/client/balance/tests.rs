//! Names with several addresses, which come and go.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;

use super::LoadBalancing;
use crate::aio::{self, Channel, ChannelBuilder};
use crate::client::target::Told;
use crate::{
    RpcError, StatusCode, bytes_serializer, method_handlers_generic_handler,
    unary_unary_rpc_method_handler,
};

/// Answers with its number.
async fn server(number: u8) -> (aio::Server, SocketAddr) {
    let handler = unary_unary_rpc_method_handler(
        move |_request: Bytes, _context| async move { Ok(Bytes::copy_from_slice(&[number])) },
        Ok::<_, Infallible>,
        bytes_serializer,
    );
    let mut server = aio::server();
    server.add_generic_rpc_handlers([method_handlers_generic_handler("t.T", [("Who", handler)])]);
    let port = server.add_insecure_port("127.0.0.1:0").unwrap();
    server.start().await.unwrap();
    (server, ([127, 0, 0, 1], port).into())
}

/// Nobody listens there.
fn dead() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

fn told(addresses: &[SocketAddr]) -> Told {
    Arc::new(Mutex::new(addresses.to_vec()))
}

fn channel(told: &Told, policy: LoadBalancing) -> Channel {
    ChannelBuilder::told(told)
        .load_balancing(policy)
        .initial_reconnect_backoff(Duration::from_millis(10))
        .max_reconnect_backoff(Duration::from_millis(10))
        .min_time_between_resolutions(Duration::ZERO)
        .build()
}

async fn who(channel: &Channel) -> Result<u8, RpcError> {
    let who =
        channel.unary_unary_multi_callable("/t.T/Who", bytes_serializer, Ok::<Bytes, Infallible>);
    let call = who.call(Bytes::new()).wait_for_ready(true);
    Ok(call.timeout(Duration::from_secs(20)).await?[0])
}

/// Until each of these servers has answered.
async fn answer(channel: &Channel, servers: &[u8]) {
    let mut missing: BTreeSet<_> = servers.iter().copied().collect();
    for _ in 0..2_000 {
        missing.remove(&who(channel).await.unwrap());
        if missing.is_empty() {
            return;
        }
    }
    panic!("{missing:?} never answered");
}

const BOTH: [LoadBalancing; 2] = [LoadBalancing::PickFirst, LoadBalancing::RoundRobin];

#[tokio::test]
async fn every_address_is_tried() {
    let (_server, live) = server(7).await;
    for policy in BOTH {
        let addresses = told(&[dead(), dead(), dead(), live, dead()]);
        assert_eq!(
            who(&channel(&addresses, policy)).await.unwrap(),
            7,
            "{policy:?}"
        );
    }
}

#[tokio::test]
async fn calls_go_to_every_address_or_to_the_first() {
    let servers = [server(0).await, server(1).await, server(2).await];
    let addresses = told(&servers.each_ref().map(|(_, address)| *address));
    let first = channel(&addresses, LoadBalancing::PickFirst);
    for _ in 0..10 {
        assert_eq!(who(&first).await.unwrap(), 0);
    }
    let robin = channel(&addresses, LoadBalancing::RoundRobin);
    answer(&robin, &[0, 1, 2]).await;
}

#[tokio::test]
async fn a_name_is_looked_up_again_after_a_loss() {
    for policy in BOTH {
        let (old, address) = server(1).await;
        let addresses = told(&[address]);
        let channel = channel(&addresses, policy);
        assert_eq!(who(&channel).await.unwrap(), 1);
        let (_new, address) = server(2).await;
        *addresses.lock().unwrap() = vec![dead(), address];
        old.stop(None).await;
        assert_eq!(who(&channel).await.unwrap(), 2, "{policy:?}");
    }
}

#[tokio::test]
async fn a_name_is_looked_up_again_after_failures() {
    for policy in BOTH {
        let addresses = told(&[dead()]);
        let channel = channel(&addresses, policy);
        let calls = tokio::spawn({
            let channel = channel.clone();
            async move { who(&channel).await }
        });
        let failed = crate::ChannelConnectivity::TransientFailure;
        while channel.get_state(true) != failed {
            channel
                .wait_for_state_change(channel.get_state(false))
                .await;
        }
        let (_server, address) = server(3).await;
        *addresses.lock().unwrap() = vec![address];
        assert_eq!(calls.await.unwrap().unwrap(), 3, "{policy:?}");
    }
}

#[tokio::test]
async fn addresses_that_are_gone_get_no_calls() {
    let servers = [server(0).await, server(1).await, server(2).await];
    let [first, second, third] = servers.each_ref().map(|(_, address)| *address);
    let addresses = told(&[first, second]);
    let robin = channel(&addresses, LoadBalancing::RoundRobin);
    answer(&robin, &[0, 1]).await;
    *addresses.lock().unwrap() = vec![second, third];
    // Looked up again because of it.
    servers[0].0.stop(None).await;
    answer(&robin, &[1, 2]).await;
    for _ in 0..20 {
        assert_ne!(who(&robin).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_name_without_a_live_address() {
    for (policy, text) in [
        (
            LoadBalancing::PickFirst,
            "failed to connect to all addresses; last error: ",
        ),
        (
            LoadBalancing::RoundRobin,
            "connections to all backends failing; last error: ",
        ),
    ] {
        let addresses = told(&[dead(), dead()]);
        let channel = channel(&addresses, policy);
        let who = channel.unary_unary_multi_callable(
            "/t.T/Who",
            bytes_serializer,
            Ok::<Bytes, Infallible>,
        );
        let error = who.call(Bytes::new()).await.unwrap_err();
        assert_eq!(error.code(), StatusCode::Unavailable);
        assert!(error.details().starts_with(text), "{error}");
    }
}
