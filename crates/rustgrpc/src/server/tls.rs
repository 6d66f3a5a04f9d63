//! TLS on the side of the server.

use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::client::verify_server_name;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::server::{ClientHello, ParsedCertificate, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{
    HandshakeKind, NamedGroup, ProtocolVersion, ServerConfig, ServerConnection,
};
use tokio_rustls::server::TlsStream;

use super::client_verifier::ClientVerifier;
use super::security::AuthContext;
use crate::client::tls::{HTTP2, VERSIONS};
use crate::credentials::SslServerCertificateConfiguration;
use crate::credentials::certificate::{self, AlternativeName};
use crate::credentials::pem::{self, InvalidPem};

/// What tells new certificates.
pub(crate) type Fetcher = Arc<dyn Fn() -> Option<SslServerCertificateConfiguration> + Send + Sync>;

/// Where a port's certificates come from.
#[derive(Clone)]
pub(crate) struct Source {
    pub(crate) initial: SslServerCertificateConfiguration,
    pub(crate) fetcher: Option<Fetcher>,
    pub(crate) require_client_auth: bool,
}

/// What connections are secured with.
#[derive(Debug)]
pub(crate) struct Tls {
    source: Source,
    current: Mutex<Arc<ServerConfig>>,
}

impl Tls {
    /// Fails when the certificates cannot be used.
    pub(crate) fn new(source: Source) -> io::Result<Self> {
        let config = configure(&source.initial, source.require_client_auth)?;
        Ok(Self {
            source,
            current: Mutex::new(Arc::new(config)),
        })
    }

    /// Does the handshake. The error is for nobody: the caller has been told, or has gone.
    pub(crate) async fn accept<T>(&self, io: T) -> io::Result<(TlsStream<T>, AuthContext)>
    where
        T: AsyncRead + AsyncWrite + Unpin,
    {
        let stream = TlsAcceptor::from(self.config()).accept(io).await?;
        let connection = stream.get_ref().1;
        if connection.alpn_protocol() != Some(HTTP2) {
            return Err(invalid("the caller does not speak HTTP/2"));
        }
        let auth = auth_context(connection);
        Ok((stream, auth))
    }

    fn config(&self) -> Arc<ServerConfig> {
        let fetched = self.source.fetcher.as_ref().and_then(|fetch| {
            catch_unwind(AssertUnwindSafe(|| fetch()))
                .ok()
                .flatten()
                .and_then(|fetched| configure(&fetched, self.source.require_client_auth).ok())
        });
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fetched) = fetched {
            *current = Arc::new(fetched);
        }
        current.clone()
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("initial", &self.initial)
            .field("require_client_auth", &self.require_client_auth)
            .finish_non_exhaustive()
    }
}

fn configure(
    certificates: &SslServerCertificateConfiguration,
    require_client_auth: bool,
) -> io::Result<ServerConfig> {
    let provider = Arc::new(ring::default_provider());
    let keys = certificates.pairs.iter().map(|(key, chain)| {
        let (key, chain) = pem::identity(key, chain)
            .map_err(|InvalidPem| invalid("a private key or certificate chain is not PEM"))?;
        CertifiedKey::from_der(chain, key, &provider)
            .map(Arc::new)
            .map_err(|error| invalid(&error.to_string()))
    });
    let keys = keys.collect::<io::Result<Vec<_>>>()?;
    let builder = ServerConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(VERSIONS)
        .map_err(|error| invalid(&error.to_string()))?;
    // As in Python, roots alone do not make the server ask for certificates.
    let builder = if require_client_auth {
        builder.with_client_cert_verifier(client_verifier(certificates, provider)?)
    } else {
        builder.with_no_client_auth()
    };
    let mut config = builder.with_cert_resolver(Arc::new(ByName(keys)));
    config.alpn_protocols = vec![HTTP2.to_vec()];
    Ok(config)
}

fn client_verifier(
    certificates: &SslServerCertificateConfiguration,
    provider: Arc<CryptoProvider>,
) -> io::Result<Arc<ClientVerifier>> {
    let roots = certificates.roots.as_deref().unwrap_or_default();
    let roots = pem::certificates(roots);
    let roots = roots.map_err(|InvalidPem| invalid("the root certificates are not PEM"))?;
    let store = pem::roots(&roots);
    let store = store.map_err(|InvalidPem| invalid("a root certificate is not one"))?;
    let verifier = ClientVerifier::new(store, roots, provider);
    verifier
        .map(Arc::new)
        .map_err(|error| invalid(&error.to_string()))
}

/// Shows the certificate that has the name that was asked for, or else the first.
#[derive(Debug)]
struct ByName(Vec<Arc<CertifiedKey>>);

impl ResolvesServerCert for ByName {
    fn resolve(&self, client_hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = client_hello.server_name();
        let named = name
            .and_then(|name| ServerName::try_from(name).ok())
            .and_then(|name| self.0.iter().find(|key| has_name(key, &name)));
        named.or(self.0.first()).cloned()
    }
}

fn has_name(key: &CertifiedKey, name: &ServerName<'_>) -> bool {
    key.end_entity_cert()
        .and_then(ParsedCertificate::try_from)
        .and_then(|certificate| verify_server_name(&certificate, name))
        .is_ok()
}

fn auth_context(connection: &ServerConnection) -> AuthContext {
    let mut auth = AuthContext::of("ssl");
    auth.add("security_level", "TSI_PRIVACY_AND_INTEGRITY");
    let reused = connection.handshake_kind() == Some(HandshakeKind::Resumed);
    auth.add("ssl_session_reused", reused.to_string());
    if let Some(name) = connection.server_name() {
        auth.add("ssl_requested_server_name", name);
    }
    auth.add(
        "ssl_tls_version",
        match connection.protocol_version() {
            Some(ProtocolVersion::TLSv1_2) => "TLSv1.2",
            _ => "TLSv1.3",
        },
    );
    if let Some(group) = connection.negotiated_key_exchange_group() {
        let name = match group.name() {
            NamedGroup::secp256r1 => "P-256".to_owned(),
            NamedGroup::secp384r1 => "P-384".to_owned(),
            other => format!("{other:?}"),
        };
        auth.add("ssl_negotiated_key_exchange_group", name);
    }
    if let Some(certificate) = connection.peer_certificates().and_then(<[_]>::first) {
        describe(certificate, &mut auth);
    }
    auth
}

/// Adds what a certificate says about the caller.
fn describe(certificate: &CertificateDer<'_>, auth: &mut AuthContext) {
    auth.add("x509_pem_cert", certificate::to_pem(certificate));
    let Some(names) = certificate::names(certificate) else {
        return;
    };
    auth.add("x509_subject", names.subject);
    if let Some(name) = names.common_name {
        auth.add("x509_common_name", name);
        auth.identity_key = Some("x509_common_name");
    }
    for name in &names.alternative {
        let text = name.text();
        match name {
            AlternativeName::Dns(_) => auth.add("peer_dns", &*text),
            AlternativeName::Email(_) => auth.add("peer_email", &*text),
            AlternativeName::Ip(_) => auth.add("peer_ip", &*text),
            AlternativeName::Uri(_) => {
                auth.add("peer_uri", &*text);
                if text.starts_with("spiffe://") {
                    auth.add("peer_spiffe_id", &*text);
                }
            }
        }
        auth.add("x509_subject_alternative_name", text);
        auth.identity_key = Some("x509_subject_alternative_name");
    }
}

fn invalid(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, text)
}
