//! What a service config says beside retries.

use rustgrpc::StatusCode;

use super::{endless, face};
use crate::expected::{assert_ends, assert_fails};
use crate::peer::Peer;
use crate::peer_lab_pb2::LabRequest;
use crate::peer_lab_pb2_grpc::LabStub;

/// A stub of a channel whose config says this of every method of the lab.
fn stub(target: &str, config: &str) -> LabStub<face::Channel> {
    let json =
        format!(r#"{{"methodConfig": [{{"name": [{{"service": "peer.v1.Lab"}}], {config}}}]}}"#);
    let builder = face::Channel::builder(target).service_config_json(&json);
    LabStub::new(&builder.build())
}

pub(super) async fn sets_a_timeout(peer: &Peer) {
    let stub = stub(&peer.target, r#""timeout": "0.3s""#);
    let end = done!(stub.unary(endless("")));
    assert_fails(end, StatusCode::DeadlineExceeded, "Deadline Exceeded");
    // A longer one of the call does not help.
    let call = stub.unary(endless(""));
    let end = done!(call.timeout(std::time::Duration::from_secs(50)));
    assert_fails(end, StatusCode::DeadlineExceeded, "Deadline Exceeded");
}

pub(super) async fn limits_requests(peer: &Peer) {
    let stub = stub(&peer.target, r#""maxRequestMessageBytes": 10"#);
    assert!(done!(stub.unary(LabRequest::new().with_text("12345678"))).is_ok());
    let end = done!(stub.unary(LabRequest::new().with_text("123456789")));
    let text = "CLIENT: Sent message larger than max (11 vs. 10)";
    assert_ends(end, StatusCode::ResourceExhausted, text);
}

pub(super) async fn waits_for_ready(_peer: &Peer) {
    let stub = stub("127.0.0.1:1", r#""waitForReady": true, "timeout": "0.3s""#);
    let end = done!(stub.unary(LabRequest::new()));
    assert_ends(end, StatusCode::DeadlineExceeded, "Deadline Exceeded");
}
