//! Calls that are made again as the service config says.

use std::time::Duration;

use rustgrpc::{MethodConfig, RetryPolicy, ServiceConfig, StatusCode};

use super::{face, lab};
use crate::expected::assert_ends;
use crate::peer::Peer;
use crate::peer_lab_pb2::LabRequest;
use crate::peer_lab_pb2_grpc::LabStub;

const BRIEF: Duration = Duration::from_millis(20);

/// Fails with UNAVAILABLE until the attempt of this number, counted from zero.
fn flaky(succeed_after_attempts: i32) -> LabRequest {
    LabRequest::new()
        .with_status_code(StatusCode::Unavailable.value())
        .with_succeed_after_attempts(succeed_after_attempts)
        .with_want_context(true)
}

fn config(policy: RetryPolicy) -> ServiceConfig {
    ServiceConfig::new().method(MethodConfig::service("peer.v1.Lab").retry(policy))
}

fn policy(attempts: u32, code: StatusCode) -> RetryPolicy {
    RetryPolicy::new(attempts, [code]).backoff(BRIEF, BRIEF, 1.0)
}

fn stub(peer: &Peer, policy: RetryPolicy) -> LabStub<face::Channel> {
    let builder = face::Channel::builder(&peer.target).service_config(config(policy));
    LabStub::new(&builder.build())
}

pub(super) async fn succeed_in_the_end(peer: &Peer) {
    let stub = stub(peer, policy(4, StatusCode::Unavailable));
    for failures in 1..4 {
        let response = done!(stub.unary(flaky(failures))).unwrap();
        let headers = &response.context().metadata;
        let attempts = headers
            .iter()
            .find(|header| header.key == "grpc-previous-rpc-attempts");
        let attempts = attempts.map(|header| String::from_utf8(header.value.clone()).unwrap());
        assert_eq!(attempts, Some(failures.to_string()));
    }
}

pub(super) async fn stop_at_the_last_attempt(peer: &Peer) {
    let end = done!(stub(peer, policy(3, StatusCode::Unavailable)).unary(flaky(9)));
    assert_ends(end, StatusCode::Unavailable, "attempt 2");
    // More than five count as five.
    let end = done!(stub(peer, policy(10, StatusCode::Unavailable)).unary(flaky(9)));
    assert_ends(end, StatusCode::Unavailable, "attempt 4");
}

pub(super) async fn need_a_policy(peer: &Peer) {
    let end = done!(lab(peer).unary(flaky(1)));
    assert_ends(end, StatusCode::Unavailable, "attempt 0");
    // For another service.
    let other = MethodConfig::service("greet.Greeter").retry(policy(4, StatusCode::Unavailable));
    let builder = face::Channel::builder(&peer.target);
    let builder = builder.service_config(ServiceConfig::new().method(other));
    let end = done!(LabStub::new(&builder.build()).unary(flaky(1)));
    assert_ends(end, StatusCode::Unavailable, "attempt 0");
}

pub(super) async fn need_the_right_code(peer: &Peer) {
    let end = done!(stub(peer, policy(4, StatusCode::Internal)).unary(flaky(1)));
    assert_ends(end, StatusCode::Unavailable, "attempt 0");
    // The server's headers have come: the call is committed.
    let request = LabRequest::new()
        .with_status_code(StatusCode::Unavailable.value())
        .with_status_message("after the headers");
    let end = done!(stub(peer, policy(4, StatusCode::Unavailable)).unary(request));
    assert_ends(end, StatusCode::Unavailable, "after the headers");
}

pub(super) async fn can_be_switched_off(peer: &Peer) {
    let builder = face::Channel::builder(&peer.target).enable_retries(false);
    let builder = builder.service_config(config(policy(4, StatusCode::Unavailable)));
    let end = done!(LabStub::new(&builder.build()).unary(flaky(1)));
    assert_ends(end, StatusCode::Unavailable, "attempt 0");
}

pub(super) async fn end_with_the_deadline(peer: &Peer) {
    let day = Duration::from_secs(86_400);
    let slow = RetryPolicy::new(4, [StatusCode::Unavailable]).backoff(day, day, 1.0);
    let call = stub(peer, slow).unary(flaky(9));
    let end = done!(call.timeout(Duration::from_millis(300)));
    // The pause is a random part of the day.
    assert_ends(end, StatusCode::DeadlineExceeded, "Deadline Exceeded");
}
