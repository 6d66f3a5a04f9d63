//! Errors with details: C5.

use rustgrpc as grpc;
use rustgrpc::protobuf::Message;
use rustgrpc::protobuf::google::protobuf::Any;
use rustgrpc::rich_status::{self, error_details_pb2, status_pb2};
use rustgrpc::{Metadata, RpcError, ServicerContext, Status, StatusCode};

use super::serve;
use crate::greet_pb2::{HelloReply, HelloRequest};
use crate::greet_pb2_grpc::{GreeterServicer, GreeterStub, add_greeter_servicer_to_server};
use crate::lab::request;

/// What Python sends.
const DETAILS: &[u8] = b"\x08\x08\x12\x17Request limit exceeded.\x1a;\n+type.googleapis.com/google.rpc.QuotaFailure\x12\x0c\n\n\n\x01s\x12\x05limit";

fn quota_failure() -> error_details_pb2::QuotaFailure {
    use error_details_pb2::quota_failure::Violation;
    let violation = Violation::new().with_subject("s").with_description("limit");
    error_details_pb2::QuotaFailure::new().with_violations([violation])
}

fn proto() -> status_pb2::Status {
    status_pb2::Status::new()
        .with_code(StatusCode::ResourceExhausted.value())
        .with_message("Request limit exceeded.")
        .with_details([Any::pack(&quota_failure())])
}

struct Rich;

impl GreeterServicer for Rich {
    async fn say_hello(
        &self,
        request: HelloRequest,
        context: ServicerContext,
    ) -> Result<HelloReply, Status> {
        let status = rich_status::to_status(&proto())?;
        match &*request.name {
            "rich" => context.abort_with_status(status),
            "after trailing" => {
                context.set_trailing_metadata([("t", "1")]);
                context.abort_with_status(status)
            }
            "return" => Err(status),
            "mismatch" => {
                let other = status_pb2::Status::new().with_code(3).with_message("other");
                context.set_trailing_metadata([(
                    rich_status::GRPC_DETAILS_METADATA_KEY,
                    other.serialize(),
                )]);
                context.abort(StatusCode::Internal, "a")
            }
            "custom" => context.abort_with_status(
                Status::new(StatusCode::DataLoss, "dl").with_trailing_metadata([("x", "y")]),
            ),
            _ => Ok(HelloReply::default()),
        }
    }
}

async fn run() -> (grpc::aio::Server, grpc::aio::Channel) {
    serve(|server| add_greeter_servicer_to_server(Rich, server)).await
}

/// C5.1-2.
#[tokio::test]
async fn details_reach_the_caller() {
    let (_server, channel) = run().await;
    let stub = GreeterStub::new(&channel);
    for name in ["rich", "after trailing", "return"] {
        let error = stub.say_hello(request(name, 0)).await.expect_err(name);
        assert_eq!(error.code(), StatusCode::ResourceExhausted, "{name}");
        assert_eq!(error.details(), "Request limit exceeded.", "{name}");
        let expected = Metadata::from([("grpc-status-details-bin", DETAILS)]);
        assert_eq!(error.trailing_metadata(), &expected, "{name}");
        let found = rich_status::from_error(&error).expect(name).expect(name);
        assert_eq!(found, proto(), "{name}");
        let detail = found.details[0].unpack::<error_details_pb2::QuotaFailure>();
        assert_eq!(detail, Ok(quota_failure()), "{name}");
    }
}

/// C5.5.
#[tokio::test]
async fn a_custom_status_has_no_details() {
    let (_server, channel) = run().await;
    let stub = GreeterStub::new(&channel);
    let error = stub.say_hello(request("custom", 0)).await.expect_err("dl");
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::DataLoss, "dl")
    );
    assert_eq!(error.trailing_metadata(), &Metadata::from([("x", "y")]));
    assert_eq!(rich_status::from_error(&error).expect("none"), None);
}

/// C5.3.
#[tokio::test]
async fn details_of_another_status_are_an_error() {
    let (_server, channel) = run().await;
    let stub = GreeterStub::new(&channel);
    let error = stub.say_hello(request("mismatch", 0)).await;
    let error = rich_status::from_error(&error.expect_err("an error")).expect_err("a mismatch");
    assert_eq!(
        error.to_string(),
        "Code in Status proto (StatusCode.INVALID_ARGUMENT) doesn't match status code (StatusCode.INTERNAL)"
    );
}

/// C5.4.
#[tokio::test]
async fn a_call_that_is_awaited() {
    let (_server, channel) = run().await;
    let stub = GreeterStub::new(&channel);
    let (_, call) = stub
        .say_hello(request("ok", 0))
        .with_call()
        .await
        .expect("OK");
    assert_eq!(
        rich_status::aio::from_call(&call).await.expect("none"),
        None
    );
}

/// C5.1, C5.4.
#[tokio::test]
async fn a_call_that_blocks() {
    let (_server, channel) = run().await;
    let blocking = tokio::task::spawn_blocking(move || {
        let stub = GreeterStub::new(&grpc::Channel::from(channel));
        let (_, call) = stub
            .say_hello(request("ok", 0))
            .with_call()
            .wait()
            .expect("OK");
        assert_eq!(rich_status::from_call(&call).expect("none"), None);
        let error = stub.say_hello(request("rich", 0)).wait().expect_err("rich");
        let found = rich_status::from_error(&error).expect("details");
        assert_eq!(found, Some(proto()));
    });
    blocking.await.expect("no panic");
}

#[test]
fn what_is_no_status_is_an_error() {
    let with = |code, details: &str, bytes: &[u8]| {
        RpcError::new(code, details).with_metadata(
            Metadata::new(),
            Metadata::from([(rich_status::GRPC_DETAILS_METADATA_KEY, bytes)]),
        )
    };
    for (error, text) in [
        (
            with(StatusCode::ResourceExhausted, "else", DETAILS),
            "Message in Status proto (Request limit exceeded.) doesn't match status details (else)",
        ),
        (
            with(StatusCode::Internal, "", b"\x08\x63"),
            "Invalid status code 99",
        ),
    ] {
        let found = rich_status::from_error(&error).expect_err(text);
        assert_eq!(found.to_string(), text);
    }
    let malformed = with(StatusCode::Internal, "", b"\x0a");
    let found = rich_status::from_error(&malformed).expect_err("malformed");
    assert!(std::error::Error::source(&found).is_some(), "{found}");
    let invalid = rich_status::to_status(&status_pb2::Status::new().with_code(99));
    let invalid = invalid.expect_err("no code");
    assert_eq!(invalid.to_string(), "Invalid status code 99");
}
