//! Channels, from no connection to one, and back.

use std::net::TcpListener;
use std::time::Duration;

use rustgrpc::{ChannelConnectivity, LoadBalancing, StatusCode};

use super::{channel, face, lab};
use crate::expected::{assert_ends, assert_fails};
use crate::peer::Peer;
use crate::peer_lab_pb2::LabRequest;
use crate::peer_lab_pb2_grpc::LabStub;
use crate::relay::Relay;

/// A port on which nobody listens, until somebody else is given it.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

pub(super) async fn goes_through_states(peer: &Peer) {
    let channel = channel(peer);
    assert_eq!(channel.get_state(false), ChannelConnectivity::Idle);
    face::channel_ready(&channel).await;
    assert_eq!(channel.get_state(false), ChannelConnectivity::Ready);
    assert!(done!(LabStub::new(&channel).unary(LabRequest::new())).is_ok());
    face::close(&channel).await;
    assert_eq!(channel.get_state(true), ChannelConnectivity::Shutdown);
}

pub(super) async fn fails_where_nobody_listens(_peer: &Peer) {
    let target = format!("127.0.0.1:{}", free_port());
    let stub = LabStub::new(&face::insecure_channel(&target));
    let text = format!(
        "failed to connect to all addresses; last error: UNKNOWN: ipv4:{target}: Failed to connect to remote host: \
         Connection refused"
    );
    assert_ends(
        done!(stub.unary(LabRequest::new())),
        StatusCode::Unavailable,
        &text,
    );
    let (_, end) = read_all!(stub.server_stream(LabRequest::new()));
    assert_ends(end, StatusCode::Unavailable, &text);
    let call = stub.unary(LabRequest::new()).wait_for_ready(true);
    let end = done!(call.timeout(Duration::from_millis(300)));
    assert_ends(end, StatusCode::DeadlineExceeded, "Deadline Exceeded");
}

pub(super) async fn waits_for_a_server(peer: &Peer) {
    let port = free_port();
    let builder = face::Channel::builder(format!("127.0.0.1:{port}"));
    let builder = builder.initial_reconnect_backoff(Duration::from_millis(100));
    let stub = LabStub::new(&builder.build());
    let call = stub.unary(LabRequest::new().with_number(1));
    let call = face::begin(call.wait_for_ready(true));
    // The first attempt to connect has failed by then, as a rule.
    face::pause(Duration::from_millis(300)).await;
    let _relay = Relay::at(port, &peer.target).expect("the port is still free");
    assert_eq!(face::finish(call).await.unwrap().number, 1);
}

pub(super) async fn comes_back_after_a_break(peer: &Peer) {
    let relay = Relay::to(&peer.target).expect("a free port");
    let stub = LabStub::new(&face::insecure_channel(format!("127.0.0.1:{}", relay.port)));
    let request = LabRequest::new()
        .with_response_count(i32::MAX)
        .with_interval_ms(10);
    let mut call = stub.server_stream(request);
    assert!(get!(call.read()).unwrap().is_some());
    relay.break_connections();
    let (_, end) = read_all!(call);
    assert_fails(end, StatusCode::Unavailable, "Stream removed (");
    // The next call connects again.
    let call = stub.unary(LabRequest::new().with_number(2));
    let response = done!(call.wait_for_ready(true)).unwrap();
    assert_eq!(response.number, 2);
}

pub(super) async fn takes_any_form_of_target(peer: &Peer) {
    let port = peer.target.rsplit(':').next().expect("a port");
    for target in [
        format!("dns:///localhost:{port}"),
        format!("localhost:{port}"),
        format!("ipv4:127.0.0.1:{port}"),
        // Nobody is at the first address.
        format!("ipv4:127.0.0.1:1,127.0.0.1:{port}"),
    ] {
        let stub = LabStub::new(&face::insecure_channel(&target));
        assert!(done!(stub.unary(LabRequest::new())).is_ok(), "{target}");
    }
}

/// Over two ways to the same server: `peer` in the report tells which one a call came.
pub(super) async fn balances(peer: &Peer) {
    let relays = [(); 2].map(|()| Relay::to(&peer.target).expect("a free port"));
    let ports = relays.each_ref().map(|relay| relay.port);
    let target = format!("ipv4:127.0.0.1:{},127.0.0.1:{}", ports[0], ports[1]);
    for (policy, least) in [
        (LoadBalancing::PickFirst, 0),
        (LoadBalancing::RoundRobin, 5),
    ] {
        let channel = face::Channel::builder(&target)
            .load_balancing(policy)
            .build();
        face::channel_ready(&channel).await;
        let stub = LabStub::new(&channel);
        let mut ways = std::collections::BTreeMap::<_, usize>::new();
        // The second connection may take a while: until both are used, and no longer than a check may last.
        for _ in 0..100 {
            let call = stub.unary(LabRequest::new().with_want_context(true));
            let response = done!(call).unwrap();
            *ways.entry(response.context().peer.clone()).or_default() += 1;
            let spread = ways.len() == 2 && ways.values().all(|calls| *calls >= least);
            if spread && policy == LoadBalancing::RoundRobin {
                break;
            }
            face::pause(Duration::from_millis(5)).await;
        }
        match policy {
            LoadBalancing::PickFirst => assert_eq!(ways.len(), 1, "{ways:?}"),
            _ => {
                assert_eq!(ways.len(), 2, "{ways:?}");
                assert!(ways.values().all(|calls| *calls >= least), "{ways:?}");
            }
        }
    }
    assert!(done!(lab(peer).unary(LabRequest::new())).is_ok());
}
