//! Calls that run while their caller does other things.

use std::sync::mpsc;
use std::time::Duration;

use rustgrpc as grpc;
use rustgrpc::{FutureError, StatusCode};

use crate::expected::token;
use crate::peer::Peer;
use crate::peer_lab_pb2::{CancelQuery, LabRequest};
use crate::peer_lab_pb2_grpc::LabStub;

fn lab(peer: &Peer) -> LabStub<grpc::Channel> {
    LabStub::new(&grpc::insecure_channel(&peer.target))
}

fn slow(token: &str) -> LabRequest {
    LabRequest::new()
        .with_delay_ms(600_000)
        .with_cancel_token(token)
}

pub(super) async fn give_results(peer: &Peer) {
    let request = LabRequest::new().with_number(3).with_delay_ms(50);
    let future = lab(peer)
        .unary(request)
        .metadata([("x-peer-initial", "i")])
        .future();
    let (sender, receiver) = mpsc::channel();
    future.add_done_callback(move || sender.send("over").unwrap());
    assert_eq!(future.result(None).unwrap().number, 3);
    assert_eq!(receiver.recv().unwrap(), "over");
    assert!(future.done() && !future.running() && !future.cancelled());
    assert!(future.exception(None).unwrap().is_none());
    assert_eq!(future.code(), StatusCode::Ok);
    assert_eq!(
        future.initial_metadata().get("x-peer-initial").unwrap(),
        "i"
    );
    assert!(!future.cancel());
    let requests = [1, 2].map(|number| LabRequest::new().with_number(number));
    let future = lab(peer).client_stream(requests).future();
    assert_eq!(future.result(None).unwrap().number, 3);
}

pub(super) async fn are_cancelled(peer: &Peer) {
    let stub = lab(peer);
    let token = token();
    let future = stub.unary(slow(&token)).future();
    // Waits for the handler.
    drop(future.initial_metadata());
    let soon = Duration::from_millis(10);
    assert!(matches!(future.result(soon), Err(FutureError::Timeout)));
    assert!(future.running());
    assert!(future.cancel());
    assert!(!future.cancel());
    assert!(future.cancelled() && future.done());
    assert_eq!(future.code(), StatusCode::Cancelled);
    assert_eq!(future.details(), "Locally cancelled by application!");
    assert!(matches!(future.result(None), Err(FutureError::Cancelled)));
    let query = CancelQuery::new().with_token(token).with_wait_ms(30_000);
    assert!(stub.was_cancelled(query).wait().unwrap().seen);
}

pub(super) async fn fail(peer: &Peer) {
    let request = LabRequest::new()
        .with_status_code(5)
        .with_status_message("nf");
    let future = lab(peer).unary(request).future();
    let error = future.exception(None).unwrap().expect("an error");
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::NotFound, "nf")
    );
    assert!(matches!(future.result(None), Err(FutureError::Rpc(_))));
}
