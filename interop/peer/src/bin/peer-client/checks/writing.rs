//! Requests that are written through the call object.

use rustgrpc as grpc;
use rustgrpc::StatusCode;

use super::{face, lab};
use crate::expected::assert_ends;
use crate::peer::Peer;
use crate::peer_lab_pb2::LabRequest;

const MIXED: &str = "The iterator and read/write APIs may not be mixed on a single RPC.";
const HALF_CLOSED: &str = "RPC is half closed after calling \"done_writing\".";
const FINISHED: &str = "RPC already finished.";

fn numbered(number: i32) -> LabRequest {
    LabRequest::new().with_number(number)
}

pub(super) async fn ends_with_done_writing(peer: &Peer) {
    let mut call = lab(peer).client_stream(grpc::writing());
    for number in [1, 2, 4] {
        get!(call.write(numbered(number))).unwrap();
    }
    call.done_writing();
    assert_eq!(done!(call).unwrap().number, 7);
}

pub(super) async fn goes_to_and_fro(peer: &Peer) {
    let mut call = lab(peer).bidi(grpc::writing());
    for number in 0..10 {
        get!(call.write(numbered(number))).unwrap();
        assert_eq!(get!(call.read()).unwrap().unwrap().number, number);
    }
    call.done_writing();
    assert_eq!(get!(call.read()).unwrap(), None);
    assert_eq!(get!(call.read()).unwrap(), None);
    assert_eq!(get!(call.code()), StatusCode::Ok);
}

pub(super) async fn is_over_after_done_writing(peer: &Peer) {
    let mut call = lab(peer).bidi(grpc::writing());
    get!(call.write(numbered(1))).unwrap();
    call.done_writing();
    let late = get!(call.write(numbered(2)));
    assert_ends(late, StatusCode::FailedPrecondition, HALF_CLOSED);
    let (responses, end) = read_all!(call);
    assert_eq!(responses.len(), 1);
    end.unwrap();
}

pub(super) async fn is_over_after_the_call(peer: &Peer) {
    let mut call = lab(peer).bidi(grpc::writing());
    get!(call.write(numbered(1).with_stop_reading(true))).unwrap();
    let (responses, end) = read_all!(call);
    assert_eq!(responses.len(), 1);
    end.unwrap();
    let late = get!(call.write(numbered(2)));
    assert_ends(late, StatusCode::FailedPrecondition, FINISHED);
    assert!(!call.is_active());
    assert!(!call.cancel());
}

pub(super) async fn does_not_mix_with_requests(peer: &Peer) {
    let mut call = lab(peer).bidi(face::requests([numbered(1)]));
    let mixed = get!(call.write(numbered(2)));
    assert_ends(mixed, StatusCode::FailedPrecondition, MIXED);
}
