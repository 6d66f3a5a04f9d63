//! Calls of methods that no stub knows.

use bytes::Bytes;
use rustgrpc::protobuf::Message;
use rustgrpc::{bytes_deserializer, bytes_serializer};

use super::{channel, face};
use crate::peer::Peer;
use crate::peer_lab_pb2::{LabRequest, LabResponse};

fn bytes(number: i32) -> Bytes {
    let request = LabRequest::new().with_number(number);
    request.serialize().into()
}

fn number(response: &Bytes) -> i32 {
    LabResponse::parse(response).unwrap().number
}

pub(super) async fn take_bytes(peer: &Peer) {
    let call = channel(peer).unary_unary_multi_callable(
        "/peer.v1.Lab/Unary",
        bytes_serializer,
        bytes_deserializer,
    );
    assert_eq!(number(&done!(call.call(bytes(5))).unwrap()), 5);
}

pub(super) async fn take_streams(peer: &Peer) {
    let call = channel(peer).stream_stream_multi_callable(
        "/peer.v1.Lab/Bidi",
        bytes_serializer,
        bytes_deserializer,
    );
    let (responses, end) = read_all!(call.call(face::requests([bytes(1), bytes(2)])));
    end.unwrap();
    let numbers: Vec<_> = responses.iter().map(number).collect();
    assert_eq!(numbers, [1, 2]);
}
