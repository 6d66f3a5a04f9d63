//! What the runtime tells about its calls and connections, and who listens: channelz counts them, OpenTelemetry measures
//! them, spans show them. Each is a cargo feature; without any, everything here is empty and costs nothing.

pub(crate) mod client;
pub(crate) mod server;
pub(crate) mod socket;
#[cfg(feature = "tracing")]
mod span;

// Nobody pays for what nobody asked for.
#[cfg(not(any(feature = "channelz", feature = "metrics", feature = "tracing")))]
const _: () = assert!(
    size_of::<client::ChannelTelemetry>() == 0
        && size_of::<client::CallTelemetry>() == 0
        && size_of::<server::ServerTelemetry>() == 0
        && size_of::<server::CallTelemetry>() == 0
        && size_of::<socket::SocketTelemetry>() == 0
        && size_of::<socket::Meter>() == 0
);

/// Who listens to a channel or a server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Observers {
    #[cfg(feature = "channelz")]
    pub(crate) without_channelz: bool,
    #[cfg(feature = "metrics")]
    pub(crate) plugin: Option<crate::observability::OpenTelemetryPlugin>,
}

#[cfg(feature = "metrics")]
impl Observers {
    /// The plugin of this channel or server, else that of the process.
    fn plugin(&self) -> Option<crate::observability::OpenTelemetryPlugin> {
        self.plugin.clone().or_else(crate::observability::global)
    }
}
