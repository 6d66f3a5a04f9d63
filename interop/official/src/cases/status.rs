//! `status_code_and_message`, `special_status_message` and `unimplemented_*`.

use rustgrpc as grpc;
use rustgrpc::{RpcError, StatusCode};

use super::expect;
use crate::Failure;
use crate::empty_pb2::Empty;
use crate::messages_pb2::{EchoStatus, SimpleRequest, StreamingOutputCallRequest};
use crate::test_pb2_grpc::{TestServiceStub, UnimplementedServiceStub};

const SPECIAL: &str =
    "\t\ntest with whitespace\r\nand Unicode BMP \u{263a} and non-BMP \u{1f608}\t\n";

pub(super) async fn code_and_message(stub: &TestServiceStub) -> Result<(), Failure> {
    let text = "test status message";
    expect_unknown(&stub.unary_call(failing(text)).await.map(drop), text)?;
    let mut call = stub.full_duplex_call(grpc::writing());
    call.write(StreamingOutputCallRequest {
        response_status: status(text),
        ..Default::default()
    })
    .await?;
    call.done_writing();
    expect_unknown(&call.next().await.map(drop), text)
}

pub(super) async fn special_message(stub: &TestServiceStub) -> Result<(), Failure> {
    expect_unknown(&stub.unary_call(failing(SPECIAL)).await.map(drop), SPECIAL)
}

pub(super) async fn unimplemented_method(stub: &TestServiceStub) -> Result<(), Failure> {
    expect_unimplemented(stub.unimplemented_call(Empty::default()).await)
}

pub(super) async fn unimplemented_service(channel: &grpc::aio::Channel) -> Result<(), Failure> {
    let stub = UnimplementedServiceStub::new(channel);
    expect_unimplemented(stub.unimplemented_call(Empty::default()).await)
}

fn failing(text: &str) -> SimpleRequest {
    SimpleRequest {
        response_status: status(text),
        ..Default::default()
    }
}

fn status(text: &str) -> Option<EchoStatus> {
    Some(EchoStatus {
        code: StatusCode::Unknown.value(),
        message: text.to_owned(),
        ..Default::default()
    })
}

fn expect_unknown(result: &Result<(), RpcError>, text: &str) -> Result<(), Failure> {
    let end = result.as_ref().err().map(|end| (end.code(), end.details()));
    expect("the status", end, Some((StatusCode::Unknown, text)))
}

fn expect_unimplemented(result: Result<Empty, RpcError>) -> Result<(), Failure> {
    let code = result.err().map(|error| error.code());
    expect("the code", code, Some(StatusCode::Unimplemented))
}
