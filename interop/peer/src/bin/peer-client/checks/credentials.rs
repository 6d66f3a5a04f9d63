//! Credentials that need no certificates.

use rustgrpc as grpc;
use rustgrpc::{LocalConnectionType, StatusCode};

use super::{face, lab};
use crate::expected::assert_ends;
use crate::peer::Peer;
use crate::peer_lab_pb2::LabRequest;
use crate::peer_lab_pb2_grpc::LabStub;

pub(super) async fn of_calls_need_a_secure_channel(peer: &Peer) {
    let token = grpc::access_token_call_credentials("secret");
    let end = done!(lab(peer).unary(LabRequest::new()).credentials(token));
    let text = "Established channel does not have a sufficient security level to transfer call credential.";
    assert_ends(end, StatusCode::Unauthenticated, text);
}

pub(super) async fn local_ones_count_as_secure(peer: &Peer) {
    let local = grpc::local_channel_credentials(LocalConnectionType::LocalTcp);
    let stub = LabStub::new(&face::secure_channel(&peer.target, local));
    let token = grpc::access_token_call_credentials("secret");
    let call = stub.unary(LabRequest::new().with_want_context(true));
    let response = done!(call.credentials(token)).unwrap();
    let headers = &response.context().metadata;
    let header = headers.iter().find(|header| header.key == "authorization");
    assert_eq!(header.expect("a token").value, b"Bearer secret");
}
