//! The credentials of a channel.

#[cfg(feature = "tls")]
use std::fmt;

use super::call::{CallCredentials, composite_call_credentials};
use super::local::LocalConnectionType;
use crate::client::security::Security;
#[cfg(feature = "tls")]
use crate::client::tls::Tls;

/// How a channel's connections are secured, and what its calls carry. Python's `grpc.ChannelCredentials`.
///
/// A clone is the same credentials.
#[derive(Clone, Debug)]
pub struct ChannelCredentials {
    pub(crate) security: Security,
    pub(crate) call: Option<CallCredentials>,
}

/// No encryption, as the credentials of a channel. Python's `grpc.experimental.insecure_channel_credentials()`.
pub fn insecure_channel_credentials() -> ChannelCredentials {
    ChannelCredentials {
        security: Security::Insecure,
        call: None,
    }
}

/// No encryption, on connections that do not leave the machine; others fail. Python's
/// `grpc.local_channel_credentials(local_connect_type)`.
///
/// Counts as secure: call credentials are sent.
pub fn local_channel_credentials(local_connect_type: LocalConnectionType) -> ChannelCredentials {
    ChannelCredentials {
        security: Security::Local(local_connect_type),
        call: None,
    }
}

/// TLS. Python's `grpc.ssl_channel_credentials(root_certificates=None, private_key=None, certificate_chain=None)`,
/// whose arguments are methods here.
///
/// Without [`root_certificates`](SslChannelCredentials::root_certificates), servers are trusted whose certificates come
/// from an authority that Mozilla trusts, or those in the PEM file that the environment variable
/// `GRPC_DEFAULT_SSL_ROOTS_FILE_PATH` names.
///
/// What is given and is no PEM ends the calls of the channel with UNAVAILABLE
/// `… Failed to create security handshaker.`, as in Python.
///
/// A server has to have the host of the target in its certificate, as an alternative name or, where there is none, as its
/// common name; a server's own certificate may stand among the roots. Sessions are not resumed.
///
/// Where the text of an error is BoringSSL's in Python, it is another here. All begin alike:
///
/// | what is wrong | calls end with UNAVAILABLE `failed to connect to all addresses; last error: UNKNOWN: ADDRESS: ` and |
/// | --- | --- |
/// | the certificate's authority | `Tls handshake failed (TSI_PROTOCOL_FAILURE): CERTIFICATE_VERIFY_FAILED: unable to get local issuer certificate` |
/// | its time is over | `Tls handshake failed (TSI_PROTOCOL_FAILURE): CERTIFICATE_VERIFY_FAILED: certificate has expired` |
/// | its name | `Custom verification check failed with error: UNAUTHENTICATED: Hostname Verification Check failed.` |
/// | the server speaks no TLS | `Tls handshake failed (TSI_PROTOCOL_FAILURE): WRONG_VERSION_NUMBER` |
/// | it speaks no HTTP/2 | `Cannot check peer: missing selected ALPN property.` |
///
/// Certificates of X.509 version 1, which BoringSSL takes, are refused.
///
/// ```
/// use rustgrpc as grpc;
///
/// # fn connect(ca: &[u8], key: &[u8], chain: &[u8]) {
/// let credentials = grpc::ssl_channel_credentials().root_certificates(ca).private_key(key, chain);
/// let channel = grpc::aio::secure_channel("localhost:50051", credentials);
/// # }
/// ```
#[cfg(feature = "tls")]
pub fn ssl_channel_credentials() -> SslChannelCredentials {
    SslChannelCredentials::default()
}

/// Sends `call_credentials` with each call of the channel. Python's
/// `grpc.composite_channel_credentials(channel_credentials, *call_credentials)`.
pub fn composite_channel_credentials(
    channel_credentials: impl Into<ChannelCredentials>,
    call_credentials: impl IntoIterator<Item = CallCredentials>,
) -> ChannelCredentials {
    let ChannelCredentials { security, call } = channel_credentials.into();
    let call = composite_call_credentials(call.into_iter().chain(call_credentials));
    ChannelCredentials {
        security,
        call: Some(call),
    }
}

/// See [`ssl_channel_credentials`].
#[cfg(feature = "tls")]
#[derive(Clone, Default)]
pub struct SslChannelCredentials {
    root_certificates: Option<Vec<u8>>,
    private_key: Option<(Vec<u8>, Vec<u8>)>,
}

#[cfg(feature = "tls")]
impl SslChannelCredentials {
    /// The certificates, as PEM, of the authorities whose servers are trusted. A server's own certificate does as well.
    pub fn root_certificates(mut self, root_certificates: impl AsRef<[u8]>) -> Self {
        self.root_certificates = Some(root_certificates.as_ref().to_vec());
        self
    }

    /// Who the caller is, for servers that ask: the private key, and its certificate followed by those of the
    /// authorities between it and the root, as PEM. None by default.
    pub fn private_key(
        mut self,
        private_key: impl AsRef<[u8]>,
        certificate_chain: impl AsRef<[u8]>,
    ) -> Self {
        let (key, chain) = (private_key.as_ref(), certificate_chain.as_ref());
        self.private_key = Some((key.to_vec(), chain.to_vec()));
        self
    }
}

#[cfg(feature = "tls")]
impl From<SslChannelCredentials> for ChannelCredentials {
    fn from(ssl: SslChannelCredentials) -> Self {
        let tls = Tls::new(ssl.root_certificates.as_deref(), ssl.private_key.as_ref());
        Self {
            security: Security::Tls(tls),
            call: None,
        }
    }
}

#[cfg(feature = "tls")]
impl fmt::Debug for SslChannelCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SslChannelCredentials")
            .finish_non_exhaustive()
    }
}
