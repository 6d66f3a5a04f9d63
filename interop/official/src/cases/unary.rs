//! `empty_unary` and `large_unary`.

use super::{ensure, expect};
use crate::Failure;
use crate::empty_pb2::Empty;
use crate::messages_pb2::{PayloadType, SimpleResponse};
use crate::payload::{self, LARGE_RESPONSE, is_zeros};
use crate::test_pb2_grpc::TestServiceStub;

pub(super) async fn empty(stub: &TestServiceStub) -> Result<(), Failure> {
    expect(
        "the response",
        stub.empty_call(Empty::default()).await?,
        Empty::default(),
    )
}

pub(super) async fn large(stub: &TestServiceStub) -> Result<(), Failure> {
    check_large(&stub.unary_call(payload::large_unary()).await?)
}

/// Whether this is the response to [`payload::large_unary`].
pub(super) fn check_large(response: &SimpleResponse) -> Result<(), Failure> {
    let payload = response.payload.as_ref();
    ensure(is_zeros(payload, LARGE_RESPONSE), || {
        let length = payload.map(|payload| payload.body.len());
        format!("the response is no {LARGE_RESPONSE} zeros but has {length:?} bytes")
    })?;
    let kind = payload.map(|payload| payload.r#type);
    expect("the payload's type", kind, Some(PayloadType::COMPRESSABLE))
}
