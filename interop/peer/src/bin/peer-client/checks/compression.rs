//! Compressed requests and responses.

use rustgrpc::{Compression, StatusCode};

use super::{face, lab};
use crate::expected::assert_ends;
use crate::peer::Peer;
use crate::peer_lab_pb2::{Codec, LabRequest};
use crate::peer_lab_pb2_grpc::LabStub;

const ALL: [Compression; 3] = [
    Compression::NoCompression,
    Compression::Deflate,
    Compression::Gzip,
];

fn long() -> LabRequest {
    LabRequest::new().with_text("compress me ".repeat(2_000))
}

pub(super) async fn of_requests(peer: &Peer) {
    for compression in ALL {
        let call = lab(peer).unary(long()).compression(compression);
        assert_eq!(done!(call).unwrap().text, long().text);
        // Too short to be compressed.
        let short = LabRequest::new().with_text("x");
        let call = lab(peer).unary(short).compression(compression);
        assert_eq!(done!(call).unwrap().text, "x");
    }
}

pub(super) async fn of_responses(peer: &Peer) {
    for codec in [Codec::CODEC_UNSPECIFIED, Codec::GZIP, Codec::DEFLATE] {
        for compression in ALL {
            let request = long().with_compression(codec);
            let call = lab(peer).unary(request).compression(compression);
            assert_eq!(done!(call).unwrap().text, long().text);
        }
    }
}

pub(super) async fn of_streams(peer: &Peer) {
    for (codec, compression) in [
        (Codec::GZIP, Compression::Deflate),
        (Codec::DEFLATE, Compression::Gzip),
    ] {
        let request = || long().with_compression(codec).with_response_count(3);
        let call = lab(peer).server_stream(request());
        let (responses, end) = read_all!(call.compression(compression));
        end.unwrap();
        assert_eq!(responses.len(), 3);
        assert!(
            responses
                .iter()
                .all(|response| response.text == long().text)
        );

        let requests = face::requests([request(), request()]);
        let call = lab(peer).client_stream(requests).compression(compression);
        let response = done!(call).unwrap();
        assert_eq!(response.text, format!("{0},{0}", long().text));

        let requests = face::requests([request(), request()]);
        let call = lab(peer).bidi(requests).compression(compression);
        let (responses, end) = read_all!(call.compression(compression));
        end.unwrap();
        assert_eq!(responses.len(), 2);
        assert!(
            responses
                .iter()
                .all(|response| response.text == long().text)
        );
    }
}

pub(super) async fn of_the_channel(peer: &Peer) {
    let builder = face::Channel::builder(&peer.target).compression(Compression::Gzip);
    let stub = LabStub::new(&builder.build());
    assert_eq!(done!(stub.unary(long())).unwrap().text, long().text);
    for compression in ALL {
        let call = stub.unary(long()).compression(compression);
        assert_eq!(done!(call).unwrap().text, long().text);
    }
}

/// By a caller who has switched the codec off, and is sent it all the same.
pub(super) async fn can_be_refused(peer: &Peer) {
    let builder = face::Channel::builder(&peer.target).enabled_compression([]);
    let stub = LabStub::new(&builder.build());
    assert_eq!(done!(stub.unary(long())).unwrap().text, long().text);
    let request = long().with_compression(Codec::GZIP).with_response_count(1);
    let (responses, end) = read_all!(stub.server_stream(request));
    // rustgrpc's own server looks at what the caller takes.
    if end.is_ok() {
        assert_eq!(responses[0].text, long().text);
        return;
    }
    let text = "Compression algorithm not supported: gzip";
    assert_ends(end, StatusCode::Internal, text);
}
