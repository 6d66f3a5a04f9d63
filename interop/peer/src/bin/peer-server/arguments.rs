//! The command line of the server.

use std::path::PathBuf;

#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls_port: u16,
    pub(crate) mtls_port: u16,
    /// The folder of `server.crt`, `server.key` and `ca.crt`; without it there is no port with TLS.
    pub(crate) certs: Option<PathBuf>,
    pub(crate) sync: bool,
}

impl Arguments {
    pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self {
            host: "127.0.0.1".to_owned(),
            port: 0,
            tls_port: 0,
            mtls_port: 0,
            certs: None,
            sync: false,
        };
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            if argument == "--sync" {
                parsed.sync = true;
                continue;
            }
            let (flag, value) = match argument.split_once('=') {
                Some((flag, value)) => (flag, Some(value.to_owned())),
                None => (&*argument, arguments.next()),
            };
            let value = value.ok_or_else(|| format!("{flag} needs a value"))?;
            let port = || {
                let port = value.parse();
                port.map_err(|_| format!("{flag}: {value} is no port"))
            };
            match flag {
                "--host" => parsed.host = value,
                "--port" => parsed.port = port()?,
                "--tls-port" => parsed.tls_port = port()?,
                "--mtls-port" => parsed.mtls_port = port()?,
                "--certs" => parsed.certs = Some(value.into()),
                _ => return Err(format!("unknown argument {argument}")),
            }
        }
        if parsed.certs.is_none() && (parsed.tls_port, parsed.mtls_port) != (0, 0) {
            return Err("--tls-port and --mtls-port need --certs".to_owned());
        }
        Ok(parsed)
    }
}
