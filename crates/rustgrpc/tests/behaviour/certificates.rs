//! Certificates for the tests of credentials, made while they run.

use rcgen::string::Ia5String;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair, SanType,
};

/// A key and its certificate, as PEM.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) key: String,
    pub(crate) certificate: String,
}

impl Pair {
    /// For `ssl_server_credentials`.
    pub(crate) fn one(&self) -> [(&str, &str); 1] {
        [(&self.key, &self.certificate)]
    }
}

pub(crate) struct Authority {
    pub(crate) certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = params(name, vec![]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        Self {
            certificate,
            issuer,
        }
    }

    /// A certificate for `localhost`, `foo.test.example` and the loopback addresses.
    pub(crate) fn server(&self) -> Pair {
        let names = vec![
            dns("localhost"),
            dns("foo.test.example"),
            SanType::IpAddress([127, 0, 0, 1].into()),
        ];
        self.issue(&params("localhost", names))
    }

    pub(crate) fn named(&self, name: &str) -> Pair {
        self.issue(&params(name, vec![dns(name)]))
    }

    /// A certificate that has no name but its common name.
    pub(crate) fn common_name(&self, name: &str) -> Pair {
        self.issue(&params(name, vec![]))
    }

    pub(crate) fn expired(&self) -> Pair {
        let mut params = params("localhost", vec![dns("localhost")]);
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2021, 1, 1);
        self.issue(&params)
    }

    pub(crate) fn client(&self) -> Pair {
        let names = vec![
            dns("client.example"),
            SanType::Rfc822Name(text("c@example.com")),
            SanType::URI(text("spiffe://td/wl")),
        ];
        self.issue(&params("client-cn", names))
    }

    fn issue(&self, params: &CertificateParams) -> Pair {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        pair(&key, &certificate)
    }
}

/// What `openssl req -x509 -subj /CN=localhost` makes: its own authority, without alternative names.
pub(crate) fn self_signed(name: &str) -> Pair {
    let mut params = params(name, vec![]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    pair(&key, &certificate)
}

fn pair(key: &KeyPair, certificate: &Certificate) -> Pair {
    Pair {
        key: key.serialize_pem(),
        certificate: certificate.pem(),
    }
}

fn params(name: &str, names: Vec<SanType>) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Lab");
    params.subject_alt_names = names;
    params
}

fn dns(name: &str) -> SanType {
    SanType::DnsName(text(name))
}

fn text(text: &str) -> Ia5String {
    text.try_into().unwrap()
}
