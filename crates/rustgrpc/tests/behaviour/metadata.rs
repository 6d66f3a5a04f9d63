//! Metadata: C15.

use std::sync::Arc;

use rustgrpc::{Metadata, MetadataValue, ServicerContext, Status, StatusCode};

use super::lab::{builder, request, run, serve};
use crate::greet_pb2::{HelloReply, HelloRequest};
use crate::greet_pb2_grpc::GreeterServicer;

/// C15.1, C15.32-33.
#[tokio::test]
async fn metadata_reaches_the_servicer() {
    let lab = run().await;
    let sent: [(&str, MetadataValue); 8] = [
        ("k", "v".into()),
        ("k", "v2".into()),
        ("x-bin", b"\x00\x01\xff".into()),
        ("empty", "".into()),
        ("emb", "a b,c".into()),
        ("e-bin", b"".into()),
        ("grpc-foo", "f".into()),
        ("te", "dropped".into()),
    ];
    let reply = lab
        .stub
        .say_hello(request("metadata", 0))
        .metadata(sent)
        .await
        .unwrap();
    let user_agent = concat!("grpc-rustgrpc/", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        reply.message,
        format!(
            r#"[("user-agent", "{user_agent}"), ("k", "v"), ("k", "v2"), ("x-bin", b"\0\x01\xff"), ("empty", ""), ("emb", "a b,c"), ("e-bin", b""), ("grpc-foo", "f")]"#
        )
    );
}

/// C15.2-5, C15.7-18, C15.20-25.
#[tokio::test]
async fn metadata_that_cannot_be_sent() {
    let lab = run().await;
    for (key, value) in [
        ("Key", "v"),
        ("a b", "v"),
        ("", "v"),
        ("a:b", "v"),
        ("é", "v"),
        ("k", "é"),
        ("k", "错"),
        ("k", "a\nb"),
        ("k", "a\tb"),
        ("k", "\x7f"),
    ] {
        let error = lab
            .stub
            .say_hello(request("", 0))
            .metadata([(key, value)])
            .await
            .unwrap_err();
        assert_eq!(error.code(), StatusCode::Internal);
        assert_eq!(error.details(), "Invalid metadata");
    }
    let bytes = "é".as_bytes();
    let call = lab.stub.say_hello(request("", 0)).metadata([("k", bytes)]);
    assert_eq!(call.await.unwrap_err().details(), "Invalid metadata");
}

/// C15.45-49, C15.54, C32.20.
#[tokio::test]
async fn what_metadata_is_made_of() {
    let lab = run().await;
    let mut dynamic = Metadata::new();
    dynamic.add("a", "1");
    dynamic.add(String::from("a"), "2");
    let collected: Metadata = (1..=2).map(|n| ("a", n.to_string())).collect();
    for metadata in [
        Metadata::from([("a", "1"), ("a", "2")]),
        vec![("a", "1"), ("a", "2")].into(),
        dynamic,
        collected,
    ] {
        let call = lab.stub.say_hello(request("invocation", 0));
        let reply = call.metadata(metadata).await.unwrap();
        assert_eq!(reply.message, "a: 1\na: 2\n");
    }
}

/// C15.28-29, C15.63: Python raises `TypeError`.
#[tokio::test]
async fn text_for_a_binary_key() {
    let lab = run().await;
    let call = lab.stub.say_hello(request("metadata", 0));
    let reply = call.metadata([("k-bin", "é")]).await.unwrap();
    assert!(
        reply.message.ends_with(r#"("k-bin", b"\xc3\xa9")]"#),
        "{}",
        reply.message
    );
}

/// C15.59.
#[tokio::test]
async fn a_hundred_keys() {
    let lab = run().await;
    let many: Vec<_> = (0..100).map(|n| (format!("k{n}"), "v")).collect();
    let expected: String = many.iter().map(|(key, _)| format!("{key}: v\n")).collect();
    let call = lab.stub.say_hello(request("invocation", 0));
    assert_eq!(call.metadata(many).await.unwrap().message, expected);
}

/// C15.55-58, C15.76.
#[tokio::test]
async fn metadata_that_is_too_much() {
    let lab = run().await;
    let many: Vec<_> = (0..100_000).map(|n| (format!("k{n}"), "v")).collect();
    let error = lab
        .stub
        .say_hello(request("", 0))
        .metadata(many)
        .await
        .unwrap_err();
    assert_eq!(error.details(), "Invalid metadata");
    let long = [("k", "v".repeat(20_000))];
    let error = lab
        .stub
        .say_hello(request("", 0))
        .metadata(long)
        .await
        .unwrap_err();
    assert_eq!(error.code(), StatusCode::ResourceExhausted);
    let text = "received metadata size exceeds hard limit (value length 20000 vs. 16384)";
    assert_eq!(error.details(), text);
    let together = [("k", "v".repeat(9_000)), ("l", "v".repeat(9_000))];
    let call = lab.stub.say_hello(request("", 0)).metadata(together);
    let error = call.await.unwrap_err();
    assert_eq!(error.code(), StatusCode::ResourceExhausted);
    let begin = "received metadata size exceeds hard limit (18";
    assert!(error.details().starts_with(begin), "{error}");
    // More than is read at all.
    let huge = [("k", "v".repeat(200_000))];
    let call = lab.stub.say_hello(request("", 0)).metadata(huge);
    assert_eq!(
        call.await.unwrap_err().code(),
        StatusCode::ResourceExhausted
    );
    lab.stub.say_hello(request("", 0)).await.unwrap();
    // C-core refuses the second nearly always, and the first sometimes.
    for length in [9_000, 15_000] {
        let fits = [("k", "v".repeat(length))];
        let call = lab.stub.say_hello(request("", 0)).metadata(fits);
        call.await.unwrap();
    }
}

/// C35.3.
#[tokio::test]
async fn the_user_agent_can_be_prefixed() {
    let lab = run().await;
    let target = format!("127.0.0.1:{}", lab.port);
    let channel = rustgrpc::aio::Channel::builder(target)
        .user_agent("prim/1")
        .build();
    let stub = crate::greet_pb2_grpc::GreeterStub::new(&channel);
    let reply = stub.say_hello(request("metadata", 0)).await.unwrap();
    assert!(
        reply.message.contains("prim/1 grpc-rustgrpc/"),
        "{}",
        reply.message
    );
}

#[tokio::test]
async fn the_peer_is_told_as_in_c_core() {
    let lab = run().await;
    let peer = lab
        .stub
        .say_hello(request("peer", 0))
        .await
        .unwrap()
        .message;
    assert!(peer.starts_with("ipv4:127.0.0.1:"), "{peer}");
}

/// Trails keys in an order that is not the alphabet's, after headers that are sent or not, and with responses or not.
struct Trailing;

const ORDER: [(&str, &str); 5] = [("z", "1"), ("b", "2"), ("b", "3"), ("m", "4"), ("a", "5")];

impl GreeterServicer for Trailing {
    async fn say_hello(
        &self,
        request: HelloRequest,
        context: ServicerContext,
    ) -> Result<HelloReply, Status> {
        context.set_trailing_metadata(ORDER);
        match &*request.name {
            "fail" => context.abort(StatusCode::Aborted, ""),
            "fail after headers" => {
                context.send_initial_metadata(ORDER)?;
                context.abort(StatusCode::Aborted, "")
            }
            _ => Ok(HelloReply::default()),
        }
    }
}

#[tokio::test]
async fn keys_keep_their_order() {
    let lab = serve(builder(), Trailing, Arc::default()).await;
    let (_, call) = lab
        .stub
        .say_hello(request("", 0))
        .with_call()
        .await
        .unwrap();
    assert_eq!(call.trailing_metadata().await, ORDER.into());
    for name in ["fail", "fail after headers"] {
        let error = lab.stub.say_hello(request(name, 0)).await.unwrap_err();
        assert_eq!(*error.trailing_metadata(), ORDER.into(), "{name}");
    }
}
