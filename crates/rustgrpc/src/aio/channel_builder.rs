//! The options of channels.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use super::Channel;
use crate::client::backoff::Backoff;
use crate::client::balance::{Balancer, LoadBalancing, Setup};
use crate::client::call::Shape;
use crate::client::connector::Dialing;
use crate::client::interceptor::{ClientInterceptor, Interceptors};
use crate::client::outcome::Outcome;
use crate::client::proxy::Proxy;
use crate::client::security::Security;
use crate::client::service_config::{Rules, ServiceConfig, ServiceConfigError};
use crate::client::target::Target;
use crate::telemetry::Observers;
use crate::telemetry::client::ChannelTelemetry;
use crate::wire::compression::{Compression, Enabled};
use crate::wire::settings;
use crate::{ChannelCredentials, StatusCode, insecure_channel_credentials};

const USER_AGENT: &str = concat!("grpc-rustgrpc/", env!("CARGO_PKG_VERSION"));

/// The options of a [`Channel`], or of its blocking counterpart [`grpc::Channel`](crate::Channel).
#[derive(Clone, Debug)]
pub struct ChannelBuilder<C = Channel> {
    target: String,
    user_agent: Option<String>,
    secondary_user_agent: Option<String>,
    max_receive_message_length: usize,
    max_send_message_length: usize,
    compression: Compression,
    enabled: Enabled,
    credentials: ChannelCredentials,
    default_authority: Option<String>,
    ssl_target_name_override: Option<String>,
    dialing: Dialing,
    backoff: Backoff,
    http_proxy: Option<String>,
    idle_timeout: Option<Duration>,
    connection_attempt_delay: Duration,
    min_time_between_resolutions: Duration,
    load_balancing: Option<LoadBalancing>,
    interceptors: Interceptors,
    service_config: Result<ServiceConfig, ServiceConfigError>,
    enable_retries: bool,
    retry_buffer: usize,
    observers: Observers,
    #[cfg(test)]
    told: Option<crate::client::target::Told>,
    made: PhantomData<fn() -> C>,
}

impl<C: From<Channel>> ChannelBuilder<C> {
    pub(crate) fn new(target: &str) -> Self {
        Self {
            target: target.to_owned(),
            user_agent: None,
            secondary_user_agent: None,
            max_receive_message_length: settings::MAX_RECEIVE_MESSAGE_LENGTH,
            max_send_message_length: usize::MAX,
            compression: Compression::NoCompression,
            enabled: Enabled::default(),
            credentials: insecure_channel_credentials(),
            default_authority: None,
            ssl_target_name_override: None,
            dialing: Dialing {
                timeout: settings::CONNECT_TIMEOUT,
                keepalive: None,
                keepalive_without_calls: false,
                max_metadata_size: settings::MAX_METADATA_SIZE,
                proxy: None,
                security: Security::Insecure,
                host: String::new(),
                #[cfg(feature = "_in_process")]
                in_process: None,
                telemetry: ChannelTelemetry::default(),
            },
            backoff: Backoff::CONNECT,
            http_proxy: None,
            idle_timeout: Some(settings::IDLE_TIMEOUT),
            connection_attempt_delay: settings::CONNECTION_ATTEMPT_DELAY,
            min_time_between_resolutions: settings::RESOLUTION_PAUSE,
            load_balancing: None,
            interceptors: Interceptors::default(),
            service_config: Ok(ServiceConfig::new()),
            enable_retries: true,
            retry_buffer: settings::RETRY_BUFFER,
            observers: Observers::default(),
            #[cfg(test)]
            told: None,
            made: PhantomData,
        }
    }

    /// A channel to a name whose addresses are told.
    #[cfg(test)]
    pub(crate) fn told(addresses: &crate::client::target::Told) -> Self {
        Self {
            told: Some(addresses.clone()),
            ..Self::new("told")
        }
    }

    /// A channel whose connections are pipes; the target only gives calls an authority.
    #[cfg(feature = "_in_process")]
    pub(crate) fn in_process(in_process: crate::client::in_process::InProcess) -> Self {
        let mut builder = Self::new("ipv4:127.0.0.1:80");
        builder.dialing.in_process = Some(in_process);
        builder
    }

    /// The longest response in bytes, 4 MiB by default; longer ones end the call with RESOURCE_EXHAUSTED. `None`: no limit.
    #[doc(alias = "grpc.max_receive_message_length")]
    pub fn max_receive_message_length(mut self, length: impl Into<Option<usize>>) -> Self {
        self.max_receive_message_length = length.into().unwrap_or(usize::MAX);
        self
    }

    /// The longest request in bytes, not limited by default.
    #[doc(alias = "grpc.max_send_message_length")]
    pub fn max_send_message_length(mut self, length: impl Into<Option<usize>>) -> Self {
        self.max_send_message_length = length.into().unwrap_or(usize::MAX);
        self
    }

    /// What is put before the library's own `user-agent`. Characters that a header cannot carry leave it out.
    #[doc(alias = "grpc.primary_user_agent")]
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// What is put behind the library's own `user-agent`. Characters that a header cannot carry leave it out.
    #[doc(alias = "grpc.secondary_user_agent")]
    pub fn secondary_user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.secondary_user_agent = Some(user_agent.into());
        self
    }

    /// The metadata that a server may send before its first response, and that with the status, 16 KiB each by default; calls
    /// with more end with RESOURCE_EXHAUSTED. HTTP/2 counts 32 bytes for each pair besides its name and value.
    #[doc(
        alias = "grpc.max_metadata_size",
        alias = "grpc.absolute_max_metadata_size"
    )]
    pub fn max_metadata_size(mut self, size: u32) -> Self {
        self.dialing.max_metadata_size = size;
        self
    }

    /// The compression of requests; none by default.
    #[doc(alias = "grpc.default_compression_algorithm")]
    pub fn compression(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// The algorithms in use, all by default. Responses in others end the call with INTERNAL.
    #[doc(alias = "grpc.compression_enabled_algorithms_bitset")]
    pub fn enabled_compression(
        mut self,
        algorithms: impl IntoIterator<Item = Compression>,
    ) -> Self {
        self.enabled = algorithms.into_iter().collect();
        self
    }

    /// Pings each connection with calls after each `time` and gives it up when no answer comes within `timeout`: its calls
    /// end with UNAVAILABLE `Stream removed (ping timeout)`. Off by default.
    #[doc(alias = "grpc.keepalive_time_ms", alias = "grpc.keepalive_timeout_ms")]
    pub fn keepalive(mut self, time: Duration, timeout: Duration) -> Self {
        self.dialing.keepalive = Some((time, timeout));
        self
    }

    /// Whether connections without calls are pinged as well. False by default.
    #[doc(alias = "grpc.keepalive_permit_without_calls")]
    pub fn keepalive_permit_without_calls(mut self, permit: bool) -> Self {
        self.dialing.keepalive_without_calls = permit;
        self
    }

    /// The pause after the first failure to connect, one second by default. Each further one makes it 1.6 times longer.
    #[doc(alias = "grpc.initial_reconnect_backoff_ms")]
    pub fn initial_reconnect_backoff(mut self, pause: Duration) -> Self {
        self.backoff.initial = pause;
        self
    }

    /// The longest pause between attempts to connect, two minutes by default.
    #[doc(alias = "grpc.max_reconnect_backoff_ms")]
    pub fn max_reconnect_backoff(mut self, pause: Duration) -> Self {
        self.backoff.max = pause;
        self
    }

    /// How long one attempt to connect to one address may take, 20 seconds by default.
    #[doc(alias = "grpc.min_reconnect_backoff_ms")]
    pub fn min_connect_timeout(mut self, timeout: Duration) -> Self {
        self.dialing.timeout = timeout;
        self
    }

    /// Connects through an HTTP proxy, `http://host:port` or `http://user:password@host:port`, which looks the target's name
    /// up itself. Unix sockets need none. What is wrong with the proxy is what calls end with, as INVALID_ARGUMENT.
    #[doc(alias = "grpc.http_proxy")]
    pub fn http_proxy(mut self, uri: impl Into<String>) -> Self {
        self.http_proxy = Some(uri.into());
        self
    }

    /// How long one address is tried before the next one is tried as well, 250 milliseconds by default. For
    /// [`LoadBalancing::PickFirst`]; the first that answers gets the calls.
    #[doc(alias = "grpc.happy_eyeballs_connection_attempt_delay_ms")]
    pub fn connection_attempt_delay(mut self, delay: Duration) -> Self {
        self.connection_attempt_delay = delay;
        self
    }

    /// How long what a name resolves to counts, 30 seconds by default. For [`LoadBalancing::RoundRobin`], which looks the
    /// name up again after it has lost a connection; [`LoadBalancing::PickFirst`] does so whenever it connects.
    #[doc(alias = "grpc.dns_min_time_between_resolutions_ms")]
    pub fn min_time_between_resolutions(mut self, time: Duration) -> Self {
        self.min_time_between_resolutions = time;
        self
    }

    /// Closes the connections of a channel that has had no call for this time; the next call connects again. 30 minutes
    /// by default, `None`: never.
    #[doc(alias = "grpc.client_idle_timeout_ms")]
    pub fn idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.idle_timeout = timeout.into();
        self
    }

    /// How calls are spread over the addresses of the target, [`LoadBalancing::PickFirst`] by default.
    #[doc(alias = "grpc.lb_policy_name")]
    pub fn load_balancing(mut self, policy: LoadBalancing) -> Self {
        self.load_balancing = Some(policy);
        self
    }

    /// Adds an interceptor behind the others: the one added first sees a call first.
    pub fn interceptor(mut self, interceptor: impl ClientInterceptor) -> Self {
        self.interceptors.push(interceptor);
        self
    }

    /// Adds interceptors of one type behind the others. Python's `grpc.aio.insecure_channel(target, interceptors=[…])`.
    pub fn interceptors(
        self,
        interceptors: impl IntoIterator<Item = impl ClientInterceptor>,
    ) -> Self {
        interceptors.into_iter().fold(self, Self::interceptor)
    }

    /// What the channel does for which methods. Nothing by default.
    pub fn service_config(mut self, config: ServiceConfig) -> Self {
        self.service_config = Ok(config);
        self
    }

    /// The service config as JSON. What is wrong with it is what calls end with, as INVALID_ARGUMENT.
    #[doc(alias = "grpc.service_config")]
    pub fn service_config_json(mut self, json: &str) -> Self {
        self.service_config = json.parse();
        self
    }

    /// Whether retry policies of the service config have an effect, true by default. Calls that no servicer has seen
    /// are made again in any case.
    #[doc(alias = "grpc.enable_retries")]
    pub fn enable_retries(mut self, enable: bool) -> Self {
        self.enable_retries = enable;
        self
    }

    /// The bytes of requests that a call keeps until the server's headers are there, 256 KiB by default. A streaming call
    /// that sends more is not made again.
    #[doc(alias = "grpc.per_rpc_retry_buffer_size")]
    pub fn per_rpc_retry_buffer_size(mut self, length: usize) -> Self {
        self.retry_buffer = length;
        self
    }

    /// How the connections are secured, and what the calls carry. Not at all, and nothing, by default.
    pub fn credentials(mut self, credentials: impl Into<ChannelCredentials>) -> Self {
        self.credentials = credentials.into();
        self
    }

    /// The `:authority` of calls, and whose certificate the server has to have. The host and port of the target by default.
    #[doc(alias = "grpc.default_authority")]
    pub fn default_authority(mut self, authority: impl Into<String>) -> Self {
        self.default_authority = Some(authority.into());
        self
    }

    /// The name that the server's certificate has to have, and the `:authority` of calls unless that is set: for tests,
    /// in which a certificate is not made for the address of its server. The host of the target by default.
    #[doc(alias = "grpc.ssl_target_name_override")]
    pub fn ssl_target_name_override(mut self, name: impl Into<String>) -> Self {
        self.ssl_target_name_override = Some(name.into());
        self
    }

    /// Whether channelz tells about the channel, true by default.
    #[cfg(feature = "channelz")]
    #[doc(alias = "grpc.enable_channelz")]
    pub fn enable_channelz(mut self, enable: bool) -> Self {
        self.observers.without_channelz = !enable;
        self
    }

    /// Measures the calls with `plugin` instead of the one that is registered for the process.
    #[cfg(feature = "metrics")]
    pub fn open_telemetry(mut self, plugin: &crate::observability::OpenTelemetryPlugin) -> Self {
        self.observers.plugin = Some(plugin.clone());
        self
    }

    /// The channel, not connected yet.
    pub fn build(self) -> C {
        let retries = self.enable_retries;
        let config = self.service_config.and_then(|config| {
            let rules = Rules::new(&config, retries)?;
            Ok((config.policy(), rules))
        });
        let (policy, rules, wrong) = match config {
            Ok((policy, rules)) => (policy, rules, None),
            Err(error) => (None, Rules::default(), Some(error.to_string())),
        };
        let fail = |code, text: &str| {
            let details = format!("Failed to create channel to '{}':{text}", self.target);
            Outcome::new(code, details)
        };
        let ChannelCredentials { security, call } = self.credentials;
        let name = self.ssl_target_name_override;
        let authority = self.default_authority.or_else(|| name.clone());
        let target = Target::parse(&self.target).and_then(|target| match authority {
            Some(authority) => target.with_authority(&authority),
            None => Ok(target),
        });
        #[cfg(test)]
        let target = self.told.map_or(target, |told| Ok(Target::told(told)));
        let telemetry = match (&target, &wrong) {
            (Ok(_), None) => {
                ChannelTelemetry::new(&self.observers, &Target::canonical(&self.target))
            }
            _ => ChannelTelemetry::default(),
        };
        let max_metadata_size = self.dialing.max_metadata_size;
        let through = match (&self.http_proxy, target.as_ref().map(Target::behind_proxy)) {
            (Some(uri), Ok(Some(to))) => Proxy::parse(uri, &to).map(|proxy| Some(Arc::new(proxy))),
            _ => Ok(None),
        };
        let (proxy, wrong) = match through {
            Ok(proxy) => (proxy, wrong),
            Err(text) => (None, wrong.or(Some(text))),
        };
        let balancer = match (target, wrong) {
            (_, Some(text)) => Err(fail(StatusCode::InvalidArgument, &text)),
            (Err(text), None) => Err(fail(StatusCode::Unknown, &text)),
            (Ok(target), None) => {
                let host = target.authority.host().to_owned();
                Ok(Balancer::new(Setup {
                    target,
                    policy: self.load_balancing.or(policy).unwrap_or_default(),
                    dialing: Dialing {
                        security: security.clone(),
                        host: name.unwrap_or(host),
                        proxy,
                        telemetry: telemetry.clone(),
                        ..self.dialing
                    },
                    backoff: self.backoff,
                    idle_timeout: self.idle_timeout,
                    attempt_delay: self.connection_attempt_delay,
                    resolution_pause: self.min_time_between_resolutions,
                }))
            }
        };
        let [first, last] = [&self.user_agent, &self.secondary_user_agent].map(Option::as_deref);
        let parts = [first, Some(USER_AGENT), last].into_iter().flatten();
        let parts = parts.filter(|part| HeaderValue::from_str(part).is_ok());
        let user_agent = HeaderValue::try_from(parts.collect::<Vec<_>>().join(" "));
        let shape = Shape {
            balancer,
            user_agent: user_agent.unwrap_or(HeaderValue::from_static(USER_AGENT)),
            max_receive_message_length: self.max_receive_message_length,
            max_send_message_length: self.max_send_message_length,
            max_metadata_size,
            compression: self.compression,
            enabled: self.enabled,
            security,
            credentials: call,
            rules,
            retry_buffer: self.retry_buffer,
            telemetry,
        };
        C::from(Channel::new(shape, self.interceptors))
    }
}
