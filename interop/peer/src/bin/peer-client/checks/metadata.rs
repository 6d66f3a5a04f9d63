//! Metadata, both ways.

use rustgrpc as grpc;
use rustgrpc::{Metadata, MetadataValue, StatusCode};

use super::{endless, face, lab};
use crate::expected::{assert_ends, values};
use crate::peer::Peer;
use crate::peer_lab_pb2::LabRequest;

const INITIAL: &str = "x-peer-initial";
const TRAILING: &str = "x-peer-trailing-bin";

/// Has both sent back.
fn both() -> Metadata {
    let mut metadata = Metadata::new();
    metadata.add(INITIAL, "first");
    metadata.add(TRAILING, vec![0, 0xff]);
    metadata.add(INITIAL, "second");
    metadata.add(TRAILING, b"a,b".to_vec());
    metadata
}

fn assert_sent_back(initial: &Metadata, trailing: &Metadata) {
    assert_eq!(
        values(initial, INITIAL),
        [b"first".to_vec(), b"second".to_vec()]
    );
    assert_eq!(values(trailing, TRAILING), [vec![0, 0xff], b"a,b".to_vec()]);
}

pub(super) async fn comes_back_from_all_kinds(peer: &Peer) {
    let stub = lab(peer);
    let request = || LabRequest::new().with_response_count(1);

    let (_, call) = done!(stub.unary(request()).metadata(both()).with_call()).unwrap();
    assert_sent_back(
        &get!(call.initial_metadata()),
        &get!(call.trailing_metadata()),
    );
    let mut call = stub.server_stream(request()).metadata(both());
    let initial = get!(call.initial_metadata());
    assert_sent_back(&initial, &get!(call.trailing_metadata()));

    let call = stub.client_stream(face::requests([request()]));
    let (_, call) = done!(call.metadata(both()).with_call()).unwrap();
    assert_sent_back(
        &get!(call.initial_metadata()),
        &get!(call.trailing_metadata()),
    );
    let mut call = stub.bidi(face::requests([request()])).metadata(both());
    let initial = get!(call.initial_metadata());
    assert_sent_back(&initial, &get!(call.trailing_metadata()));
}

pub(super) async fn keeps_order_and_bytes(peer: &Peer) {
    let all: Vec<u8> = (0..=255).collect();
    // Values of one key follow each other: HTTP orders the values of a key, and nothing else.
    let sent: [(&str, MetadataValue); 7] = [
        ("k", "v".into()),
        ("k", "two words, and a comma".into()),
        ("x-bin", all.into()),
        ("x-bin", vec![1].into()),
        ("empty", "".into()),
        ("empty-bin", Vec::new().into()),
        ("a_b.c-d9", "v".into()),
    ];
    let request = LabRequest::new().with_want_context(true);
    let call = lab(peer).unary(request).metadata(sent.clone());
    let response = done!(call).unwrap();
    let seen = response.context().metadata.iter();
    let seen: Vec<_> = seen
        .filter(|header| header.key != "user-agent")
        .map(|header| (&*header.key, &*header.value))
        .collect();
    let sent: Vec<_> = sent
        .iter()
        .map(|(key, value)| (*key, value.as_bytes()))
        .collect();
    assert_eq!(seen, sent);
}

/// Of unary calls, too: the headers come at once, the response never.
pub(super) async fn comes_before_a_slow_response(peer: &Peer) {
    let stub = lab(peer);
    let mut call = stub.unary(endless("")).metadata([(INITIAL, "early")]);
    // Cancels when the initial metadata is there, which would not come otherwise.
    let handle = call.handle();
    face::cancel_when_begun(handle.clone());
    assert_eq!(done!(call).unwrap_err().code(), StatusCode::Cancelled);
    assert_eq!(
        values(&get!(handle.initial_metadata()), INITIAL),
        [b"early"]
    );

    let mut call = stub
        .server_stream(endless(""))
        .metadata([(INITIAL, "early")]);
    assert_eq!(values(&get!(call.initial_metadata()), INITIAL), [b"early"]);
    assert!(call.is_active());

    let mut call = stub.bidi(grpc::writing()).metadata([(INITIAL, "early")]);
    assert_eq!(values(&get!(call.initial_metadata()), INITIAL), [b"early"]);
    assert!(call.is_active());
}

pub(super) async fn comes_with_an_error(peer: &Peer) {
    let request = LabRequest::new().with_status_code(StatusCode::Aborted.value());
    let end = done!(lab(peer).unary(request.clone()).metadata(both()));
    let error = assert_ends(end, StatusCode::Aborted, "");
    assert_sent_back(error.initial_metadata(), error.trailing_metadata());
    let (_, end) = read_all!(lab(peer).server_stream(request).metadata(both()));
    let error = assert_ends(end, StatusCode::Aborted, "");
    assert_sent_back(error.initial_metadata(), error.trailing_metadata());
}

pub(super) async fn leaves_out_reserved_names(peer: &Peer) {
    let request = LabRequest::new().with_want_context(true);
    let call = lab(peer).unary(request).metadata([
        ("grpc-timeout", "1n"),
        ("te", "gzip"),
        ("content-type", "text/html"),
        ("user-agent", "me"),
        ("grpc-foo", "goes"),
        ("authorization", "Bearer t"),
    ]);
    let response = done!(call).unwrap();
    let context = response.context();
    assert!(!context.has_deadline);
    let seen = context
        .metadata
        .iter()
        .filter(|header| header.key != "user-agent");
    let seen: Vec<_> = seen.map(|header| (&*header.key, &*header.value)).collect();
    assert_eq!(
        seen,
        [("grpc-foo", &b"goes"[..]), ("authorization", b"Bearer t")]
    );
    let agents = context
        .metadata
        .iter()
        .filter(|header| header.key == "user-agent");
    assert!(agents.into_iter().all(|header| header.value != b"me"));
}

pub(super) async fn is_refused_when_it_cannot_be_sent(peer: &Peer) {
    for (key, value) in [
        ("Key", "v"),
        ("a b", "v"),
        ("", "v"),
        ("k", "é"),
        ("k", "a\nb"),
    ] {
        let call = lab(peer).unary(LabRequest::new()).metadata([(key, value)]);
        assert_ends(done!(call), StatusCode::Internal, "Invalid metadata");
    }
}
