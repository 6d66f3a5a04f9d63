//! Connections that do not leave the machine.

use std::net::IpAddr;

/// What counts as local. Python's `grpc.LocalConnectionType`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LocalConnectionType {
    /// A Unix socket.
    #[doc(alias = "UDS")]
    Uds,
    /// TCP on the loopback interface.
    #[default]
    #[doc(alias = "LOCAL_TCP")]
    LocalTcp,
}

impl LocalConnectionType {
    /// Whether a connection is of this kind; `ip` is `None` for Unix sockets.
    pub(crate) fn holds(self, ip: Option<IpAddr>) -> bool {
        match self {
            Self::Uds => ip.is_none(),
            Self::LocalTcp => ip.is_some_and(|ip| ip.to_canonical().is_loopback()),
        }
    }
}
