//! Which servers are trusted: what webpki trusts, and what gRPC trusts besides.

use std::sync::Arc;

use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::client::{
    VerifierBuilderError, WebPkiServerVerifier, verify_server_name,
};
use tokio_rustls::rustls::crypto::CryptoProvider;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{
    CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

use crate::credentials::certificate;

/// Adds two things to webpki. A certificate that is itself among the roots is trusted, also when it says that it is an
/// authority's: that is what `openssl req -x509` makes and gRPC's tutorials use. And a certificate without alternative
/// names is known by its common name.
#[derive(Debug)]
pub(crate) struct ServerVerifier {
    webpki: Arc<WebPkiServerVerifier>,
    roots: Vec<CertificateDer<'static>>,
}

impl ServerVerifier {
    pub(crate) fn new(
        store: RootCertStore,
        roots: Vec<CertificateDer<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, VerifierBuilderError> {
        let webpki =
            WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider).build()?;
        Ok(Self { webpki, roots })
    }
}

impl ServerCertVerifier for ServerVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = if self.roots.contains(end_entity) {
            verify_root(end_entity).and_then(|()| {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)
            })
        } else {
            // The name is looked at last: an error of it means that all else is well.
            self.webpki
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
                .map(drop)
        };
        match verified {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if has_common_name(end_entity, server_name) => {}
            verified => verified?,
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.webpki.supported_verify_schemes()
    }
}

/// What is left to check of a certificate that is trusted for itself.
pub(crate) fn verify_root(certificate: &CertificateDer<'_>) -> Result<(), Error> {
    if certificate::is_in_time(certificate) {
        Ok(())
    } else {
        Err(CertificateError::Expired.into())
    }
}

fn has_common_name(certificate: &CertificateDer<'_>, name: &ServerName<'_>) -> bool {
    let Some(names) = certificate::names(certificate) else {
        return false;
    };
    let ServerName::DnsName(name) = name else {
        return false;
    };
    !names.has_alternatives
        && names
            .common_name
            .is_some_and(|common| common.eq_ignore_ascii_case(name.as_ref()))
}
