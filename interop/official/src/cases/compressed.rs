//! `client_compressed_*` and `server_compressed_*`.

use rustgrpc as grpc;
use rustgrpc::{Compression, StatusCode};

use super::streaming::check;
use super::unary::check_large;
use super::{ensure, expect};
use crate::Failure;
use crate::endpoint::Endpoint;
use crate::messages_pb2::{
    BoolValue, Payload, ResponseParameters, SimpleRequest, StreamingInputCallRequest,
    StreamingOutputCallRequest,
};
use crate::payload::{self, LARGE_RESPONSE, zeros};
use crate::relay::Relay;
use crate::test_pb2_grpc::TestServiceStub;

pub(super) async fn client_unary(stub: &TestServiceStub) -> Result<(), Failure> {
    let request = |compressed| SimpleRequest {
        expect_compressed: yes_or_no(compressed),
        ..payload::large_unary()
    };
    let probe = stub.unary_call(request(true)).await.map(drop);
    expect_refused(probe)?;
    let compressed = stub
        .unary_call(request(true))
        .compression(Compression::Gzip);
    check_large(&compressed.await?)?;
    check_large(&stub.unary_call(request(false)).await?)
}

pub(super) async fn client_streaming(stub: &TestServiceStub) -> Result<(), Failure> {
    let request = |compressed, payload| StreamingInputCallRequest {
        expect_compressed: yes_or_no(compressed),
        payload: Some(payload),
        ..Default::default()
    };
    let probe = grpc::requests([request(true, zeros(27182))]);
    expect_refused(stub.streaming_input_call(probe).await.map(drop))?;
    // A single request cannot be excepted from compression, in gRPC Python neither. But what compression would make longer
    // goes as it is.
    let requests = [
        request(true, zeros(27182)),
        request(false, incompressible(45904)),
    ];
    let call = stub
        .streaming_input_call(grpc::requests(requests))
        .compression(Compression::Gzip);
    expect(
        "the aggregated size",
        call.await?.aggregated_payload_size,
        73086,
    )
}

pub(super) async fn server_unary(endpoint: &Endpoint) -> Result<(), Failure> {
    let relay = Relay::start(endpoint.target()).await?;
    let stub = TestServiceStub::new(&endpoint.through(relay.port()).channel());
    for compressed in [true, false] {
        let request = SimpleRequest {
            response_compressed: yes_or_no(compressed),
            ..payload::large_unary()
        };
        check_large(&stub.unary_call(request).await?)?;
        let received = relay.take_received();
        ensure((received < LARGE_RESPONSE as u64) == compressed, || {
            format!("{received} bytes came, compressed: {compressed}")
        })?;
    }
    Ok(())
}

pub(super) async fn server_streaming(endpoint: &Endpoint) -> Result<(), Failure> {
    let relay = Relay::start(endpoint.target()).await?;
    let stub = TestServiceStub::new(&endpoint.through(relay.port()).channel());
    let responses = [(true, 31415), (false, 92653)];
    let parameters = responses.map(|(compressed, size)| ResponseParameters {
        compressed: yes_or_no(compressed),
        size,
        ..Default::default()
    });
    let mut call = stub.streaming_output_call(StreamingOutputCallRequest {
        response_parameters: parameters.into(),
        ..Default::default()
    });
    for (_, size) in responses {
        check(call.next().await?.as_ref(), size as usize)?;
    }
    expect("what follows", call.next().await?, None)?;
    let received = relay.take_received();
    ensure((92653..92653 + 31415).contains(&received), || {
        format!("{received} bytes came, not those of one compressed and one other response")
    })
}

fn yes_or_no(value: bool) -> Option<BoolValue> {
    Some(BoolValue {
        value,
        ..Default::default()
    })
}

fn expect_refused(probe: Result<(), grpc::RpcError>) -> Result<(), Failure> {
    let code = probe.err().map(|error| error.code());
    expect("the probe's code", code, Some(StatusCode::InvalidArgument))
}

/// Bytes that gzip makes no shorter: a xorshift generator's.
fn incompressible(size: usize) -> Payload {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let bytes = (0..size).map(|_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    });
    Payload {
        body: bytes.collect(),
        ..Default::default()
    }
}
