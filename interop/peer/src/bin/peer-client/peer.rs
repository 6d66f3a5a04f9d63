//! The server on the other side.

use std::path::PathBuf;

#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) target: String,
    pub(crate) secured: Option<Secured>,
    pub(crate) flavour: Flavour,
}

/// Its ports with TLS.
#[derive(Clone, Debug)]
pub(crate) struct Secured {
    pub(crate) tls: String,
    pub(crate) mtls: String,
    /// The folder with the keys and certificates of `interop/peer/python/certificates.py`.
    pub(crate) certs: PathBuf,
}

/// Whose texts it gives to errors that handlers let out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavour {
    Any,
    /// Those of `grpc.server`, which are also rustgrpc's.
    Sync,
    /// Those of `grpc.aio.server`.
    Aio,
}

/// Where an error leaves a handler.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Site {
    /// A method of one response.
    Calling,
    /// A method of a stream of responses.
    Iterating,
}

impl Peer {
    pub(crate) fn secured(&self) -> &Secured {
        let secured = self.secured.as_ref();
        secured.expect("checks of TLS are run with --tls, --mtls and --certs only")
    }

    /// Fails unless `details` are those of an error with this text.
    pub(crate) fn assert_raised(&self, details: &str, site: Site, text: &str) {
        let expected = match (self.flavour, site) {
            (Flavour::Any, _) => {
                assert!(details.ends_with(text), "details: {details}");
                return;
            }
            (Flavour::Sync, Site::Calling) => format!("Exception calling application: {text}"),
            (Flavour::Sync, Site::Iterating) => format!("Exception iterating responses: {text}"),
            (Flavour::Aio, _) => format!("Unexpected <class 'ValueError'>: {text}"),
        };
        assert_eq!(details, expected);
    }
}

impl Secured {
    /// The PEM file of this name.
    pub(crate) fn pem(&self, name: &str) -> Vec<u8> {
        let path = self.certs.join(name);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}
