//! Streams in either direction, and in both.

use rustgrpc as grpc;
use rustgrpc::StatusCode;

use super::{face, lab};
use crate::peer::Peer;
use crate::peer_lab_pb2::LabRequest;

fn numbered(number: i32) -> LabRequest {
    LabRequest::new()
        .with_number(number)
        .with_text(number.to_string())
}

pub(super) async fn responses_are_counted(peer: &Peer) {
    let request = numbered(7).with_response_count(5).with_interval_ms(1);
    let mut call = lab(peer).server_stream(request);
    let (responses, end) = read_all!(call);
    end.unwrap();
    let indexes: Vec<_> = responses.iter().map(|response| response.index).collect();
    assert_eq!(indexes, [0, 1, 2, 3, 4]);
    assert!(
        responses
            .iter()
            .all(|response| response.number == 7 && response.text == "7")
    );
    // The end stays the end.
    assert_eq!(get!(call.read()).unwrap(), None);
    assert_eq!(get!(call.code()), StatusCode::Ok);
}

pub(super) async fn an_empty_stream_is_ok(peer: &Peer) {
    let mut call = lab(peer).server_stream(LabRequest::new());
    assert_eq!(get!(call.read()).unwrap(), None);
    assert_eq!(get!(call.code()), StatusCode::Ok);
}

pub(super) async fn requests_are_summed_up(peer: &Peer) {
    let requests = [1, 2, 3].map(|number| numbered(number).with_payload([b'p'; 1000]));
    let response = done!(lab(peer).client_stream(face::requests(requests))).unwrap();
    assert_eq!(response.text, "1,2,3");
    assert_eq!(
        (response.number, response.count, response.payload_bytes),
        (6, 3, 3000)
    );
}

pub(super) async fn no_request_is_fine(peer: &Peer) {
    let stub = lab(peer);
    let call = stub.client_stream(face::requests::<LabRequest, 0>([]));
    let (response, call) = done!(call.metadata([("x-peer-initial", "i")]).with_call()).unwrap();
    assert_eq!((&*response.text, response.count), ("", 0));
    assert_eq!(
        get!(call.initial_metadata()).get("x-peer-initial").unwrap(),
        "i"
    );
    let (responses, end) = read_all!(stub.bidi(face::requests::<LabRequest, 0>([])));
    assert_eq!(responses.len(), 0);
    end.unwrap();
}

/// The server answers while the requests have not ended.
pub(super) async fn a_server_may_stop_reading(peer: &Peer) {
    let mut call = lab(peer).client_stream(grpc::writing());
    get!(call.write(numbered(1))).unwrap();
    get!(call.write(numbered(2).with_stop_reading(true))).unwrap();
    let response = done!(call).unwrap();
    assert_eq!((&*response.text, response.count), ("1,2", 2));
}

pub(super) async fn requests_are_answered_in_order(peer: &Peer) {
    let requests = [5, 6, 7, 8].map(|number| numbered(number).with_response_size(number));
    let (responses, end) = read_all!(lab(peer).bidi(face::requests(requests)));
    end.unwrap();
    let seen: Vec<_> = responses
        .iter()
        .map(|response| (response.index, response.number, response.payload.len()))
        .collect();
    assert_eq!(seen, [(0, 5, 5), (1, 6, 6), (2, 7, 7), (3, 8, 8)]);
}

/// The server ends the call, with OK, while the requests have not ended.
pub(super) async fn a_server_may_end_a_dialogue(peer: &Peer) {
    let mut call = lab(peer).bidi(grpc::writing());
    get!(call.write(numbered(1))).unwrap();
    assert_eq!(get!(call.read()).unwrap().unwrap().number, 1);
    get!(call.write(numbered(2).with_stop_reading(true))).unwrap();
    assert_eq!(get!(call.read()).unwrap().unwrap().number, 2);
    assert_eq!(get!(call.read()).unwrap(), None);
    assert_eq!(get!(call.code()), StatusCode::Ok);
}

/// More than any window or buffer between the two holds.
pub(super) async fn much_goes_both_ways(peer: &Peer) {
    let payload: Vec<u8> = (0..100_000).map(|at| at as u8).collect();
    let requests = [(); 200].map(|()| LabRequest::new().with_payload(payload.clone()));
    let mut call = lab(peer).bidi(face::requests(requests));
    for index in 0..200 {
        let response = get!(call.read())
            .unwrap()
            .expect("an answer to each request");
        assert_eq!(response.index, index);
        assert!(response.payload == payload, "response {index} is another");
    }
    assert_eq!(get!(call.read()).unwrap(), None);
}
