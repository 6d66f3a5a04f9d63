//! `custom_metadata`.

use rustgrpc as grpc;
use rustgrpc::{Metadata, MetadataValue};

use super::expect;
use super::streaming::check;
use super::unary::check_large;
use crate::Failure;
use crate::payload::{self, LARGE_REQUEST, LARGE_RESPONSE, streaming_output};
use crate::servicer::{ECHO_INITIAL, ECHO_TRAILING};
use crate::test_pb2_grpc::TestServiceStub;

const INITIAL: &str = "test_initial_metadata_value";
const TRAILING: [u8; 3] = [0xab; 3];

pub(super) async fn custom(stub: &TestServiceStub) -> Result<(), Failure> {
    let mut metadata = Metadata::new();
    metadata.add(ECHO_INITIAL, INITIAL);
    metadata.add(ECHO_TRAILING, TRAILING.to_vec());

    let call = stub
        .unary_call(payload::large_unary())
        .metadata(metadata.clone());
    let (response, call) = call.with_call().await?;
    check_large(&response)?;
    expect_echo(
        &call.initial_metadata().await,
        &call.trailing_metadata().await,
    )?;

    let mut call = stub.full_duplex_call(grpc::writing()).metadata(metadata);
    call.write(streaming_output(&[LARGE_RESPONSE], Some(LARGE_REQUEST)))
        .await?;
    call.done_writing();
    let initial = call.initial_metadata().await;
    check(call.next().await?.as_ref(), LARGE_RESPONSE)?;
    expect("what follows", call.next().await?, None)?;
    expect_echo(&initial, &call.trailing_metadata().await)
}

fn expect_echo(initial: &Metadata, trailing: &Metadata) -> Result<(), Failure> {
    let text = initial.get(ECHO_INITIAL).and_then(MetadataValue::as_str);
    expect(ECHO_INITIAL, text, Some(INITIAL))?;
    let bytes = trailing.get(ECHO_TRAILING).map(MetadataValue::as_bytes);
    expect(ECHO_TRAILING, bytes, Some(&TRAILING[..]))
}
