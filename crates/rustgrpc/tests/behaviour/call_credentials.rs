//! Call credentials and local connections: C20.

use std::sync::{Arc, Mutex};

use rustgrpc as grpc;
use rustgrpc::aio::Channel;
use rustgrpc::{CallCredentials, ChannelCredentials, LocalConnectionType, Metadata, StatusCode};

use super::lab::{Running, request, run, run_secured};
use crate::certificates::Authority;
use crate::greet_pb2_grpc::GreeterStub;

async fn local_tcp() -> Running {
    let local = grpc::local_server_credentials(LocalConnectionType::LocalTcp);
    run_secured("127.0.0.1:0", local).await
}

fn local() -> ChannelCredentials {
    grpc::local_channel_credentials(LocalConnectionType::LocalTcp)
}

fn token() -> CallCredentials {
    grpc::access_token_call_credentials("tok123")
}

fn plugin() -> CallCredentials {
    grpc::metadata_call_credentials(|_: grpc::AuthMetadataContext| async {
        let mut metadata = Metadata::from([("x-auth", "v")]);
        metadata.extend([("x-auth-bin", b"\x01")]);
        Ok::<_, std::io::Error>(metadata)
    })
}

/// The metadata that the server got besides `user-agent`, or how the call ended.
async fn received(
    port: u16,
    channel: ChannelCredentials,
    call: Option<CallCredentials>,
) -> Result<String, (StatusCode, String)> {
    let channel = grpc::aio::secure_channel(format!("localhost:{port}"), channel);
    let mut calling = GreeterStub::new(&channel).say_hello(request("invocation", 0));
    if let Some(call) = call {
        calling = calling.credentials(call);
    }
    match calling.await {
        Ok(reply) => Ok(reply.message),
        Err(error) => Err((error.code(), error.details().to_owned())),
    }
}

/// C20.23-25, C20.29.
#[tokio::test]
async fn tokens_and_plugins_make_metadata() {
    let ca = Authority::new("Lab CA");
    let credentials = grpc::ssl_server_credentials(ca.server().one(), None, false).unwrap();
    let lab = run_secured("127.0.0.1:0", credentials).await;
    let tls = || -> ChannelCredentials {
        grpc::ssl_channel_credentials()
            .root_certificates(&ca.certificate)
            .into()
    };
    let bearer = "authorization: Bearer tok123\n";
    let auth = "x-auth: v\nx-auth-bin: \u{1}\n";
    let composite = |call| grpc::composite_channel_credentials(tls(), [call]);
    for (channel, call, expected) in [
        (composite(token()), None, bearer.to_owned()),
        (tls(), Some(token()), bearer.to_owned()),
        (tls(), Some(plugin()), auth.to_owned()),
        (
            tls(),
            Some(grpc::composite_call_credentials([token(), plugin()])),
            format!("{bearer}{auth}"),
        ),
        (
            composite(token()),
            Some(plugin()),
            format!("{bearer}{auth}"),
        ),
        (tls(), None, String::new()),
    ] {
        assert_eq!(received(lab.port, channel, call).await, Ok(expected));
    }
}

/// C20.25.
#[tokio::test]
async fn plugins_know_the_call() {
    let lab = local_tcp().await;
    let seen = Arc::new(Mutex::new(None));
    let asked = seen.clone();
    let plugin = grpc::metadata_call_credentials(move |context: grpc::AuthMetadataContext| {
        let asked = asked.clone();
        async move {
            tokio::task::yield_now().await;
            *asked.lock().unwrap() = Some(context);
            Ok::<_, std::io::Error>(())
        }
    });
    received(lab.port, local(), Some(plugin)).await.unwrap();
    let context = seen.lock().unwrap().take().unwrap();
    assert_eq!(
        context.service_url(),
        format!("https://localhost:{}/greet.Greeter", lab.port)
    );
    assert_eq!(context.method_name(), "SayHello");
}

/// C20.26-28.
#[tokio::test]
async fn plugins_that_fail_end_the_call() {
    let lab = local_tcp().await;
    let failing = grpc::metadata_call_credentials(|_: grpc::AuthMetadataContext| async {
        Err::<Metadata, _>("plugin said no")
    });
    let raising =
        grpc::metadata_call_credentials(|context: grpc::AuthMetadataContext| async move {
            assert_eq!(context.method_name(), "no method of this name");
            Ok::<_, std::io::Error>(())
        });
    let illegal = grpc::metadata_call_credentials(|_: grpc::AuthMetadataContext| async {
        Ok::<_, std::io::Error>([("Upper Case", "v")])
    });
    let failed = "Getting metadata from plugin failed with error: ";
    for (credentials, details) in [
        (failing, format!("{failed}plugin said no")),
        (raising, format!("{failed}plugin raised")),
        (illegal, "Illegal metadata".to_owned()),
    ] {
        let outcome = received(lab.port, local(), Some(credentials)).await;
        assert_eq!(outcome, Err((StatusCode::Unavailable, details)));
    }
}

/// C20.30-31.
#[tokio::test]
async fn secrets_do_not_travel_in_the_open() {
    let lab = run().await;
    let details = "Established channel does not have a sufficient security level to transfer call credential.";
    let refused = Err((StatusCode::Unauthenticated, details.to_owned()));
    let insecure = grpc::insecure_channel_credentials;
    assert_eq!(received(lab.port, insecure(), Some(token())).await, refused);
    let composite = grpc::composite_channel_credentials(insecure(), [token()]);
    assert_eq!(received(lab.port, composite, None).await, refused);
    let call = lab.stub.say_hello(request("", 0)).credentials(token());
    assert_eq!(call.await.unwrap_err().code(), StatusCode::Unauthenticated);
    assert!(!format!("{:?}", token()).contains("tok123"));
}

#[tokio::test]
async fn a_call_waits_for_its_credentials_no_longer_than_its_deadline() {
    let lab = local_tcp().await;
    let channel = grpc::aio::secure_channel(format!("127.0.0.1:{}", lab.port), local());
    let never = grpc::metadata_call_credentials(|_: grpc::AuthMetadataContext| {
        std::future::pending::<Result<Metadata, std::io::Error>>()
    });
    let call = GreeterStub::new(&channel)
        .say_hello(request("", 0))
        .credentials(never)
        .timeout(std::time::Duration::from_millis(50));
    assert_eq!(call.await.unwrap_err().code(), StatusCode::DeadlineExceeded);
}

const LOCAL: &str = "security_level: TSI_PRIVACY_AND_INTEGRITY\n\
                     transport_security_type: local\n\
                     identities: local\n\
                     key: transport_security_type\n";

async fn auth(channel: &Channel) -> String {
    let stub = GreeterStub::new(channel);
    stub.say_hello(request("auth", 0)).await.unwrap().message
}

/// C20.32-33, C20.36.
#[tokio::test]
async fn local_connections_over_tcp() {
    let lab = local_tcp().await;
    let target = format!("127.0.0.1:{}", lab.port);
    let channel = grpc::aio::secure_channel(&target, local());
    assert_eq!(auth(&channel).await, LOCAL);
    let with_token = received(lab.port, local(), Some(token())).await;
    assert_eq!(with_token, Ok("authorization: Bearer tok123\n".to_owned()));
    let plain = run().await;
    assert!(received(plain.port, local(), None).await.is_ok());
    // What is local in another way is not.
    let unix = grpc::local_channel_credentials(LocalConnectionType::Uds);
    let (code, details) = received(lab.port, unix, None).await.unwrap_err();
    assert_eq!(code, StatusCode::Unavailable);
    assert!(
        details.ends_with("Endpoint is neither UDS or TCP loopback address."),
        "{details}"
    );
}

#[cfg(unix)]
/// C20.34-35.
#[tokio::test]
async fn local_connections_over_unix_sockets() {
    let path = std::env::temp_dir().join(format!(
        "rustgrpc-local-{}-{:?}.sock",
        std::process::id(),
        std::thread::current().id()
    ));
    let target = format!("unix:{}", path.display());
    let uds = LocalConnectionType::Uds;
    let _lab = run_secured(&target, grpc::local_server_credentials(uds)).await;
    let channel = grpc::aio::secure_channel(&target, grpc::local_channel_credentials(uds));
    assert_eq!(auth(&channel).await, LOCAL);
    let call = GreeterStub::new(&channel)
        .say_hello(request("invocation", 0))
        .credentials(token());
    assert_eq!(
        call.await.unwrap().message,
        "authorization: Bearer tok123\n"
    );
}

/// Gives a token to calls that have no credentials.
struct Authorizing;

impl grpc::ClientInterceptor for Authorizing {
    async fn intercept_unary_unary(
        &self,
        continuation: grpc::UnaryUnaryContinuation,
        mut details: grpc::ClientCallDetails,
        request: bytes::Bytes,
    ) -> Result<grpc::ClientResponse, grpc::RpcError> {
        if details.credentials().is_none() {
            details.set_credentials(token());
        }
        continuation.call(details, request).await
    }
}

#[tokio::test]
async fn interceptors_see_and_set_credentials() {
    let lab = local_tcp().await;
    let channel = grpc::aio::secure_channel(format!("127.0.0.1:{}", lab.port), local());
    let stub = GreeterStub::new(&grpc::intercept_channel(&channel, [Authorizing]));
    let reply = stub.say_hello(request("invocation", 0)).await.unwrap();
    assert_eq!(reply.message, "authorization: Bearer tok123\n");
    let call = stub.say_hello(request("invocation", 0));
    let reply = call.credentials(plugin()).await.unwrap();
    assert_eq!(reply.message, "x-auth: v\nx-auth-bin: \u{1}\n");
}
