//! TLS and mutual TLS: who is trusted, and what calls carry then.

use rustgrpc as grpc;
use rustgrpc::{AuthMetadataContext, CallCredentials, Metadata, SslChannelCredentials, StatusCode};

use super::{face, lab};
use crate::expected::{assert_ends, assert_fails};
use crate::peer::Peer;
use crate::peer_lab_pb2::{ContextReport, LabRequest};
use crate::peer_lab_pb2_grpc::LabStub;

const UNREACHABLE: &str = "failed to connect to all addresses; last error: ";
const UNVERIFIED: &str = "Tls handshake failed (TSI_PROTOCOL_FAILURE): CERTIFICATE_VERIFY_FAILED: unable to get local issuer certificate";
const OTHER_NAME: &str = "Custom verification check failed with error: UNAUTHENTICATED: Hostname Verification Check failed.";

/// Credentials that trust the server's authority.
fn trusting(peer: &Peer) -> SslChannelCredentials {
    let ca = peer.secured().pem("ca.crt");
    grpc::ssl_channel_credentials().root_certificates(ca)
}

/// The same with a client certificate.
fn showing(peer: &Peer, name: &str) -> SslChannelCredentials {
    let [key, chain] = ["key", "crt"].map(|kind| peer.secured().pem(&format!("{name}.{kind}")));
    trusting(peer).private_key(key, chain)
}

fn port(target: &str) -> &str {
    target.rsplit(':').next().expect("a port")
}

fn tls(target: &str, credentials: SslChannelCredentials) -> LabStub<face::Channel> {
    LabStub::new(&face::secure_channel(target, credentials))
}

pub(super) async fn is_spoken_by_name_and_address(peer: &Peer) {
    let port = port(&peer.secured().tls);
    for target in [format!("localhost:{port}"), format!("127.0.0.1:{port}")] {
        let stub = tls(&target, trusting(peer));
        let request = LabRequest::new().with_text("secret");
        assert_eq!(done!(stub.unary(request)).unwrap().text, "secret");
    }
}

pub(super) async fn refuses_another_authority(peer: &Peer) {
    let other = peer.secured().pem("ca2.crt");
    let credentials = grpc::ssl_channel_credentials().root_certificates(other);
    let end = done!(tls(&peer.secured().tls, credentials).unary(LabRequest::new()));
    let error = assert_fails(end, StatusCode::Unavailable, UNREACHABLE);
    assert!(error.details().ends_with(UNVERIFIED), "{error}");
}

pub(super) async fn refuses_unknown_authorities(peer: &Peer) {
    let stub = tls(&peer.secured().tls, grpc::ssl_channel_credentials());
    let end = done!(stub.unary(LabRequest::new()));
    let error = assert_fails(end, StatusCode::Unavailable, UNREACHABLE);
    assert!(error.details().ends_with(UNVERIFIED), "{error}");
}

pub(super) async fn refuses_another_name(peer: &Peer) {
    let builder = face::Channel::builder(&peer.secured().tls)
        .credentials(trusting(peer))
        .ssl_target_name_override("wrong.example");
    let end = done!(LabStub::new(&builder.build()).unary(LabRequest::new()));
    let error = assert_fails(end, StatusCode::Unavailable, UNREACHABLE);
    assert!(error.details().ends_with(OTHER_NAME), "{error}");
}

pub(super) async fn takes_another_name_when_told(peer: &Peer) {
    for builder in [
        face::Channel::builder(&peer.secured().tls).ssl_target_name_override("foo.test.example"),
        face::Channel::builder(&peer.secured().tls).default_authority("foo.test.example"),
    ] {
        let channel = builder.credentials(trusting(peer)).build();
        assert!(done!(LabStub::new(&channel).unary(LabRequest::new())).is_ok());
    }
}

pub(super) async fn needs_a_server_that_speaks_it(peer: &Peer) {
    let end = done!(tls(&peer.target, trusting(peer)).unary(LabRequest::new()));
    let error = assert_fails(end, StatusCode::Unavailable, UNREACHABLE);
    assert!(error.details().contains("WRONG_VERSION_NUMBER"), "{error}");
}

pub(super) async fn is_needed_where_the_server_speaks_it(peer: &Peer) {
    let stub = LabStub::new(&face::insecure_channel(&peer.secured().tls));
    let end = done!(stub.unary(LabRequest::new()));
    let error = assert_fails(end, StatusCode::Unavailable, UNREACHABLE);
    assert!(error.details().ends_with("Socket closed"), "{error}");
}

pub(super) async fn takes_no_garbage(peer: &Peer) {
    let credentials = grpc::ssl_channel_credentials().root_certificates("garbage");
    let end = done!(tls(&peer.secured().tls, credentials).unary(LabRequest::new()));
    let text = "Failed to create security handshaker.";
    assert_fails(end, StatusCode::Unavailable, text);
}

pub(super) async fn is_mutual(peer: &Peer) {
    for name in ["client", "client_nosan"] {
        let stub = tls(&peer.secured().mtls, showing(peer, name));
        assert!(done!(stub.unary(LabRequest::new())).is_ok(), "{name}");
    }
    // A server that does not ask is not bothered.
    let stub = tls(&peer.secured().tls, showing(peer, "client"));
    assert!(done!(stub.unary(LabRequest::new())).is_ok());
}

pub(super) async fn needs_a_client_certificate(peer: &Peer) {
    let end = done!(tls(&peer.secured().mtls, trusting(peer)).unary(LabRequest::new()));
    let error = assert_fails(end, StatusCode::Unavailable, UNREACHABLE);
    assert!(error.details().ends_with("Socket closed"), "{error}");
}

pub(super) async fn refuses_a_certificate_of_another_authority(peer: &Peer) {
    let stub = tls(&peer.secured().mtls, showing(peer, "badclient"));
    let end = done!(stub.unary(LabRequest::new()));
    let error = assert_fails(end, StatusCode::Unavailable, UNREACHABLE);
    assert!(error.details().ends_with("Socket closed"), "{error}");
}

/// The values that the server saw of a key.
fn seen(context: &ContextReport, key: &str) -> Vec<Vec<u8>> {
    let headers = context.metadata.iter().filter(|header| header.key == key);
    headers.map(|header| header.value.clone()).collect()
}

pub(super) async fn carries_access_tokens(peer: &Peer) {
    let token = || grpc::access_token_call_credentials("tok123");
    let request = || LabRequest::new().with_want_context(true);
    let credentials = grpc::composite_channel_credentials(trusting(peer), [token()]);
    let with_channel = LabStub::new(&face::secure_channel(&peer.secured().tls, credentials));
    let response = done!(with_channel.unary(request())).unwrap();
    assert_eq!(
        seen(response.context(), "authorization"),
        [b"Bearer tok123"]
    );

    let with_call = tls(&peer.secured().tls, trusting(peer));
    let response = done!(with_call.unary(request()).credentials(token())).unwrap();
    assert_eq!(
        seen(response.context(), "authorization"),
        [b"Bearer tok123"]
    );
    let response = done!(with_call.unary(request())).unwrap();
    assert!(seen(response.context(), "authorization").is_empty());
}

pub(super) async fn carries_what_plugins_give(peer: &Peer) {
    let plugin = grpc::metadata_call_credentials(|context: AuthMetadataContext| async move {
        let mut metadata = Metadata::new();
        metadata.add("x-url", context.service_url().to_owned());
        metadata.add("x-method", context.method_name().to_owned());
        metadata.add("x-auth-bin", vec![0, 1]);
        Ok::<_, std::io::Error>(metadata)
    });
    let token = grpc::access_token_call_credentials("tok123");
    let both: CallCredentials = grpc::composite_call_credentials([token, plugin]);
    let stub = tls(&peer.secured().tls, trusting(peer));
    let call = stub.unary(LabRequest::new().with_want_context(true));
    let response = done!(call.credentials(both)).unwrap();
    let context = response.context();
    let url = format!("https://{}/peer.v1.Lab", peer.secured().tls);
    assert_eq!(seen(context, "x-url"), [url.as_bytes()]);
    assert_eq!(seen(context, "x-method"), [b"Unary"]);
    assert_eq!(seen(context, "x-auth-bin"), [[0, 1]]);
    assert_eq!(seen(context, "authorization"), [b"Bearer tok123"]);
}

pub(super) async fn fails_when_a_plugin_does(peer: &Peer) {
    let plugin = grpc::metadata_call_credentials(|_: AuthMetadataContext| async move {
        Err::<Metadata, _>("plugin said no")
    });
    let stub = tls(&peer.secured().tls, trusting(peer));
    let end = done!(stub.unary(LabRequest::new()).credentials(plugin));
    let text = "Getting metadata from plugin failed with error: plugin said no";
    assert_ends(end, StatusCode::Unavailable, text);
    assert!(done!(lab(peer).unary(LabRequest::new())).is_ok());
}
