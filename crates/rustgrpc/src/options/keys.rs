//! The names of options.

/// What a channel's builder has a method for.
pub(super) const CHANNEL: &[&str] = &[
    "grpc.absolute_max_metadata_size",
    "grpc.client_idle_timeout_ms",
    "grpc.compression_enabled_algorithms_bitset",
    "grpc.default_authority",
    "grpc.default_compression_algorithm",
    "grpc.dns_min_time_between_resolutions_ms",
    "grpc.enable_channelz",
    "grpc.enable_retries",
    "grpc.happy_eyeballs_connection_attempt_delay_ms",
    "grpc.http2.ping_timeout_ms",
    "grpc.http_proxy",
    "grpc.initial_reconnect_backoff_ms",
    "grpc.keepalive_permit_without_calls",
    "grpc.keepalive_time_ms",
    "grpc.keepalive_timeout_ms",
    "grpc.lb_policy_name",
    "grpc.max_metadata_size",
    "grpc.max_receive_message_length",
    "grpc.max_reconnect_backoff_ms",
    "grpc.max_send_message_length",
    "grpc.min_reconnect_backoff_ms",
    "grpc.per_rpc_retry_buffer_size",
    "grpc.primary_user_agent",
    "grpc.secondary_user_agent",
    "grpc.service_config",
    "grpc.ssl_target_name_override",
];

/// What a server's builder has a method for.
pub(super) const SERVER: &[&str] = &[
    "grpc.absolute_max_metadata_size",
    "grpc.compression_enabled_algorithms_bitset",
    "grpc.default_compression_algorithm",
    "grpc.default_compression_level",
    "grpc.enable_channelz",
    "grpc.http2.max_ping_strikes",
    "grpc.http2.ping_timeout_ms",
    "grpc.keepalive_time_ms",
    "grpc.keepalive_timeout_ms",
    "grpc.max_concurrent_streams",
    "grpc.max_connection_age_grace_ms",
    "grpc.max_connection_age_ms",
    "grpc.max_connection_idle_ms",
    "grpc.max_metadata_size",
    "grpc.max_receive_message_length",
    "grpc.max_send_message_length",
    "grpc.server_handshake_timeout_ms",
    "grpc.so_reuseport",
];

/// What changes nothing here, on channels and servers: how C-core goes about its work, and what is never done here.
pub(super) const WITHOUT_EFFECT: &[&str] = &[
    // One channel has its own connections.
    "grpc.use_local_subchannel_pool",
    // No proxy is looked for in the environment.
    "grpc.enable_http_proxy",
    // Iterators are always read on the thread that asks.
    "grpc.experimental.ChannelOptions.SingleThreadedUnaryStream",
    // Hedging is not done.
    "grpc.experimental.enable_hedging",
    // Windows and buffers have the sizes that C-core ends up with.
    "grpc.http2.bdp_probe",
    "grpc.http2.lookahead_bytes",
    "grpc.http2.max_frame_size",
    "grpc.http2.write_buffer_size",
    "grpc.minimal_stack",
    "grpc.resource_quota",
    // Names are resolved by the operating system, which has its own caches and times.
    "grpc.dns_ares_query_timeout",
    "grpc.service_config_disable_resolution",
    // Services are not asked for their health before a call.
    "grpc.inhibit_health_checking",
    // Pings are sent at the times of keepalive, no more and no less.
    "grpc.http2.max_pings_without_data",
    "grpc.http2.min_ping_interval_without_data_ms",
];
