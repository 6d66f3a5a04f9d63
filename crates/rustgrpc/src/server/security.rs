//! How a port's connections are secured, and what is known about who is at the other end.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};

#[cfg(feature = "tls")]
use super::tls::Tls;
use crate::credentials::server::Kind;
use crate::credentials::{LocalConnectionType, ServerCredentials};
use crate::telemetry::socket::SocketTelemetry;

const IDENTITY_OF_LOCAL: &str = "transport_security_type";

#[derive(Debug)]
pub(crate) enum Security {
    Insecure,
    Local(LocalConnectionType),
    #[cfg(feature = "tls")]
    Tls(Tls),
}

impl Security {
    /// Its name in C-core.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Insecure => "insecure",
            Self::Local(_) => "local",
            #[cfg(feature = "tls")]
            Self::Tls(_) => "ssl",
        }
    }
}

impl TryFrom<ServerCredentials> for Security {
    type Error = io::Error;

    /// Fails when certificates cannot be used.
    fn try_from(credentials: ServerCredentials) -> io::Result<Self> {
        Ok(match credentials.0 {
            Kind::Insecure => Self::Insecure,
            Kind::Local(kind) => Self::Local(kind),
            #[cfg(feature = "tls")]
            Kind::Tls(source) => Self::Tls(Tls::new(source)?),
        })
    }
}

/// Who is at the other end.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) address: Address,
    pub(crate) auth: AuthContext,
    pub(crate) socket: SocketTelemetry,
}

#[cfg(feature = "_in_process")]
impl Peer {
    pub(crate) fn in_process() -> Self {
        Self {
            address: Address::InProcess,
            auth: AuthContext::insecure(),
            socket: SocketTelemetry::default(),
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Address {
    Tcp(SocketAddr),
    #[cfg(unix)]
    Unix,
    #[cfg(feature = "_in_process")]
    InProcess,
}

impl Address {
    /// `None` for Unix sockets.
    pub(crate) fn ip(self) -> Option<IpAddr> {
        match self {
            Self::Tcp(address) => Some(address.ip()),
            #[cfg(unix)]
            Self::Unix => None,
            #[cfg(feature = "_in_process")]
            Self::InProcess => None,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => match address.ip().to_canonical() {
                IpAddr::V4(ip) => write!(f, "ipv4:{ip}:{}", address.port()),
                IpAddr::V6(ip) => write!(f, "ipv6:%5B{ip}%5D:{}", address.port()),
            },
            #[cfg(unix)]
            Self::Unix => f.write_str("unix:"),
            #[cfg(feature = "_in_process")]
            Self::InProcess => f.write_str("inproc"),
        }
    }
}

/// What the transport knows about the caller. Python's `context.auth_context()`.
#[derive(Debug)]
pub(crate) struct AuthContext {
    pub(crate) properties: BTreeMap<String, Vec<Vec<u8>>>,
    /// The property that says who the caller is.
    pub(crate) identity_key: Option<&'static str>,
}

impl AuthContext {
    pub(crate) fn insecure() -> Self {
        let mut context = Self::of("insecure");
        context.add("security_level", "TSI_SECURITY_NONE");
        context
    }

    pub(crate) fn local() -> Self {
        let mut context = Self::of("local");
        context.add("security_level", "TSI_PRIVACY_AND_INTEGRITY");
        context.identity_key = Some(IDENTITY_OF_LOCAL);
        context
    }

    pub(crate) fn of(transport_security_type: &str) -> Self {
        let mut context = Self {
            properties: BTreeMap::new(),
            identity_key: None,
        };
        context.add("transport_security_type", transport_security_type);
        context
    }

    pub(crate) fn add(&mut self, key: &str, value: impl Into<Vec<u8>>) {
        let values = self.properties.entry(key.to_owned()).or_default();
        values.push(value.into());
    }

    pub(crate) fn identities(&self) -> Option<Vec<Vec<u8>>> {
        self.properties.get(self.identity_key?).cloned()
    }
}
