//! The options of servers.

use std::marker::PhantomData;
use std::sync::OnceLock;
use std::time::Duration;

use super::Server;
use crate::server::interceptor::Interceptors;
use crate::server::lifetime::Limits;
use crate::server::route::Settings;
use crate::server::{ServerInterceptor, ThreadPoolExecutor};
use crate::telemetry::Observers;
use crate::wire::compression::{Compression, CompressionLevel, Enabled};
use crate::wire::settings;

/// The options of a [`Server`], or of its blocking counterpart [`grpc::Server`](crate::Server).
#[derive(Clone, Debug)]
pub struct ServerBuilder<S = Server> {
    settings: Settings,
    made: PhantomData<fn() -> S>,
}

impl<S: From<Server>> ServerBuilder<S> {
    pub(crate) fn new() -> Self {
        Self {
            settings: Settings {
                max_receive_message_length: settings::MAX_RECEIVE_MESSAGE_LENGTH,
                max_send_message_length: usize::MAX,
                maximum_concurrent_rpcs: None,
                compression: Compression::NoCompression,
                compression_level: CompressionLevel::None,
                enabled: Enabled::default(),
                keepalive: None,
                interceptors: Interceptors::default(),
                limits: Limits::default(),
                so_reuseport: false,
                thread_pool: None,
                observers: Observers::default(),
                head: OnceLock::new(),
            },
            made: PhantomData,
        }
    }

    /// The longest request in bytes, 4 MiB by default; longer ones end the call with RESOURCE_EXHAUSTED. `None`: no limit.
    #[doc(alias = "grpc.max_receive_message_length")]
    pub fn max_receive_message_length(mut self, length: impl Into<Option<usize>>) -> Self {
        self.settings.max_receive_message_length = length.into().unwrap_or(usize::MAX);
        self
    }

    /// The longest response in bytes, not limited by default.
    #[doc(alias = "grpc.max_send_message_length")]
    pub fn max_send_message_length(mut self, length: impl Into<Option<usize>>) -> Self {
        self.settings.max_send_message_length = length.into().unwrap_or(usize::MAX);
        self
    }

    /// The number of calls that run at once; others end with RESOURCE_EXHAUSTED. Not limited by default.
    pub fn maximum_concurrent_rpcs(mut self, count: impl Into<Option<usize>>) -> Self {
        self.settings.maximum_concurrent_rpcs = count.into();
        self
    }

    /// The compression of responses, for callers that take it; none by default.
    #[doc(alias = "grpc.default_compression_algorithm")]
    pub fn compression(mut self, compression: Compression) -> Self {
        self.settings.compression = compression;
        self
    }

    /// How much responses are compressed when no algorithm is set: which one is taken depends on the caller. Not at all by
    /// default.
    #[doc(alias = "grpc.default_compression_level")]
    pub fn compression_level(mut self, level: CompressionLevel) -> Self {
        self.settings.compression_level = level;
        self
    }

    /// The algorithms in use, all by default. Calls with requests in others end with UNIMPLEMENTED.
    #[doc(alias = "grpc.compression_enabled_algorithms_bitset")]
    pub fn enabled_compression(
        mut self,
        algorithms: impl IntoIterator<Item = Compression>,
    ) -> Self {
        self.settings.enabled = algorithms.into_iter().collect();
        self
    }

    /// Pings each connection after each `time` and closes it when no answer comes within `timeout`. Off by default.
    #[doc(alias = "grpc.keepalive_time_ms")]
    pub fn keepalive(mut self, time: Duration, timeout: Duration) -> Self {
        self.settings.keepalive = Some((time, timeout));
        self
    }

    /// Adds an interceptor behind the others: the one added first sees a call first.
    pub fn interceptor(mut self, interceptor: impl ServerInterceptor) -> Self {
        self.settings.interceptors.push(interceptor);
        self
    }

    /// Adds interceptors of one type behind the others. Python's `grpc.aio.server(interceptors=[…])`.
    pub fn interceptors(
        self,
        interceptors: impl IntoIterator<Item = impl ServerInterceptor>,
    ) -> Self {
        interceptors.into_iter().fold(self, Self::interceptor)
    }

    /// The calls that a client may have on one connection at once; more wait in the client. Not limited by default.
    #[doc(alias = "grpc.max_concurrent_streams")]
    pub fn max_concurrent_streams(mut self, count: u32) -> Self {
        self.settings.limits.concurrent_streams = Some(count);
        self
    }

    /// How long a connection takes calls, give or take a tenth; then it takes no more, and clients make another. Not
    /// limited by default.
    #[doc(alias = "grpc.max_connection_age_ms")]
    pub fn max_connection_age(mut self, age: Duration) -> Self {
        self.settings.limits.age = Some(age);
        self
    }

    /// How long calls may run on after [`max_connection_age`](Self::max_connection_age) until the connection is closed
    /// under them. Not limited by default.
    #[doc(alias = "grpc.max_connection_age_grace_ms")]
    pub fn max_connection_age_grace(mut self, grace: Duration) -> Self {
        self.settings.limits.age_grace = Some(grace);
        self
    }

    /// Closes connections that have had no call for this time. Not limited by default.
    #[doc(alias = "grpc.max_connection_idle_ms")]
    pub fn max_connection_idle(mut self, time: Duration) -> Self {
        self.settings.limits.idle = Some(time);
        self
    }

    /// The metadata that a call may bring, 16 KiB by default; calls with more end with RESOURCE_EXHAUSTED. HTTP/2 counts 32
    /// bytes for each pair besides its name and value.
    #[doc(
        alias = "grpc.max_metadata_size",
        alias = "grpc.absolute_max_metadata_size"
    )]
    pub fn max_metadata_size(mut self, size: u32) -> Self {
        self.settings.limits.metadata_size = size;
        self
    }

    /// How long a new connection may take until it speaks HTTP/2, TLS included; then it is closed. Two minutes by default.
    #[doc(alias = "grpc.server_handshake_timeout_ms")]
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.settings.limits.handshake = timeout;
        self
    }

    /// Whether other servers with this option, of other processes too, may listen on the same ports: the system spreads
    /// connections over them. False by default, as a port in use is a mistake more often than not; true in Python.
    ///
    /// Only Unix systems can do it; on others no port can be bound then.
    #[doc(alias = "grpc.so_reuseport")]
    pub fn so_reuseport(mut self, reuse: bool) -> Self {
        self.settings.so_reuseport = reuse;
        self
    }

    /// Runs the servicers on the threads of `pool`, where they may block, instead of on the runtime. A blocking server
    /// always has one.
    pub fn migration_thread_pool(mut self, pool: ThreadPoolExecutor) -> Self {
        self.settings.thread_pool = Some(pool);
        self
    }

    /// Whether channelz tells about the server, true by default.
    #[cfg(feature = "channelz")]
    #[doc(alias = "grpc.enable_channelz")]
    pub fn enable_channelz(mut self, enable: bool) -> Self {
        self.settings.observers.without_channelz = !enable;
        self
    }

    /// Measures the calls with `plugin` instead of the one that is registered for the process.
    #[cfg(feature = "metrics")]
    pub fn open_telemetry(mut self, plugin: &crate::observability::OpenTelemetryPlugin) -> Self {
        self.settings.observers.plugin = Some(plugin.clone());
        self
    }

    /// The server, with no port and no servicer yet.
    pub fn build(self) -> S {
        S::from(Server::new(self.settings))
    }
}
