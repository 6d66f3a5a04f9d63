//! The options of servers.

use super::keys::{CHANNEL, SERVER, WITHOUT_EFFECT};
use super::value::{KeepaliveTimes, MetadataSizes, Setting};
use super::{InvalidOption, OptionValue};
use crate::aio::{Server, ServerBuilder};

impl<S: From<Server>> ServerBuilder<S> {
    /// Python's `options=[("grpc.max_receive_message_length", -1), …]`; the last of a name counts. Each is a method of this
    /// builder, too.
    ///
    /// ```
    /// use rustgrpc as grpc;
    ///
    /// let server = grpc::Server::builder(grpc::ThreadPoolExecutor::new(10))
    ///     .options([("grpc.max_send_message_length", 1 << 20)])?
    ///     .options([("grpc.default_compression_algorithm", grpc::Compression::Gzip)])?
    ///     .build();
    /// # Ok::<(), grpc::InvalidOption>(())
    /// ```
    ///
    /// Fails for names that are none (Python ignores them, misspelt ones such as `grpc.grpc.default_compression_level`
    /// too), for values that an option cannot have, and for what only channels have. What tunes the inside of C-core is
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
                "grpc.compression_enabled_algorithms_bitset" => {
                    self.enabled_compression(setting.algorithms()?)
                }
                "grpc.default_compression_algorithm" => self.compression(setting.algorithm()?),
                "grpc.default_compression_level" => self.compression_level(setting.level()?),
                "grpc.enable_channelz" => self.channelz(&setting)?,
                "grpc.http2.max_ping_strikes" => setting.no_strikes().map(|()| self)?,
                "grpc.http2.ping_timeout_ms" => {
                    keepalive.ping_timeout = Some(setting.time()?);
                    self
                }
                "grpc.keepalive_time_ms" => {
                    keepalive.time = setting.milliseconds()?;
                    self
                }
                "grpc.keepalive_timeout_ms" => {
                    keepalive.timeout = Some(setting.time()?);
                    self
                }
                "grpc.max_concurrent_streams" => self.max_concurrent_streams(setting.count()?),
                "grpc.max_connection_age_grace_ms" => {
                    self.max_connection_age_grace(setting.time()?)
                }
                "grpc.max_connection_age_ms" => self.max_connection_age(setting.time()?),
                "grpc.max_connection_idle_ms" => self.max_connection_idle(setting.time()?),
                "grpc.max_metadata_size" => {
                    metadata.soft = Some(setting.size()?);
                    self
                }
                "grpc.max_receive_message_length" => {
                    self.max_receive_message_length(setting.length()?)
                }
                "grpc.max_send_message_length" => self.max_send_message_length(setting.length()?),
                "grpc.server_handshake_timeout_ms" => self.handshake_timeout(setting.time()?),
                "grpc.so_reuseport" => self.so_reuseport(setting.flag()?),
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

fn refuse(key: &str) -> InvalidOption {
    if CHANNEL.contains(&key) {
        return InvalidOption::new(format!("`{key}` is an option of channels"));
    }
    InvalidOption::unknown(key, SERVER.iter().chain(WITHOUT_EFFECT).copied())
}
