//! Who the two sides of a connection are, and who makes a call.

pub(crate) mod call;
#[cfg(feature = "tls")]
pub(crate) mod certificate;
pub(crate) mod channel;
pub(crate) mod local;
#[cfg(feature = "tls")]
pub(crate) mod pem;
pub(crate) mod server;

pub use call::{
    AuthMetadataContext, AuthMetadataPlugin, CallCredentials, access_token_call_credentials,
    composite_call_credentials, metadata_call_credentials,
};
pub use channel::{
    ChannelCredentials, composite_channel_credentials, insecure_channel_credentials,
    local_channel_credentials,
};
#[cfg(feature = "tls")]
pub use channel::{SslChannelCredentials, ssl_channel_credentials};
pub use local::LocalConnectionType;
pub use server::{ServerCredentials, insecure_server_credentials, local_server_credentials};
#[cfg(feature = "tls")]
pub use server::{
    SslServerCertificateConfiguration, dynamic_ssl_server_credentials,
    ssl_server_certificate_configuration, ssl_server_credentials,
};
