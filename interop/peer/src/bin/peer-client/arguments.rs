//! The command line of the client.

use crate::peer::{Flavour, Peer, Secured};

#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) peer: Peer,
    pub(crate) sync: bool,
    /// The names of the checks or modules to run; none: all.
    pub(crate) names: Vec<String>,
}

impl Arguments {
    pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let (mut target, mut tls, mut mtls, mut certs) = (None, None, None, None);
        let mut flavour = Flavour::Any;
        let (mut sync, mut names) = (false, Vec::new());
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            if argument == "--sync" {
                sync = true;
                continue;
            }
            if !argument.starts_with("--") {
                names.push(argument);
                continue;
            }
            let (flag, value) = match argument.split_once('=') {
                Some((flag, value)) => (flag, Some(value.to_owned())),
                None => (&*argument, arguments.next()),
            };
            let value = value.ok_or_else(|| format!("{flag} needs a value"))?;
            match (flag, &*value) {
                ("--target", _) => target = Some(value),
                ("--tls", _) => tls = Some(value),
                ("--mtls", _) => mtls = Some(value),
                ("--certs", _) => certs = Some(value.into()),
                ("--flavour", "sync") => flavour = Flavour::Sync,
                ("--flavour", "aio") => flavour = Flavour::Aio,
                _ => return Err(format!("unknown argument {argument} {value}")),
            }
        }
        let secured = match (tls, mtls, certs) {
            (Some(tls), Some(mtls), Some(certs)) => Some(Secured { tls, mtls, certs }),
            (None, None, _) => None,
            _ => return Err("--tls, --mtls and --certs go together".to_owned()),
        };
        let peer = Peer {
            target: target.ok_or("--target is missing")?,
            secured,
            flavour,
        };
        Ok(Self { peer, sync, names })
    }
}
