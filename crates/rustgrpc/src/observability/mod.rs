//! Metrics of calls, under the names of OpenTelemetry. Python's `grpc_observability`.
//!
//! ```
//! use opentelemetry::metrics::noop::NoopMeterProvider;
//! use rustgrpc as grpc;
//! use rustgrpc::observability::OpenTelemetryPlugin;
//!
//! // Yours: that of opentelemetry_sdk, with an exporter.
//! let meter_provider = NoopMeterProvider::new();
//! let plugin = OpenTelemetryPlugin::new(&meter_provider);
//! let channel = grpc::aio::Channel::builder("localhost:50051")
//!     .open_telemetry(&plugin)
//!     .build();
//! let server = grpc::aio::Server::builder().open_telemetry(&plugin).build();
//! # drop((channel, server));
//! ```
//!
//! | instrument | unit | labels |
//! | --- | --- | --- |
//! | `grpc.client.attempt.started` | attempts | `grpc.method`, `grpc.target` |
//! | `grpc.client.attempt.duration` | seconds | `grpc.method`, `grpc.target`, `grpc.status` |
//! | `grpc.client.attempt.sent_total_compressed_message_size` | bytes | the same |
//! | `grpc.client.attempt.rcvd_total_compressed_message_size` | bytes | the same |
//! | `grpc.client.call.duration` | seconds | the same |
//! | `grpc.server.call.started` | calls | `grpc.method` |
//! | `grpc.server.call.duration` | seconds | `grpc.method`, `grpc.status` |
//! | `grpc.server.call.sent_total_compressed_message_size` | bytes | the same |
//! | `grpc.server.call.rcvd_total_compressed_message_size` | bytes | the same |
//!
//! A call has one attempt, more when it is made again. `grpc.method` is `package.Service/Method`, or `other` for methods that
//! generated code does not know; `grpc.target` is the target with its scheme, or `other`; `grpc.status` is `OK`, `NOT_FOUND`, ….

pub(crate) mod client;
mod instruments;
pub(crate) mod server;
pub(crate) mod traffic;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use opentelemetry::metrics::MeterProvider;

use self::client::ChannelMetrics;
use self::instruments::Instruments;
use self::server::ServerMetrics;

static GLOBAL: RwLock<Option<OpenTelemetryPlugin>> = RwLock::new(None);

/// Measures calls. Python's `grpc_observability.OpenTelemetryPlugin`.
///
/// A clone is the same plugin.
#[derive(Clone)]
pub struct OpenTelemetryPlugin {
    instruments: Arc<Instruments>,
    target_filter: Option<Filter>,
    method_filter: Option<Filter>,
}

type Filter = Arc<dyn Fn(&str) -> bool + Send + Sync>;

impl OpenTelemetryPlugin {
    /// A plugin that makes its instruments with `meter_provider`.
    pub fn new(meter_provider: &dyn MeterProvider) -> Self {
        Self {
            instruments: Arc::new(Instruments::new(meter_provider)),
            target_filter: None,
            method_filter: None,
        }
    }

    /// Which targets are told; others are `other`. All by default.
    pub fn target_attribute_filter(
        mut self,
        filter: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.target_filter = Some(Arc::new(filter));
        self
    }

    /// Which methods are told of those that generated code does not know, called through multicallables and answered by
    /// generic handlers; others are `other`. None by default: their number is not limited.
    pub fn generic_method_attribute_filter(
        mut self,
        filter: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.method_filter = Some(Arc::new(filter));
        self
    }

    /// Measures every channel and server that is made from now on and has no plugin of its own, in place of the plugin that
    /// did so before.
    pub fn register_global(&self) {
        *GLOBAL.write().unwrap_or_else(PoisonError::into_inner) = Some(self.clone());
    }

    /// Ends what [`register_global`](Self::register_global) began, for channels and servers that are made from now on.
    pub fn deregister_global(&self) {
        let mut global = GLOBAL.write().unwrap_or_else(PoisonError::into_inner);
        global.take_if(|global| Arc::ptr_eq(&global.instruments, &self.instruments));
    }

    pub(crate) fn channel(self, target: &str) -> Arc<ChannelMetrics> {
        let shown = self.target_filter.as_ref().is_none_or(|is| is(target));
        let target = if shown { target } else { OTHER };
        Arc::new(ChannelMetrics::new(self, target))
    }

    pub(crate) fn server(self) -> Arc<ServerMetrics> {
        Arc::new(ServerMetrics::new(self))
    }
}

impl fmt::Debug for OpenTelemetryPlugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenTelemetryPlugin")
            .finish_non_exhaustive()
    }
}

/// The plugin of channels and servers without one.
pub(crate) fn global() -> Option<OpenTelemetryPlugin> {
    GLOBAL
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

/// What is not told.
const OTHER: &str = "other";
