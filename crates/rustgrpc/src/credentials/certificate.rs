//! What a certificate says about its owner.

use std::net::IpAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio_rustls::rustls::pki_types::CertificateDer;
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

/// The names in a certificate.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// As RFC 2253 writes it: the last part first.
    pub(crate) subject: String,
    pub(crate) common_name: Option<String>,
    /// Whether there are alternative names, of a kind that is known or not.
    pub(crate) has_alternatives: bool,
    pub(crate) alternative: Vec<AlternativeName>,
}

#[derive(Debug)]
pub(crate) enum AlternativeName {
    Dns(String),
    Email(String),
    Uri(String),
    Ip(IpAddr),
}

impl AlternativeName {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Dns(text) | Self::Email(text) | Self::Uri(text) => text.clone(),
            Self::Ip(ip) => ip.to_string(),
        }
    }
}

/// `None` for what is no certificate.
pub(crate) fn names(certificate: &CertificateDer<'_>) -> Option<Names> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let certificate = certificate.tbs_certificate();
    let common_name = certificate.subject().common_name().ok()?;
    let extension = certificate.get_extension::<SubjectAltName>().ok()?;
    let has_alternatives = extension.is_some();
    let alternative = extension.map_or_else(Vec::new, |(_, names)| names.0);
    Some(Names {
        subject: certificate.subject().to_string(),
        common_name: common_name.map(|name| name.value().into_owned()),
        has_alternatives,
        alternative: alternative.iter().filter_map(alternative_name).collect(),
    })
}

/// Whether now is in the time for which the certificate was made.
pub(crate) fn is_in_time(certificate: &CertificateDer<'_>) -> bool {
    Certificate::from_der(certificate).is_ok_and(|certificate| {
        let validity = certificate.tbs_certificate().validity();
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        now.is_ok_and(|now| {
            let (from, to) = (validity.not_before, validity.not_after);
            (from.to_unix_duration()..=to.to_unix_duration()).contains(&now)
        })
    })
}

pub(crate) fn to_pem(certificate: &CertificateDer<'_>) -> String {
    let mut pem = "-----BEGIN CERTIFICATE-----\n".to_owned();
    for (index, letter) in STANDARD.encode(certificate).chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            pem.push('\n');
        }
        pem.push(letter);
    }
    pem + "\n-----END CERTIFICATE-----\n"
}

fn alternative_name(name: &GeneralName) -> Option<AlternativeName> {
    Some(match name {
        GeneralName::DnsName(name) => AlternativeName::Dns(name.as_str().to_owned()),
        GeneralName::Rfc822Name(name) => AlternativeName::Email(name.as_str().to_owned()),
        GeneralName::UniformResourceIdentifier(name) => {
            AlternativeName::Uri(name.as_str().to_owned())
        }
        GeneralName::IpAddress(address) => match address.as_bytes() {
            bytes @ [_, _, _, _] => {
                AlternativeName::Ip(IpAddr::from(<[u8; 4]>::try_from(bytes).ok()?))
            }
            bytes => AlternativeName::Ip(IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?)),
        },
        _ => return None,
    })
}
