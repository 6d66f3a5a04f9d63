//! `cancel_after_begin`, `cancel_after_first_response` and `timeout_on_sleeping_server`.

use std::time::Duration;

use rustgrpc as grpc;
use rustgrpc::StatusCode;

use super::expect;
use super::streaming::check;
use crate::Failure;
use crate::payload::streaming_output;
use crate::test_pb2_grpc::TestServiceStub;

pub(super) async fn after_begin(stub: &TestServiceStub) -> Result<(), Failure> {
    let (_writer, requests) = grpc::request_channel();
    let mut call = stub.streaming_input_call(requests);
    let handle = call.handle();
    let response = call.into_future();
    expect("whether it could be cancelled", handle.cancel(), true)?;
    let code = response.await.map_err(|error| error.code()).map(drop);
    expect("the outcome", code, Err(StatusCode::Cancelled))
}

pub(super) async fn after_first_response(stub: &TestServiceStub) -> Result<(), Failure> {
    let mut call = stub.full_duplex_call(grpc::writing());
    call.write(streaming_output(&[31415], Some(27182))).await?;
    check(call.next().await?.as_ref(), 31415)?;
    expect("whether it could be cancelled", call.cancel(), true)?;
    let code = call.next().await.map_err(|error| error.code()).map(drop);
    expect("the outcome", code, Err(StatusCode::Cancelled))
}

pub(super) async fn timeout(stub: &TestServiceStub) -> Result<(), Failure> {
    let mut call = stub
        .full_duplex_call(grpc::writing())
        .timeout(Duration::from_millis(1));
    // The time may be over before the request is written; then the status is what counts.
    let _ = call.write(streaming_output(&[], Some(27182))).await;
    expect("the code", call.code().await, StatusCode::DeadlineExceeded)
}
