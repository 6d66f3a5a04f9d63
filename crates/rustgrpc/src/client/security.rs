//! How a channel's connections are secured.

use tokio::io::{AsyncRead, AsyncWrite};

use super::target::Address;
#[cfg(feature = "tls")]
use super::tls::Tls;
use crate::credentials::LocalConnectionType;

#[derive(Clone, Debug, Default)]
pub(crate) enum Security {
    #[default]
    Insecure,
    Local(LocalConnectionType),
    #[cfg(feature = "tls")]
    Tls(Tls),
}

/// What connections are made of.
pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

impl Security {
    /// Whether call credentials may be sent.
    pub(crate) fn is_sufficient(&self) -> bool {
        !matches!(self, Self::Insecure)
    }

    /// Its name in C-core.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Insecure => "insecure",
            Self::Local(_) => "local",
            #[cfg(feature = "tls")]
            Self::Tls(_) => "ssl",
        }
    }

    /// The `:scheme` of calls.
    pub(crate) fn scheme(&self) -> http::uri::Scheme {
        match self {
            Self::Insecure | Self::Local(_) => http::uri::Scheme::HTTP,
            #[cfg(feature = "tls")]
            Self::Tls(_) => http::uri::Scheme::HTTPS,
        }
    }

    /// Secures a new connection to a server that has to prove that it is `host`. The error is told to callers behind the
    /// address.
    #[cfg_attr(not(feature = "tls"), expect(unused_variables, clippy::unused_async))]
    pub(crate) async fn secure<T: Io + 'static>(
        &self,
        io: T,
        address: &Address,
        host: &str,
    ) -> Result<Box<dyn Io>, String> {
        match self {
            Self::Insecure => Ok(Box::new(io)),
            Self::Local(kind) if kind.holds(address.ip()) => Ok(Box::new(io)),
            Self::Local(_) => Err(format!(
                "UNKNOWN: {address}: Endpoint is neither UDS or TCP loopback address."
            )),
            #[cfg(feature = "tls")]
            Self::Tls(tls) => match tls.connect(io, host).await {
                Ok(io) => Ok(Box::new(io)),
                Err(text) => Err(format!("UNKNOWN: {address}: {text}")),
            },
        }
    }
}
