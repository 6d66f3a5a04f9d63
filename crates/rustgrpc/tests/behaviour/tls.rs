//! TLS on both sides: C20.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustgrpc as grpc;
use rustgrpc::aio::{Channel, ChannelBuilder};
use rustgrpc::{ChannelCredentials, ServerCredentials, StatusCode};

use super::lab::{Running, builder, request, run_secured};
use crate::certificates::{Authority, Pair, self_signed};
use crate::greet_pb2_grpc::GreeterStub;

struct Secured(Running);

impl Secured {
    async fn start(credentials: ServerCredentials) -> Self {
        Self(run_secured("127.0.0.1:0", credentials).await)
    }

    async fn one_way(pair: &Pair) -> Self {
        Self::start(grpc::ssl_server_credentials(pair.one(), None, false).unwrap()).await
    }

    async fn mutual(pair: &Pair, roots: &str) -> Self {
        let roots = Some(roots.as_bytes());
        Self::start(grpc::ssl_server_credentials(pair.one(), roots, true).unwrap()).await
    }

    /// What comes of a call to `host`.
    async fn call(&self, host: &str, credentials: impl Into<ChannelCredentials>) -> Outcome {
        self.call_with(host, |channel| channel.credentials(credentials))
            .await
    }

    async fn call_with(
        &self,
        host: &str,
        configure: impl FnOnce(ChannelBuilder) -> ChannelBuilder,
    ) -> Outcome {
        let builder = Channel::builder(format!("{host}:{}", self.0.port));
        let stub = GreeterStub::new(&configure(builder).build());
        match stub.say_hello(request("auth", 0)).await {
            Ok(reply) => Ok(reply.message),
            Err(error) => Err((
                error.code(),
                error
                    .details()
                    .replace(&format!("127.0.0.1:{}", self.0.port), "ADDRESS"),
            )),
        }
    }
}

type Outcome = Result<String, (StatusCode, String)>;

fn trusting(authority: &Authority) -> grpc::SslChannelCredentials {
    grpc::ssl_channel_credentials().root_certificates(&authority.certificate)
}

/// The end of calls whose connection cannot be made.
fn unavailable(last: &str) -> Outcome {
    let details = format!("failed to connect to all addresses; last error: {last}");
    Err((StatusCode::Unavailable, details))
}

const NO_ISSUER: &str = "UNKNOWN: ipv4:ADDRESS: Tls handshake failed (TSI_PROTOCOL_FAILURE): CERTIFICATE_VERIFY_FAILED: unable to get local issuer certificate";
const CLOSED: &str = "UNAVAILABLE: ipv4:ADDRESS: Socket closed";

/// C19.23, C20.1-4, C20.8-11, C20.39.
#[tokio::test]
async fn servers_are_known_by_their_certificates() {
    let (ca, other) = (Authority::new("Lab CA"), Authority::new("Other CA"));
    let server = Secured::one_way(&ca.server()).await;
    for host in ["localhost", "127.0.0.1"] {
        let reply = server.call(host, trusting(&ca)).await.unwrap();
        assert!(reply.contains("ssl_tls_version: TLSv1.3"), "{reply}");
    }
    for untrusting in [trusting(&other), grpc::ssl_channel_credentials()] {
        assert_eq!(
            server.call("127.0.0.1", untrusting).await,
            unavailable(NO_ISSUER)
        );
    }
    assert_eq!(
        server
            .call(
                "127.0.0.1",
                grpc::ssl_channel_credentials().root_certificates("garbage")
            )
            .await,
        unavailable("UNKNOWN: ipv4:ADDRESS: Failed to create security handshaker.")
    );
    let insecure = grpc::insecure_channel_credentials();
    assert_eq!(
        server.call("127.0.0.1", insecure).await,
        unavailable(CLOSED)
    );
    let expired = Secured::one_way(&ca.expired()).await;
    assert_eq!(
        expired
            .call("localhost", trusting(&ca))
            .await
            .map_err(|(code, details)| (code, details.replace("ipv6:%5B::1%5D", "ipv4:127.0.0.1"))),
        unavailable(
            "UNKNOWN: ipv4:ADDRESS: Tls handshake failed (TSI_PROTOCOL_FAILURE): CERTIFICATE_VERIFY_FAILED: certificate has expired"
        )
    );
    let plain = Secured::start(grpc::insecure_server_credentials()).await;
    assert_eq!(
        plain.call("127.0.0.1", trusting(&ca)).await,
        unavailable(
            "UNKNOWN: ipv4:ADDRESS: Tls handshake failed (TSI_PROTOCOL_FAILURE): WRONG_VERSION_NUMBER"
        )
    );
}

/// C20.5-7.
#[tokio::test]
async fn the_name_has_to_be_in_the_certificate() {
    let ca = Authority::new("Lab CA");
    let server = Secured::one_way(&ca.named("wrong.example")).await;
    assert_eq!(
        server.call("127.0.0.1", trusting(&ca)).await,
        unavailable(
            "UNKNOWN: ipv4:ADDRESS: Custom verification check failed with error: UNAUTHENTICATED: Hostname Verification Check failed."
        )
    );
    let overridden = |channel: ChannelBuilder| {
        channel
            .credentials(trusting(&ca))
            .ssl_target_name_override("wrong.example")
    };
    let reply = server.call_with("127.0.0.1", overridden).await.unwrap();
    assert!(
        reply.contains("ssl_requested_server_name: wrong.example"),
        "{reply}"
    );
    let authority = |channel: ChannelBuilder| {
        channel
            .credentials(trusting(&ca))
            .default_authority("wrong.example")
    };
    server.call_with("127.0.0.1", authority).await.unwrap();
}

#[tokio::test]
async fn certificates_as_tutorials_make_them() {
    let own = self_signed("localhost");
    let server = Secured::mutual(&own, &own.certificate).await;
    let credentials = grpc::ssl_channel_credentials().root_certificates(&own.certificate);
    let both = credentials.clone().private_key(&own.key, &own.certificate);
    let reply = server.call("localhost", both.clone()).await.unwrap();
    assert!(reply.contains("x509_common_name: localhost"), "{reply}");
    // Known by its common name, and by no other.
    let (code, details) = server.call("127.0.0.1", both).await.unwrap_err();
    assert_eq!(code, StatusCode::Unavailable);
    assert!(
        details.ends_with("Hostname Verification Check failed."),
        "{details}"
    );
    let ca = Authority::new("Lab CA");
    let server = Secured::one_way(&ca.common_name("localhost")).await;
    server.call("localhost", trusting(&ca)).await.unwrap();
    // Someone else's certificate of the same name is another one.
    let server = Secured::one_way(&self_signed("localhost")).await;
    assert!(server.call("localhost", credentials).await.is_err());
}

/// C20.18-21, C20.38.
#[tokio::test]
async fn callers_are_known_by_their_certificates() {
    let (ca, other) = (Authority::new("Lab CA"), Authority::new("Other CA"));
    let server = Secured::mutual(&ca.server(), &ca.certificate).await;
    let client = ca.client();
    let credentials = trusting(&ca).private_key(&client.key, &client.certificate);
    let reply = server.call("localhost", credentials).await.unwrap();
    let pem = client.certificate.replace("\r\n", "\n");
    assert_eq!(
        reply,
        format!(
            "peer_dns: client.example\n\
             peer_email: c@example.com\n\
             peer_spiffe_id: spiffe://td/wl\n\
             peer_uri: spiffe://td/wl\n\
             security_level: TSI_PRIVACY_AND_INTEGRITY\n\
             ssl_negotiated_key_exchange_group: X25519\n\
             ssl_requested_server_name: localhost\n\
             ssl_session_reused: false\n\
             ssl_tls_version: TLSv1.3\n\
             transport_security_type: ssl\n\
             x509_common_name: client-cn\n\
             x509_pem_cert: {pem}\n\
             x509_subject: O=Lab,CN=client-cn\n\
             x509_subject_alternative_name: client.example, c@example.com, spiffe://td/wl\n\
             identities: client.example, c@example.com, spiffe://td/wl\n\
             key: x509_subject_alternative_name\n"
        )
    );
    let nameless = ca.common_name("client-cn-only");
    let credentials = trusting(&ca).private_key(&nameless.key, &nameless.certificate);
    let reply = server.call("localhost", credentials).await.unwrap();
    assert!(
        reply.ends_with(
            "x509_subject: O=Lab,CN=client-cn-only\nidentities: client-cn-only\nkey: x509_common_name\n"
        ),
        "{reply}"
    );
    let stranger = other.client();
    let stranger = trusting(&ca).private_key(&stranger.key, &stranger.certificate);
    for refused in [trusting(&ca), stranger] {
        assert_eq!(server.call("127.0.0.1", refused).await, unavailable(CLOSED));
    }
}

/// C20.17, C20.22.
#[tokio::test]
async fn who_is_not_asked_proves_nothing() {
    let ca = Authority::new("Lab CA");
    let roots = Some(ca.certificate.as_bytes());
    let credentials = grpc::ssl_server_credentials(ca.server().one(), roots, false).unwrap();
    let server = Secured::start(credentials).await;
    let client = ca.client();
    let credentials = trusting(&ca).private_key(&client.key, &client.certificate);
    assert_eq!(
        server.call("localhost", credentials).await.unwrap(),
        "security_level: TSI_PRIVACY_AND_INTEGRITY\n\
         ssl_negotiated_key_exchange_group: X25519\n\
         ssl_requested_server_name: localhost\n\
         ssl_session_reused: false\n\
         ssl_tls_version: TLSv1.3\n\
         transport_security_type: ssl\n"
    );
}

/// C20.12-16.
#[test]
fn what_cannot_be_used_is_said_at_once() {
    let ca = Authority::new("Lab CA");
    let none: [(&str, &str); 0] = [];
    let no_pair = "At least one private key-certificate chain pair is required!";
    let error = grpc::ssl_server_credentials(none, None, false).unwrap_err();
    assert_eq!(error.to_string(), no_pair);
    let error = grpc::ssl_server_certificate_configuration(none, None).unwrap_err();
    assert_eq!(error.to_string(), no_pair);
    let no_roots = "Illegal to require client auth without providing root certificates!";
    let error = grpc::ssl_server_credentials(ca.server().one(), None, true).unwrap_err();
    assert_eq!(error.to_string(), no_roots);
    let (one, another) = (ca.server(), ca.server());
    for (key, chain) in [
        ("garbage", "garbage"),
        (&*one.key, "garbage"),
        (&*one.key, &*another.certificate),
    ] {
        let credentials = grpc::ssl_server_credentials([(key, chain)], None, false).unwrap();
        let bound = builder()
            .build()
            .add_secure_port("127.0.0.1:0", credentials);
        let text = bound.unwrap_err().to_string();
        assert!(
            text.starts_with("Failed to bind to address 127.0.0.1:0"),
            "{text}"
        );
    }
}

/// C20.37.
#[tokio::test]
async fn certificates_change_while_the_server_runs() {
    let (old, new) = (Authority::new("Old CA"), Authority::new("New CA"));
    let configuration = |ca: &Authority| {
        grpc::ssl_server_certificate_configuration(ca.server().one(), None).unwrap()
    };
    let asked = Arc::new(AtomicUsize::new(0));
    let (count, second) = (asked.clone(), configuration(&new));
    let garbage = grpc::ssl_server_certificate_configuration([("a", "b")], None).unwrap();
    let fetcher = move || match count.fetch_add(1, Ordering::SeqCst) {
        0 => None,
        1 => Some(second.clone()),
        2 => Some(garbage.clone()),
        _ => panic!("no more certificates"),
    };
    let initial = configuration(&old);
    let credentials = grpc::dynamic_ssl_server_credentials(initial, fetcher, false).unwrap();
    let server = Secured::start(credentials).await;
    server.call("127.0.0.1", trusting(&old)).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    for _ in 0..3 {
        server.call("127.0.0.1", trusting(&new)).await.unwrap();
    }
    assert_eq!(
        server.call("127.0.0.1", trusting(&old)).await,
        unavailable(NO_ISSUER)
    );
}

#[tokio::test]
async fn of_several_certificates_the_one_that_is_asked_for() {
    let ca = Authority::new("Lab CA");
    let pairs = [ca.named("a.example"), ca.named("b.example")];
    let pairs = pairs.iter().map(|pair| (&pair.key, &pair.certificate));
    let server = Secured::start(grpc::ssl_server_credentials(pairs, None, false).unwrap()).await;
    for (name, known) in [
        ("a.example", true),
        ("b.example", true),
        ("c.example", false),
    ] {
        let named = |channel: ChannelBuilder| {
            channel
                .credentials(trusting(&ca))
                .ssl_target_name_override(name)
        };
        let outcome = server.call_with("127.0.0.1", named).await;
        assert_eq!(outcome.is_ok(), known, "{name}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_server_that_speaks_no_http2_is_refused() {
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::crypto::ring;
    use tokio_rustls::rustls::pki_types::pem::PemObject;
    use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

    let ca = Authority::new("Lab CA");
    let pair = ca.server();
    let chain = vec![CertificateDer::from_pem_slice(pair.certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        drop(acceptor.accept(stream).await);
        std::future::pending::<()>().await;
    });
    let channel = grpc::aio::secure_channel(format!("127.0.0.1:{port}"), trusting(&ca));
    let error = GreeterStub::new(&channel)
        .say_hello(request("", 0))
        .await
        .unwrap_err();
    assert!(
        error
            .details()
            .ends_with("Cannot check peer: missing selected ALPN property."),
        "{error}"
    );
}
