//! Iterators of requests and responses, and where blocking is refused.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustgrpc as grpc;
use rustgrpc::StatusCode;

use crate::peer::Peer;
use crate::peer_lab_pb2::LabRequest;
use crate::peer_lab_pb2_grpc::LabStub;

fn lab(peer: &Peer) -> LabStub<grpc::Channel> {
    LabStub::new(&grpc::insecure_channel(&peer.target))
}

pub(super) async fn of_requests_may_block(peer: &Peer) {
    let (sender, receiver) = mpsc::channel();
    let writing = thread::spawn(move || {
        for number in 0..20 {
            sender.send(LabRequest::new().with_number(number)).unwrap();
            thread::sleep(Duration::from_millis(2));
        }
    });
    let responses = lab(peer).bidi(receiver);
    let numbers: Vec<_> = responses.map(|response| response.unwrap().number).collect();
    assert_eq!(numbers, (0..20).collect::<Vec<_>>());
    writing.join().unwrap();
}

pub(super) async fn of_responses_end_once(peer: &Peer) {
    let request = LabRequest::new()
        .with_response_count(2)
        .with_status_code(15);
    let mut responses = lab(peer).server_stream(request);
    assert_eq!(responses.next().unwrap().unwrap().index, 0);
    assert_eq!(responses.next().unwrap().unwrap().index, 1);
    let error = responses.next().unwrap().unwrap_err();
    assert_eq!(error.code(), StatusCode::DataLoss);
    assert!(responses.next().is_none());
    assert_eq!(responses.code(), StatusCode::DataLoss);
}

pub(super) async fn cannot_block_tasks(peer: &Peer) {
    let stub = lab(peer);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let refused = runtime.block_on(async { stub.unary(LabRequest::new()).wait() });
    assert_eq!(refused.unwrap_err().code(), StatusCode::FailedPrecondition);
    assert!(stub.unary(LabRequest::new()).wait().is_ok());
}
