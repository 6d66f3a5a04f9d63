//! The options of channels.

use std::time::Duration;

use super::keys::{CHANNEL, SERVER, WITHOUT_EFFECT};
use super::value::{KeepaliveTimes, MetadataSizes, Setting};
use super::{InvalidOption, OptionValue};
use crate::LoadBalancing;
use crate::aio::{Channel, ChannelBuilder};
use crate::client::proxy::Proxy;

/// The shortest and the longest of C-core.
const ATTEMPT_DELAY: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

impl<C: From<Channel>> ChannelBuilder<C> {
    /// Python's `options=[("grpc.max_receive_message_length", -1), …]`; the last of a name counts. Each is a method of this
    /// builder, too.
    ///
    /// ```
    /// use rustgrpc as grpc;
    ///
    /// let channel = grpc::aio::Channel::builder("localhost:50051")
    ///     .options([("grpc.max_receive_message_length", -1), ("grpc.keepalive_time_ms", 30_000)])?
    ///     .options([("grpc.lb_policy_name", "round_robin")])?
    ///     .build();
    /// # Ok::<(), grpc::InvalidOption>(())
    /// ```
    ///
    /// Fails for names that are none (Python ignores them, misspelt ones such as `grpc.grpc.default_compression_level`
    /// too), for values that an option cannot have, and for what only servers have. What tunes the inside of C-core is
    /// accepted and changes nothing.
    pub fn options<K: AsRef<str>, V: Into<OptionValue>>(
        mut self,
        options: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, InvalidOption> {
        let mut keepalive = KeepaliveTimes::default();
        let mut metadata = MetadataSizes::default();
        for (key, value) in options {
            let key = key.as_ref();
            let value = value.into();
            let setting = Setting { key, value };
            self = match key {
                "grpc.absolute_max_metadata_size" => {
                    metadata.absolute = Some(setting.size()?);
                    self
                }
                "grpc.client_idle_timeout_ms" => self.idle_timeout(setting.milliseconds()?),
                "grpc.compression_enabled_algorithms_bitset" => {
                    self.enabled_compression(setting.algorithms()?)
                }
                "grpc.default_authority" => self.default_authority(setting.text()?),
                "grpc.default_compression_algorithm" => self.compression(setting.algorithm()?),
                "grpc.dns_min_time_between_resolutions_ms" => {
                    self.min_time_between_resolutions(setting.time()?)
                }
                "grpc.enable_channelz" => self.channelz(&setting)?,
                "grpc.enable_retries" => self.enable_retries(setting.flag()?),
                "grpc.happy_eyeballs_connection_attempt_delay_ms" => self.connection_attempt_delay(
                    setting.time()?.clamp(ATTEMPT_DELAY.0, ATTEMPT_DELAY.1),
                ),
                "grpc.http2.ping_timeout_ms" => {
                    keepalive.ping_timeout = Some(setting.time()?);
                    self
                }
                "grpc.http_proxy" => {
                    let uri = setting.text()?;
                    if Proxy::parse(uri, "").is_err() {
                        return Err(setting.wrong("`http://host:port`"));
                    }
                    self.http_proxy(uri)
                }
                "grpc.initial_reconnect_backoff_ms" => {
                    self.initial_reconnect_backoff(setting.time()?)
                }
                "grpc.keepalive_permit_without_calls" => {
                    self.keepalive_permit_without_calls(setting.flag()?)
                }
                "grpc.keepalive_time_ms" => {
                    keepalive.time = setting.milliseconds()?;
                    self
                }
                "grpc.keepalive_timeout_ms" => {
                    keepalive.timeout = Some(setting.time()?);
                    self
                }
                "grpc.lb_policy_name" => self.load_balancing(policy(&setting)?),
                "grpc.max_metadata_size" => {
                    metadata.soft = Some(setting.size()?);
                    self
                }
                "grpc.max_receive_message_length" => {
                    self.max_receive_message_length(setting.length()?)
                }
                "grpc.max_reconnect_backoff_ms" => self.max_reconnect_backoff(setting.time()?),
                "grpc.max_send_message_length" => self.max_send_message_length(setting.length()?),
                "grpc.min_reconnect_backoff_ms" => self.min_connect_timeout(setting.time()?),
                "grpc.per_rpc_retry_buffer_size" => {
                    self.per_rpc_retry_buffer_size(setting.length()?.unwrap_or(usize::MAX))
                }
                "grpc.primary_user_agent" => self.user_agent(setting.text()?),
                "grpc.secondary_user_agent" => self.secondary_user_agent(setting.text()?),
                "grpc.service_config" => self.service_config_json(setting.text()?),
                "grpc.ssl_target_name_override" => self.ssl_target_name_override(setting.text()?),
                // Python's level has an effect on servers only.
                "grpc.default_compression_level" => setting.level().map(|_| self)?,
                _ if WITHOUT_EFFECT.contains(&key) => self,
                _ => return Err(refuse(key)),
            };
        }
        if let Some((time, timeout)) = keepalive.both() {
            self = self.keepalive(time, timeout);
        }
        if let Some(size) = metadata.limit() {
            self = self.max_metadata_size(size);
        }
        Ok(self)
    }

    #[cfg(feature = "channelz")]
    fn channelz(self, setting: &Setting<'_>) -> Result<Self, InvalidOption> {
        setting.flag().map(|enable| self.enable_channelz(enable))
    }

    #[cfg(not(feature = "channelz"))]
    fn channelz(self, setting: &Setting<'_>) -> Result<Self, InvalidOption> {
        setting.no_channelz().map(|()| self)
    }
}

fn policy(setting: &Setting<'_>) -> Result<LoadBalancing, InvalidOption> {
    match setting.text()? {
        "pick_first" => Ok(LoadBalancing::PickFirst),
        "round_robin" => Ok(LoadBalancing::RoundRobin),
        _ => Err(setting.wrong("\"pick_first\" or \"round_robin\"")),
    }
}

fn refuse(key: &str) -> InvalidOption {
    if SERVER.contains(&key) {
        return InvalidOption::new(format!("`{key}` is an option of servers"));
    }
    let known = CHANNEL.iter().chain(WITHOUT_EFFECT);
    InvalidOption::unknown(
        key,
        known.copied().chain(["grpc.default_compression_level"]),
    )
}
