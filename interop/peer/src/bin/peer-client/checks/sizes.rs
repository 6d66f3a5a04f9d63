//! Limits on the size of messages.

use rustgrpc::StatusCode;

use super::{face, lab};
use crate::expected::{assert_ends, assert_fails};
use crate::peer::Peer;
use crate::peer_lab_pb2::LabRequest;
use crate::peer_lab_pb2_grpc::LabStub;

const DEFAULT: i32 = 4 << 20;

pub(super) async fn of_responses_are_limited(peer: &Peer) {
    let large = |size| LabRequest::new().with_response_size(size);
    // The payload's tag and length take five bytes.
    assert!(done!(lab(peer).unary(large(DEFAULT - 5))).is_ok());
    let text = "CLIENT: Received message larger than max (4194305 vs. 4194304)";
    let end = done!(lab(peer).unary(large(DEFAULT - 4)));
    assert_fails(end, StatusCode::ResourceExhausted, text);

    let builder = face::Channel::builder(&peer.target).max_receive_message_length(1000);
    let stub = LabStub::new(&builder.build());
    assert!(done!(stub.unary(large(997))).is_ok());
    let text = "Stream removed (CLIENT: Received message larger than max (1001 vs. 1000))";
    let end = done!(stub.unary(large(998)));
    assert_ends(end, StatusCode::ResourceExhausted, text);

    let builder = face::Channel::builder(&peer.target).max_receive_message_length(None);
    let stub = LabStub::new(&builder.build());
    let response = done!(stub.unary(large(8 << 20))).unwrap();
    assert_eq!(response.payload.len(), 8 << 20);
}

pub(super) async fn of_requests_are_limited(peer: &Peer) {
    let builder = face::Channel::builder(&peer.target).max_send_message_length(100);
    let stub = LabStub::new(&builder.build());
    let sized = |size| LabRequest::new().with_payload(vec![b'p'; size]);
    assert!(done!(stub.unary(sized(98))).is_ok());
    let text = "CLIENT: Sent message larger than max (101 vs. 100)";
    let end = done!(stub.unary(sized(99)));
    assert_ends(end, StatusCode::ResourceExhausted, text);
    let end = done!(stub.client_stream(face::requests([sized(1), sized(99)])));
    assert_ends(end, StatusCode::ResourceExhausted, text);
}

pub(super) async fn of_streamed_responses_are_limited(peer: &Peer) {
    let builder = face::Channel::builder(&peer.target).max_receive_message_length(1000);
    let stub = LabStub::new(&builder.build());
    let requests = [10, 2000].map(|size| LabRequest::new().with_response_size(size));
    let (responses, end) = read_all!(stub.bidi(face::requests(requests)));
    assert_eq!(responses.len(), 1);
    let text = "CLIENT: Received message larger than max (2005 vs. 1000)";
    assert_fails(end, StatusCode::ResourceExhausted, text);
}

pub(super) async fn by_the_server(peer: &Peer) {
    let large = || LabRequest::new().with_payload(vec![b'p'; DEFAULT as usize]);
    let text = "SERVER: Received message larger than max (4194309 vs. 4194304)";
    let end = done!(lab(peer).unary(large()));
    assert_ends(end, StatusCode::ResourceExhausted, text);
    let requests = face::requests([LabRequest::new(), large()]);
    let end = done!(lab(peer).client_stream(requests));
    assert_fails(end, StatusCode::ResourceExhausted, text);
}
