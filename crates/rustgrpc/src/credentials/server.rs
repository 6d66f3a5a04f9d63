//! The credentials of a server's port.

#[cfg(feature = "tls")]
use std::fmt;
#[cfg(feature = "tls")]
use std::io;
#[cfg(feature = "tls")]
use std::sync::Arc;

use super::local::LocalConnectionType;
#[cfg(feature = "tls")]
use crate::server::tls::Source;

/// How the connections to a port are secured. Python's `grpc.ServerCredentials`.
#[derive(Clone, Debug)]
pub struct ServerCredentials(pub(crate) Kind);

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Insecure,
    Local(LocalConnectionType),
    #[cfg(feature = "tls")]
    Tls(Source),
}

/// No encryption, as the credentials of a port. Python's `grpc.insecure_server_credentials()`.
pub fn insecure_server_credentials() -> ServerCredentials {
    ServerCredentials(Kind::Insecure)
}

/// No encryption, for callers on the same machine; other connections are closed. Python's
/// `grpc.local_server_credentials(local_connect_type)`.
pub fn local_server_credentials(local_connect_type: LocalConnectionType) -> ServerCredentials {
    ServerCredentials(Kind::Local(local_connect_type))
}

/// TLS. Python's `grpc.ssl_server_credentials(private_key_certificate_chain_pairs, root_certificates=None,
/// require_client_auth=False)`.
///
/// Of several pairs, the one whose certificate has the name that the caller asked for is shown, or else the first.
/// With `require_client_auth`, callers must show a certificate that one of `root_certificates` has signed.
///
/// Fails without a pair, and when client certificates are required without roots. What is no PEM, or a key that does not
/// belong to its certificate, is an error of `add_secure_port`.
///
/// ```no_run
/// use rustgrpc as grpc;
/// use std::fs;
///
/// # async fn serve() -> std::io::Result<()> {
/// let pair = (fs::read("server.key")?, fs::read("server.pem")?);
/// let credentials = grpc::ssl_server_credentials([pair], None, false)?;
/// let mut server = grpc::aio::server();
/// server.add_secure_port("[::]:50051", credentials)?;
/// server.start().await
/// # }
/// ```
#[cfg(feature = "tls")]
pub fn ssl_server_credentials<K: AsRef<[u8]>, C: AsRef<[u8]>>(
    private_key_certificate_chain_pairs: impl IntoIterator<Item = (K, C)>,
    root_certificates: Option<&[u8]>,
    require_client_auth: bool,
) -> io::Result<ServerCredentials> {
    let configuration = ssl_server_certificate_configuration(
        private_key_certificate_chain_pairs,
        root_certificates,
    )?;
    credentials(configuration, None, require_client_auth)
}

/// Certificates for [`dynamic_ssl_server_credentials`]. Python's `grpc.ssl_server_certificate_configuration(
/// private_key_certificate_chain_pairs, root_certificates=None)`.
///
/// Fails without a pair.
#[cfg(feature = "tls")]
pub fn ssl_server_certificate_configuration<K: AsRef<[u8]>, C: AsRef<[u8]>>(
    private_key_certificate_chain_pairs: impl IntoIterator<Item = (K, C)>,
    root_certificates: Option<&[u8]>,
) -> io::Result<SslServerCertificateConfiguration> {
    let pairs: Vec<_> = private_key_certificate_chain_pairs
        .into_iter()
        .map(|(key, chain)| (key.as_ref().to_vec(), chain.as_ref().to_vec()))
        .collect();
    if pairs.is_empty() {
        return Err(invalid(
            "At least one private key-certificate chain pair is required!",
        ));
    }
    Ok(SslServerCertificateConfiguration {
        pairs,
        roots: root_certificates.map(<[u8]>::to_vec),
    })
}

/// TLS with certificates that can change while the server runs. Python's `grpc.dynamic_ssl_server_credentials(
/// initial_certificate_configuration, certificate_configuration_fetcher, require_client_authentication=False)`.
///
/// The fetcher is asked at the beginning of each connection and must not block; `None`, a panic, and certificates that
/// cannot be used leave things as they are.
///
/// Fails when client certificates are required without roots.
#[cfg(feature = "tls")]
pub fn dynamic_ssl_server_credentials(
    initial_certificate_configuration: SslServerCertificateConfiguration,
    certificate_configuration_fetcher: impl Fn() -> Option<SslServerCertificateConfiguration>
    + Send
    + Sync
    + 'static,
    require_client_authentication: bool,
) -> io::Result<ServerCredentials> {
    credentials(
        initial_certificate_configuration,
        Some(Arc::new(certificate_configuration_fetcher)),
        require_client_authentication,
    )
}

/// Keys and certificates of a server, and the authorities that it trusts. Python's
/// `grpc.ServerCertificateConfiguration`.
#[cfg(feature = "tls")]
#[derive(Clone)]
pub struct SslServerCertificateConfiguration {
    pub(crate) pairs: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) roots: Option<Vec<u8>>,
}

#[cfg(feature = "tls")]
impl fmt::Debug for SslServerCertificateConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SslServerCertificateConfiguration")
            .field("pairs", &self.pairs.len())
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "tls")]
fn credentials(
    initial: SslServerCertificateConfiguration,
    fetcher: Option<crate::server::tls::Fetcher>,
    require_client_auth: bool,
) -> io::Result<ServerCredentials> {
    if require_client_auth && initial.roots.is_none() {
        return Err(invalid(
            "Illegal to require client auth without providing root certificates!",
        ));
    }
    Ok(ServerCredentials(Kind::Tls(Source {
        initial,
        fetcher,
        require_client_auth,
    })))
}

#[cfg(feature = "tls")]
fn invalid(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, text)
}
