//! TLS on the side of the channel.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, Error, InvalidMessage, RootCertStore, SupportedProtocolVersion,
    version,
};

use super::verifier::ServerVerifier;
use crate::credentials::pem::{self, InvalidPem};

pub(crate) const HTTP2: &[u8] = b"h2";
pub(crate) const VERSIONS: &[&SupportedProtocolVersion] = &[&version::TLS13, &version::TLS12];

/// Where C-core looks for default roots.
const ROOTS_FILE: &str = "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH";

/// What connections are secured with; none when what was given cannot be used.
#[derive(Clone, Debug)]
pub(crate) struct Tls(Option<Arc<ClientConfig>>);

impl Tls {
    pub(crate) fn new(roots: Option<&[u8]>, identity: Option<&(Vec<u8>, Vec<u8>)>) -> Self {
        Self(configure(roots, identity).ok().map(Arc::new))
    }

    /// Does the handshake with a server that has to be `host`. The error is what callers are told.
    pub(crate) async fn connect<T>(&self, io: T, host: &str) -> Result<TlsStream<T>, String>
    where
        T: AsyncRead + AsyncWrite + Unpin,
    {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(host.to_owned()).ok();
        let (Some(config), Some(name)) = (&self.0, name) else {
            return Err("Failed to create security handshaker.".to_owned());
        };
        let connected = TlsConnector::from(config.clone()).connect(name, io).await;
        let stream = connected.map_err(|error| explain(&error))?;
        if stream.get_ref().1.alpn_protocol() != Some(HTTP2) {
            return Err("Cannot check peer: missing selected ALPN property.".to_owned());
        }
        Ok(stream)
    }
}

fn configure(
    given: Option<&[u8]>,
    identity: Option<&(Vec<u8>, Vec<u8>)>,
) -> Result<ClientConfig, InvalidPem> {
    let provider = Arc::new(ring::default_provider());
    let given = match given {
        Some(pem) => Some(pem::certificates(pem)?),
        None => default_roots_file().and_then(|pem| pem::certificates(&pem).ok()),
    };
    let roots = match &given {
        Some(certificates) => pem::roots(certificates)?,
        None => RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    };
    let verifier = ServerVerifier::new(roots, given.unwrap_or_default(), provider.clone())
        .map_err(|_| InvalidPem)?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(VERSIONS)
        .map_err(|_| InvalidPem)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some((key, chain)) => {
            let (key, chain) = pem::identity(key, chain)?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|_| InvalidPem)?
        }
    };
    config.alpn_protocols = vec![HTTP2.to_vec()];
    // As in C-core, where a cache of sessions has to be asked for.
    config.resumption = Resumption::disabled();
    Ok(config)
}

fn default_roots_file() -> Option<Vec<u8>> {
    std::fs::read(std::env::var_os(ROOTS_FILE)?).ok()
}

/// C-core's texts, as far as they are not BoringSSL's.
fn explain(error: &io::Error) -> String {
    let error = error
        .get_ref()
        .and_then(|error| error.downcast_ref::<Error>());
    let reason = match error {
        None => return "Tls handshake failed (TSI_PROTOCOL_FAILURE): Socket closed".to_owned(),
        Some(Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        )) => {
            let text = "UNAUTHENTICATED: Hostname Verification Check failed.";
            return format!("Custom verification check failed with error: {text}");
        }
        Some(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {
            "CERTIFICATE_VERIFY_FAILED: unable to get local issuer certificate".to_owned()
        }
        Some(Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. },
        )) => "CERTIFICATE_VERIFY_FAILED: certificate has expired".to_owned(),
        Some(Error::InvalidCertificate(other)) => format!("CERTIFICATE_VERIFY_FAILED: {other}"),
        Some(Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
            "WRONG_VERSION_NUMBER".to_owned()
        }
        Some(other) => other.to_string(),
    };
    format!("Tls handshake failed (TSI_PROTOCOL_FAILURE): {reason}")
}
