//! How calls end.

use rustgrpc::{RpcError, StatusCode};

use super::{face, lab};
use crate::expected::{assert_ends, values};
use crate::peer::{Flavour, Peer, Site};
use crate::peer_lab_pb2::LabRequest;

const DETAILS: &str = "grpc-status-details-bin";

fn ending(code: StatusCode, message: &str) -> LabRequest {
    LabRequest::new()
        .with_status_code(code.value())
        .with_status_message(message)
}

pub(super) async fn end_a_unary_call(peer: &Peer) {
    let stub = lab(peer);
    for code in (1..=16).map(|value| StatusCode::from_value(value).unwrap()) {
        let end = done!(stub.unary(ending(code, code.name())));
        assert_ends(end, code, code.name());
    }
}

pub(super) async fn end_streams(peer: &Peer) {
    let stub = lab(peer);
    let request = ending(StatusCode::DataLoss, "loss").with_response_count(3);
    let (responses, end) = read_all!(stub.server_stream(request));
    assert_eq!(responses.len(), 3);
    assert_ends(end, StatusCode::DataLoss, "loss");

    let requests = [LabRequest::new(), ending(StatusCode::Aborted, "second")];
    let end = done!(stub.client_stream(face::requests(requests)));
    assert_ends(end, StatusCode::Aborted, "second");

    let requests = [
        LabRequest::new(),
        ending(StatusCode::OutOfRange, "second"),
        LabRequest::new(),
    ];
    let (responses, end) = read_all!(stub.bidi(face::requests(requests)));
    assert_eq!(responses.len(), 1);
    assert_ends(end, StatusCode::OutOfRange, "second");
}

pub(super) async fn may_be_set_only(peer: &Peer) {
    let stub = lab(peer);
    let request = || ending(StatusCode::NotFound, "set").with_set_only(true);
    assert_ends(done!(stub.unary(request())), StatusCode::NotFound, "set");
    let mut call = stub.server_stream(request().with_response_count(2));
    let (responses, end) = read_all!(call);
    assert_eq!(responses.len(), 2);
    assert_ends(end, StatusCode::NotFound, "set");
    let (responses, end) = read_all!(stub.bidi(face::requests([request(), request()])));
    assert_eq!(responses.len(), 2);
    assert_ends(end, StatusCode::NotFound, "set");
}

pub(super) async fn carry_details(peer: &Peer) {
    let details = b"\x08\x05\x12\x01d\xff".to_vec();
    let request = || {
        ending(StatusCode::NotFound, "d")
            .with_status_details(details.clone())
            .with_response_count(1)
    };
    let check = |error: RpcError| {
        assert_eq!(
            values(error.trailing_metadata(), DETAILS),
            std::slice::from_ref(&details)
        );
    };
    let stub = lab(peer);
    let end = done!(stub.unary(request()));
    check(assert_ends(end, StatusCode::NotFound, "d"));
    let (_, end) = read_all!(stub.server_stream(request()));
    check(assert_ends(end, StatusCode::NotFound, "d"));
    let (_, end) = read_all!(stub.bidi(face::requests([request()])));
    check(assert_ends(end, StatusCode::NotFound, "d"));
}

pub(super) async fn keep_all_characters(peer: &Peer) {
    for text in [
        "没有 %x é",
        "two\nlines\t\"quoted\"",
        " spaces ",
        "100%",
        "%41",
        "",
    ] {
        let end = done!(lab(peer).unary(ending(StatusCode::Internal, text)));
        assert_ends(end, StatusCode::Internal, text);
    }
}

pub(super) async fn errors_are_unknown(peer: &Peer) {
    let stub = lab(peer);
    let raising = || LabRequest::new().with_raise_message("错误 boom");
    let check = |error: RpcError, site| {
        assert_eq!(error.code(), StatusCode::Unknown);
        peer.assert_raised(error.details(), site, "错误 boom");
    };
    check(done!(stub.unary(raising())).unwrap_err(), Site::Calling);
    let (responses, end) = read_all!(stub.server_stream(raising().with_response_count(2)));
    assert_eq!(responses.len(), 2);
    check(end.unwrap_err(), Site::Iterating);
    let requests = face::requests([LabRequest::new(), raising()]);
    let end = done!(stub.client_stream(requests));
    check(end.unwrap_err(), Site::Calling);
    let requests = face::requests([LabRequest::new(), raising()]);
    let (responses, end) = read_all!(stub.bidi(requests));
    assert_eq!(responses.len(), 1);
    check(end.unwrap_err(), Site::Iterating);
}

pub(super) async fn methods_are_not_implemented(peer: &Peer) {
    let stub = lab(peer);
    let check = |error: RpcError| {
        assert_eq!(error.code(), StatusCode::Unimplemented);
        let text = "Method not implemented!";
        match peer.flavour {
            Flavour::Any => assert!(error.details().ends_with(text), "{error}"),
            Flavour::Sync => assert_eq!(error.details(), text),
            Flavour::Aio => assert_eq!(
                error.details(),
                format!("Unexpected <class 'NotImplementedError'>: {text}")
            ),
        }
    };
    check(done!(stub.ni_unary(LabRequest::new())).unwrap_err());
    let (responses, end) = read_all!(stub.ni_server_stream(LabRequest::new()));
    assert_eq!(responses.len(), 0);
    check(end.unwrap_err());
    let requests = || face::requests([LabRequest::new()]);
    check(done!(stub.ni_client_stream(requests())).unwrap_err());
    let (responses, end) = read_all!(stub.ni_bidi(requests()));
    assert_eq!(responses.len(), 0);
    check(end.unwrap_err());
}
