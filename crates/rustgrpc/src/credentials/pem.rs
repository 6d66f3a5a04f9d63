//! Keys and certificates out of PEM.

use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A key and the certificates that belong to it.
pub(crate) type Identity = (PrivateKeyDer<'static>, Vec<CertificateDer<'static>>);

/// Text in which something that is needed was not found.
#[derive(Debug)]
pub(crate) struct InvalidPem;

/// The certificates of a text, one at least.
pub(crate) fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, InvalidPem> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    certificates
        .ok()
        .filter(|certificates| !certificates.is_empty())
        .ok_or(InvalidPem)
}

pub(crate) fn identity(private_key: &[u8], chain: &[u8]) -> Result<Identity, InvalidPem> {
    let key = PrivateKeyDer::from_pem_slice(private_key).map_err(|_| InvalidPem)?;
    Ok((key, certificates(chain)?))
}

pub(crate) fn roots(certificates: &[CertificateDer<'static>]) -> Result<RootCertStore, InvalidPem> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates {
        roots.add(certificate.clone()).map_err(|_| InvalidPem)?;
    }
    Ok(roots)
}
