//! Where the client connects, and how: the flags that all test cases share.

use rustgrpc as grpc;
use rustgrpc::aio::{Channel, ChannelBuilder};

use crate::Failure;
use crate::flags::Flags;

/// The names of the flags that are read here.
pub const FLAGS: &[&str] = &[
    "server_host",
    "server_port",
    "server_host_override",
    "use_tls",
    "use_test_ca",
    "ca_file",
    "custom_credentials_type",
    "service_config_json",
];

/// A server under test.
#[derive(Clone, Debug)]
pub struct Endpoint {
    host: String,
    port: u16,
    host_override: Option<String>,
    credentials: grpc::ChannelCredentials,
    service_config: Option<String>,
}

impl Endpoint {
    /// Reads the flags. `--ca_file` says where the `ca.pem` of `--use_test_ca` is.
    pub fn new(flags: &Flags) -> Result<Self, Failure> {
        let use_tls = flags.get("use_tls", false)?;
        let credentials = match (flags.text("custom_credentials_type"), use_tls) {
            (None, false) => grpc::insecure_channel_credentials(),
            (None, true) if flags.get("use_test_ca", false)? => {
                let roots = std::fs::read(flags.need("ca_file")?)?;
                grpc::ssl_channel_credentials()
                    .root_certificates(roots)
                    .into()
            }
            (None, true) => grpc::ssl_channel_credentials().into(),
            (Some("local"), false) => {
                grpc::local_channel_credentials(grpc::LocalConnectionType::LocalTcp)
            }
            (Some(other), _) => {
                return Err(format!("--custom_credentials_type={other}: not supported").into());
            }
        };
        Ok(Self {
            host: flags.text("server_host").unwrap_or("localhost").to_owned(),
            port: flags.need("server_port")?.parse()?,
            host_override: flags.text("server_host_override").map(ToOwned::to_owned),
            credentials,
            service_config: flags.text("service_config_json").map(ToOwned::to_owned),
        })
    }

    /// A channel of its own.
    pub fn channel(&self) -> Channel {
        self.builder().build()
    }

    /// A channel of its own, to be given more options.
    pub fn builder(&self) -> ChannelBuilder {
        let mut builder = Channel::builder(self.target()).credentials(self.credentials.clone());
        if let Some(name) = &self.host_override {
            builder = builder.ssl_target_name_override(name);
        }
        if let Some(json) = &self.service_config {
            builder = builder.service_config_json(json);
        }
        builder
    }

    /// `host:port`.
    pub fn target(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// The same server, reached by a relay on this machine. Its certificate still has to have the server's own name.
    #[must_use]
    pub fn through(&self, port: u16) -> Self {
        Self {
            host: "127.0.0.1".into(),
            port,
            host_override: self
                .host_override
                .clone()
                .or_else(|| Some(self.host.clone())),
            ..self.clone()
        }
    }
}
