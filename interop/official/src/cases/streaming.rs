//! `client_streaming`, `server_streaming`, `ping_pong` and `empty_stream`.

use rustgrpc as grpc;

use super::{ensure, expect};
use crate::Failure;
use crate::messages_pb2::{StreamingInputCallRequest, StreamingOutputCallResponse};
use crate::payload::{is_zeros, streaming_output, zeros};
use crate::test_pb2_grpc::TestServiceStub;

const REQUESTS: [usize; 4] = [27182, 8, 1828, 45904];
const RESPONSES: [usize; 4] = [31415, 9, 2653, 58979];

pub(super) async fn client(stub: &TestServiceStub) -> Result<(), Failure> {
    let requests = REQUESTS.map(|size| StreamingInputCallRequest {
        payload: Some(zeros(size)),
        ..Default::default()
    });
    let response = stub.streaming_input_call(grpc::requests(requests)).await?;
    expect(
        "the aggregated size",
        response.aggregated_payload_size,
        74922,
    )
}

pub(super) async fn server(stub: &TestServiceStub) -> Result<(), Failure> {
    let mut call = stub.streaming_output_call(streaming_output(&RESPONSES, None));
    for size in RESPONSES {
        check(call.next().await?.as_ref(), size)?;
    }
    expect("what follows", call.next().await?, None)
}

pub(super) async fn ping_pong(stub: &TestServiceStub) -> Result<(), Failure> {
    let mut call = stub.full_duplex_call(grpc::writing());
    for (request, response) in REQUESTS.into_iter().zip(RESPONSES) {
        call.write(streaming_output(&[response], Some(request)))
            .await?;
        check(call.next().await?.as_ref(), response)?;
    }
    call.done_writing();
    expect("what follows", call.next().await?, None)
}

pub(super) async fn empty(stub: &TestServiceStub) -> Result<(), Failure> {
    let mut call = stub.full_duplex_call(grpc::requests([]));
    expect("the first response", call.next().await?, None)
}

/// Whether this is a response of `size` zeros.
pub(super) fn check(
    response: Option<&StreamingOutputCallResponse>,
    size: usize,
) -> Result<(), Failure> {
    let payload = response.and_then(|response| response.payload.as_ref());
    ensure(is_zeros(payload, size), || {
        let length = payload.map(|payload| payload.body.len());
        format!("the response is no {size} zeros but has {length:?} bytes")
    })
}
