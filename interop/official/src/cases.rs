//! The test cases, by name.

mod cancellation;
mod compressed;
mod metadata;
mod soak;
mod status;
mod streaming;
mod unary;

use crate::Failure;
use crate::endpoint::Endpoint;
use crate::test_pb2_grpc::TestServiceStub;

pub use soak::{FLAGS as SOAK_FLAGS, Soak};

/// All test cases. `cacheable_unary` is not among them: it is about HTTP GET, which gRPC has given up. Nor are those that
/// need an account in Google's cloud.
pub const NAMES: &[&str] = &[
    "empty_unary",
    "large_unary",
    "client_compressed_unary",
    "server_compressed_unary",
    "client_streaming",
    "client_compressed_streaming",
    "server_streaming",
    "server_compressed_streaming",
    "ping_pong",
    "empty_stream",
    "custom_metadata",
    "status_code_and_message",
    "special_status_message",
    "unimplemented_method",
    "unimplemented_service",
    "cancel_after_begin",
    "cancel_after_first_response",
    "timeout_on_sleeping_server",
    "rpc_soak",
    "channel_soak",
];

/// Runs a test case. Fails with what was wrong.
pub async fn run(name: &str, endpoint: &Endpoint, soak: &Soak) -> Result<(), Failure> {
    let channel = endpoint.channel();
    let stub = TestServiceStub::new(&channel);
    match name {
        "empty_unary" => unary::empty(&stub).await,
        "large_unary" => unary::large(&stub).await,
        "client_compressed_unary" => compressed::client_unary(&stub).await,
        "server_compressed_unary" => compressed::server_unary(endpoint).await,
        "client_streaming" => streaming::client(&stub).await,
        "client_compressed_streaming" => compressed::client_streaming(&stub).await,
        "server_streaming" => streaming::server(&stub).await,
        "server_compressed_streaming" => compressed::server_streaming(endpoint).await,
        "ping_pong" => streaming::ping_pong(&stub).await,
        "empty_stream" => streaming::empty(&stub).await,
        "custom_metadata" => metadata::custom(&stub).await,
        "status_code_and_message" => status::code_and_message(&stub).await,
        "special_status_message" => status::special_message(&stub).await,
        "unimplemented_method" => status::unimplemented_method(&stub).await,
        "unimplemented_service" => status::unimplemented_service(&channel).await,
        "cancel_after_begin" => cancellation::after_begin(&stub).await,
        "cancel_after_first_response" => cancellation::after_first_response(&stub).await,
        "timeout_on_sleeping_server" => cancellation::timeout(&stub).await,
        "rpc_soak" => soak.on_one_channel(endpoint).await,
        "channel_soak" => soak.on_many_channels(endpoint).await,
        _ => Err(format!("no test case {name:?}; there are {}", NAMES.join(", ")).into()),
    }
}

/// Fails with `text` unless `condition` holds.
fn ensure(condition: bool, text: impl FnOnce() -> String) -> Result<(), Failure> {
    if condition {
        Ok(())
    } else {
        Err(text().into())
    }
}

/// Fails unless both are the same.
#[expect(clippy::needless_pass_by_value, reason = "as in `assert_eq`")]
fn expect<T: PartialEq + std::fmt::Debug>(what: &str, is: T, should_be: T) -> Result<(), Failure> {
    ensure(is == should_be, || {
        format!("{what} is {is:?}, not {should_be:?}")
    })
}
