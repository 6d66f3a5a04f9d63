//! Calls that their caller cancels, and what the server sees of it.

use rustgrpc as grpc;
use rustgrpc::StatusCode;

use super::{FOREVER_MS, NOTICE_MS, channel, endless, face, lab, was_cancelled};
use crate::expected::{assert_ends, token};
use crate::peer::Peer;
use crate::peer_lab_pb2::LabRequest;
use crate::peer_lab_pb2_grpc::LabStub;

const BY_CALLER: &str = "Locally cancelled by application!";

fn slow_stream(token: &str) -> LabRequest {
    LabRequest::new()
        .with_response_count(i32::MAX)
        .with_interval_ms(10)
        .with_cancel_token(token)
}

pub(super) async fn ends_a_unary_call(peer: &Peer) {
    let token = token();
    let mut call = lab(peer).unary(endless(&token));
    face::cancel_when_begun(call.handle());
    assert_ends(done!(call), StatusCode::Cancelled, BY_CALLER);
    assert!(was_cancelled(peer, &token, NOTICE_MS).await);
}

pub(super) async fn ends_a_server_stream(peer: &Peer) {
    let token = token();
    let mut call = lab(peer).server_stream(slow_stream(&token));
    for index in 0..3 {
        assert_eq!(get!(call.read()).unwrap().unwrap().index, index);
    }
    assert!(call.cancel());
    assert_ends(get!(call.read()), StatusCode::Cancelled, BY_CALLER);
    assert!(!call.cancel());
    assert!(!call.is_active());
    assert_eq!(get!(call.code()), StatusCode::Cancelled);
    assert_eq!(get!(call.details()), BY_CALLER);
    assert!(was_cancelled(peer, &token, NOTICE_MS).await);
}

pub(super) async fn ends_a_client_stream(peer: &Peer) {
    let token = token();
    let mut call = lab(peer).client_stream(grpc::writing());
    get!(call.write(LabRequest::new().with_cancel_token(&*token))).unwrap();
    // The headers come with the first request that is read.
    face::cancel_when_begun(call.handle());
    assert_ends(done!(call), StatusCode::Cancelled, BY_CALLER);
    assert!(was_cancelled(peer, &token, NOTICE_MS).await);
}

pub(super) async fn ends_a_dialogue(peer: &Peer) {
    let token = token();
    let mut call = lab(peer).bidi(grpc::writing());
    get!(call.write(LabRequest::new().with_cancel_token(&*token))).unwrap();
    assert!(get!(call.read()).unwrap().is_some());
    assert!(call.cancel());
    assert_ends(get!(call.read()), StatusCode::Cancelled, BY_CALLER);
    assert!(get!(call.write(LabRequest::new())).is_err());
    assert!(was_cancelled(peer, &token, NOTICE_MS).await);
}

pub(super) async fn comes_with_dropping_a_stream(peer: &Peer) {
    let token = token();
    let mut call = lab(peer).server_stream(slow_stream(&token));
    assert!(get!(call.read()).unwrap().is_some());
    drop(call);
    assert!(was_cancelled(peer, &token, NOTICE_MS).await);
}

pub(super) async fn comes_with_closing_the_channel(peer: &Peer) {
    let token = token();
    let channel = channel(peer);
    let stub = LabStub::new(&channel);
    let mut call = stub.server_stream(slow_stream(&token));
    assert!(get!(call.read()).unwrap().is_some());
    face::close(&channel).await;
    let (_, end) = read_all!(call);
    assert_ends(
        end,
        StatusCode::Cancelled,
        "Stream removed (Channel closed!)",
    );
    let late = done!(stub.unary(LabRequest::new()));
    assert_ends(late, StatusCode::Cancelled, "Channel closed!");
    assert!(was_cancelled(peer, &token, NOTICE_MS).await);
}

pub(super) async fn is_not_seen_by_finished_calls(peer: &Peer) {
    let token = token();
    let stub = lab(peer);
    let request = || LabRequest::new().with_cancel_token(&*token);
    done!(stub.unary(request())).unwrap();
    let (_, end) = read_all!(stub.server_stream(request().with_response_count(2)));
    end.unwrap();
    done!(stub.client_stream(face::requests([request()]))).unwrap();
    let (_, end) = read_all!(stub.bidi(face::requests([request()])));
    end.unwrap();
    assert!(!was_cancelled(peer, &token, 100).await);
    // The report waits for a token that comes late.
    let mut late = stub.unary(request().with_delay_ms(FOREVER_MS));
    face::cancel_when_begun(late.handle());
    assert!(done!(late).is_err());
    assert!(was_cancelled(peer, &token, NOTICE_MS).await);
}
