//! gRPC for Rust in the shape of gRPC Python.
//!
//! Used as `use rustgrpc as grpc;`. What stands in Python's `grpc` package stands at the root of this
//! crate, what stands in `grpc.aio` stands in [`aio`], and the message runtime (Python's
//! `google.protobuf`) is [`protobuf`].
//!
//! ```
//! use rustgrpc as grpc;
//! use rustgrpc::health::{self, HealthCheckRequest, HealthServicer, HealthStub};
//! use std::time::Duration;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Servicer, stub and messages are generated from a `.proto`;
//! // these of the health service come with this crate.
//! let mut server = grpc::aio::server();
//! health::add_health_servicer_to_server(HealthServicer::new(), &mut server);
//! let port = server.add_insecure_port("localhost:0")?;
//! server.start().await?;
//!
//! let channel = grpc::aio::insecure_channel(format!("localhost:{port}"));
//! let stub = HealthStub::new(&channel);
//! let request = HealthCheckRequest::new();
//! let response = stub.check(request).timeout(Duration::from_secs(5)).await?;
//! println!("{:?}", response.status);
//!
//! server.stop(Duration::from_secs(5)).await;
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! * `transport` (default): servers, channels, stubs and servicers. Without it
//!   (`default-features = false`) this crate is the message runtime alone.
//! * `tls` (default): the `ssl_*` credentials, over rustls with ring. Without it
//!   (`default-features = false, features = ["transport"]`) connections are insecure or local.
//! * `health`, `reflection`, `rich_status`: the modules of these names, Python's `grpc_health`, `grpc_reflection` and
//!   `grpc_status`.
//! * `channelz`: the module of this name, Python's `grpc_channelz`. Counts all channels, servers and their calls.
//! * `metrics`: the module `observability`, Python's `grpc_observability`: metrics under the names of OpenTelemetry.
//! * `tracing`: a span of the crate `tracing` for every call on both sides, `grpc.client` and `grpc.server`, with the fields
//!   that OpenTelemetry names (`rpc.system`, `rpc.service`, `rpc.method`, `rpc.grpc.status_code`, …).
//! * `testing`: channels to servers in the same process, contexts and requests for tests of servicers.
//! * `tower`: servers as tower services, and channels that call through one.
//! * `serde`, `prost-types`, `chrono`, `jiff`: what messages and well-known types convert to and from.
#![cfg_attr(feature = "transport", doc = "")]
#![cfg_attr(feature = "transport", doc = include_str!("faces.md"))]
#![cfg_attr(feature = "transport", doc = "")]
#![cfg_attr(feature = "transport", doc = include_str!("options.md"))]

pub use rustgrpc_protobuf as protobuf;

#[doc(hidden)]
pub mod codegen;

#[cfg(feature = "transport")]
pub mod aio;
#[cfg(feature = "channelz")]
pub mod channelz;
#[cfg(feature = "transport")]
mod client;
#[cfg(feature = "transport")]
mod code;
#[cfg(feature = "transport")]
mod codec;
#[cfg(feature = "transport")]
mod credentials;
#[cfg(feature = "transport")]
mod deadline;
#[cfg(feature = "transport")]
mod error;
#[cfg(feature = "health")]
pub mod health;
#[cfg(feature = "transport")]
mod jitter;
#[cfg(feature = "transport")]
mod metadata;
#[cfg(feature = "transport")]
mod method;
#[cfg(feature = "metrics")]
pub mod observability;
#[cfg(feature = "transport")]
mod options;
#[cfg(feature = "reflection")]
pub mod reflection;
#[cfg(feature = "transport")]
mod requests;
#[cfg(feature = "rich_status")]
pub mod rich_status;
#[cfg(feature = "transport")]
mod server;
#[cfg(feature = "transport")]
mod status;
#[cfg(feature = "transport")]
mod sync;
#[cfg(feature = "transport")]
mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "transport")]
mod wire;

#[cfg(feature = "transport")]
pub use {
    client::{
        balance::LoadBalancing,
        connectivity::{ChannelConnectivity, Subscription},
        interceptor::{
            AnyChannel, ClientCallDetails, ClientContinuation, ClientInterceptor,
            StreamStreamContinuation, StreamUnaryContinuation, UnaryStreamContinuation,
            UnaryUnaryContinuation, intercept_channel,
        },
        messages::{ClientResponse, RequestStream, ResponseStream},
        service_config::{MethodConfig, RetryPolicy, ServiceConfig, ServiceConfigError},
    },
    code::StatusCode,
    codec::{Serialized, bytes_deserializer, bytes_serializer},
    credentials::{
        AuthMetadataContext, AuthMetadataPlugin, CallCredentials, ChannelCredentials,
        LocalConnectionType, ServerCredentials, access_token_call_credentials,
        composite_call_credentials, composite_channel_credentials, insecure_channel_credentials,
        insecure_server_credentials, local_channel_credentials, local_server_credentials,
        metadata_call_credentials,
    },
    error::RpcError,
    futures_core::Stream,
    metadata::{Metadata, MetadataValue},
    method::MethodDescriptor,
    options::{InvalidOption, OptionValue},
    requests::{RequestReceiver, RequestWriter, Requests, request_channel, requests, writing},
    server::{
        GenericRpcHandler, HandlerCallDetails, HandlerFuture, HandlerResponses,
        MethodHandlersGenericHandler, RequestIterator, RpcMethodHandler, RpcServer, Served,
        ServerContinuation, ServerInterceptor, ServicerContext, ThreadPoolExecutor,
        method_handlers_generic_handler, stream_stream_rpc_method_handler,
        stream_unary_rpc_method_handler, unary_stream_rpc_method_handler,
        unary_unary_rpc_method_handler,
    },
    status::Status,
    sync::{
        Call, CallFuture, Channel, FutureError, Server, ShutdownEvent, StreamStreamCall,
        StreamStreamMultiCallable, StreamUnaryCall, StreamUnaryMultiCallable, UnaryStreamCall,
        UnaryStreamMultiCallable, UnaryUnaryCall, UnaryUnaryMultiCallable, WithCall,
        insecure_channel, secure_channel, server,
    },
    wire::compression::{Compression, CompressionLevel},
};

#[cfg(feature = "tls")]
pub use credentials::{
    SslChannelCredentials, SslServerCertificateConfiguration, dynamic_ssl_server_credentials,
    ssl_channel_credentials, ssl_server_certificate_configuration, ssl_server_credentials,
};

/// Brings in the modules that the build script generated, with one line: `rustgrpc::include_protos!();`.
///
/// With an argument, those of a folder below `OUT_DIR`: `rustgrpc::include_protos!("v1");`.
#[macro_export]
macro_rules! include_protos {
    () => {
        $crate::include_protos!("");
    };
    ($folder:literal) => {
        include!(concat!(
            env!(
                "OUT_DIR",
                "include_protos!() needs a build script: a build.rs beside Cargo.toml that calls rustgrpc_build::compile_protos"
            ),
            "/",
            $folder,
            "/mod.rs"
        ));
    };
}

/// A response stream written like a Python generator: `yield` sends a message, `?` ends the call.
///
/// The value is an `impl Stream<Item = Result<T, Status>> + Send`; any error converts by `?` as in
/// [`Status`]. `context.abort(code, details)?;` ends the call with a status of your choice.
///
/// ```
/// use rustgrpc as grpc;
///
/// fn count(limit: u32) -> impl grpc::Stream<Item = Result<u32, grpc::Status>> + Send {
///     grpc::stream! {
///         for number in 0..limit {
///             let parsed: u32 = number.to_string().parse()?;
///             yield parsed;
///         }
///     }
/// }
/// # drop(count(3));
/// ```
#[cfg(feature = "transport")]
#[macro_export]
macro_rules! stream {
    ($($body:tt)*) => {
        $crate::codegen::async_stream::try_stream! { $($body)* }
    };
}
