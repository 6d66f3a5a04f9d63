//! What the head of a request says: C15, C19, C35, as a server sees it that looks at nothing else.

use std::time::Duration;

use h2::Reason;
use http::request::Parts;
use rustgrpc::aio::{Channel, ChannelBuilder};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::greet_pb2_grpc::GreeterStub;
use crate::lab::request;

const USER_AGENT: &str = concat!("grpc-rustgrpc/", env!("CARGO_PKG_VERSION"));

/// The first head that comes, which is not answered.
async fn first<T: AsyncRead + AsyncWrite + Unpin + Send + 'static>(stream: T) -> Parts {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    let (request, mut respond) = connection.accept().await.unwrap().unwrap();
    respond.send_reset(Reason::CANCEL);
    // Until the reset is out.
    tokio::spawn(async move { while connection.accept().await.is_some() {} });
    request.into_parts().0
}

async fn head(
    configure: impl FnOnce(ChannelBuilder) -> ChannelBuilder,
    metadata: &[(&'static str, &'static str)],
) -> (Parts, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let seen = tokio::spawn(async move { first(listener.accept().await.unwrap().0).await });
    let stub = GreeterStub::new(&configure(Channel::builder(&address)).build());
    let call = stub.say_hello(request("x", 0)).metadata(metadata.to_vec());
    call.timeout(Duration::from_secs(3600)).await.unwrap_err();
    (seen.await.unwrap(), address)
}

/// C15.1, C35.1: what C-core says, in its order.
#[tokio::test]
async fn what_every_call_says() {
    let sent = [
        ("k", "v"),
        ("k", "v2"),
        ("empty", ""),
        ("sp", " x "),
        ("emb", "a b,c"),
    ];
    let (head, address) = head(|channel| channel, &sent).await;
    assert_eq!(head.method, "POST");
    assert_eq!(head.uri.path(), "/greet.Greeter/SayHello");
    assert_eq!(head.uri.scheme_str(), Some("http"));
    assert_eq!(head.uri.authority().unwrap(), &address);
    let headers = head.headers.iter();
    let headers: Vec<_> = headers
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    assert_eq!(
        headers,
        [
            ("content-type", "application/grpc"),
            ("te", "trailers"),
            ("grpc-accept-encoding", "identity, deflate, gzip"),
            ("grpc-timeout", "1H"),
            ("user-agent", USER_AGENT),
            ("k", "v"),
            ("k", "v2"),
            ("empty", ""),
            ("sp", " x "),
            ("emb", "a b,c"),
        ]
    );
}

/// C15.34-40, C35.2; of C15.43 HTTP/2 forbids what C-core lets through.
#[tokio::test]
async fn names_that_are_not_for_metadata() {
    let reserved = [
        "grpc-timeout",
        "grpc-encoding",
        "grpc-status",
        "grpc-tags-bin",
        "te",
        "content-type",
        "user-agent",
        "connection",
    ];
    let (head, _) = head(|channel| channel, &reserved.map(|name| (name, "mine"))).await;
    assert!(
        head.headers.values().all(|value| value != "mine"),
        "{head:?}"
    );
    assert!(!head.headers.contains_key("connection"));
    assert_eq!(head.headers["user-agent"], USER_AGENT);
}

/// C35.3, C35.5.
#[tokio::test]
async fn names_that_options_give() {
    let (head, _) = head(|channel| channel.user_agent("prim/1"), &[]).await;
    let expected = format!("prim/1 {USER_AGENT}");
    assert_eq!(head.headers["user-agent"], expected);
    let named = |channel: ChannelBuilder| channel.default_authority("auth.example");
    let (head, _) = self::head(named, &[]).await;
    assert_eq!(head.uri.authority().unwrap(), "auth.example");
}

/// C19.29.
#[cfg(unix)]
#[tokio::test]
async fn the_authority_of_a_unix_socket() {
    let path = std::env::temp_dir().join(format!("rustgrpc-head-{}.sock", std::process::id()));
    let listener = tokio::net::UnixListener::bind(&path).unwrap();
    let (told, seen) = oneshot::channel();
    tokio::spawn(async move {
        let _ = told.send(first(listener.accept().await.unwrap().0).await);
    });
    let channel = rustgrpc::aio::insecure_channel(format!("unix:{}", path.display()));
    let call = GreeterStub::new(&channel).say_hello(request("", 0));
    call.await.unwrap_err();
    assert_eq!(seen.await.unwrap().uri.authority().unwrap(), "localhost");
    std::fs::remove_file(path).unwrap();
}

/// C35.32, C35.33: every channel has its own connection, as Python's with `grpc.use_local_subchannel_pool`.
#[tokio::test]
async fn channels_share_no_connection() {
    let lab = crate::on_runtime::lab::run().await;
    let mut peers = Vec::new();
    for _ in 0..2 {
        let channel = rustgrpc::aio::insecure_channel(format!("127.0.0.1:{}", lab.port));
        let reply = GreeterStub::new(&channel).say_hello(request("peer", 0));
        peers.push(reply.await.unwrap().message);
    }
    assert_ne!(peers[0], peers[1]);
}
