//! What servicers learn and set through their context: C6, C8, C15, C16.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustgrpc as grpc;
use rustgrpc::{Metadata, MetadataValue, RpcError, ServicerContext, Status, StatusCode, Stream};

use super::lab::{Running, builder, request, serve, until};
use crate::greet_pb2::{HelloReply, HelloRequest};
use crate::greet_pb2_grpc::{GreeterServicer, greeter};

type Behavior = fn(&ServicerContext) -> Result<(), Status>;

/// Does one thing, in a unary method and after the first response of a stream.
struct Doing(Behavior);

impl GreeterServicer for Doing {
    async fn say_hello(
        &self,
        _: HelloRequest,
        context: ServicerContext,
    ) -> Result<HelloReply, Status> {
        (self.0)(&context)?;
        tokio::task::yield_now().await;
        Ok(HelloReply::default())
    }

    fn lots_of_replies(
        &self,
        _: HelloRequest,
        context: ServicerContext,
    ) -> impl Stream<Item = Result<HelloReply, Status>> + Send {
        let behavior = self.0;
        grpc::stream! {
            yield HelloReply::default();
            behavior(&context)?;
            tokio::task::yield_now().await;
        }
    }
}

#[derive(Debug)]
struct Unprintable;

impl fmt::Display for Unprintable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }
}

impl std::error::Error for Unprintable {}

async fn lab(behavior: Behavior) -> Running {
    serve(builder(), Doing(behavior), Arc::default()).await
}

/// How the unary method ends.
async fn unary(behavior: Behavior) -> Result<(StatusCode, String, Metadata), RpcError> {
    let lab = lab(behavior).await;
    let call = lab.stub.say_hello(request("", 0));
    let (_, call) = call.with_call().await?;
    Ok((
        call.code().await,
        call.details().await,
        call.trailing_metadata().await,
    ))
}

/// What comes after the first response.
async fn stream(behavior: Behavior) -> Result<Option<HelloReply>, RpcError> {
    let lab = lab(behavior).await;
    let mut call = lab.stub.lots_of_replies(request("", 0));
    assert!(call.next().await.unwrap().is_some());
    call.next().await
}

/// C3.13-14, C4.19-21, C6.1-2, C6.11, C8.10.
#[tokio::test]
async fn code_and_details_are_set() {
    let rows: [(&str, Behavior, StatusCode, &str); 9] = [
        (
            "code and details",
            |context| {
                context.set_code(StatusCode::NotFound);
                context.set_details("nf");
                Ok(())
            },
            StatusCode::NotFound,
            "nf",
        ),
        (
            "code only",
            |context| {
                context.set_code(StatusCode::NotFound);
                Ok(())
            },
            StatusCode::NotFound,
            "",
        ),
        (
            "the last code counts",
            |context| {
                context.set_code(StatusCode::NotFound);
                context.set_code(StatusCode::DataLoss);
                assert_eq!(context.code(), Some(StatusCode::DataLoss));
                Ok(())
            },
            StatusCode::DataLoss,
            "",
        ),
        (
            "an abort wins",
            |context| {
                context.set_code(StatusCode::NotFound);
                context.set_details("set");
                context.abort(StatusCode::Aborted, "aborted")
            },
            StatusCode::Aborted,
            "aborted",
        ),
        (
            "of two aborts the last",
            |context| {
                drop(context.abort::<()>(StatusCode::NotFound, "one"));
                context.abort(StatusCode::Aborted, "two")
            },
            StatusCode::Aborted,
            "two",
        ),
        (
            "also when both are swallowed",
            |context| {
                drop(context.abort::<()>(StatusCode::NotFound, "one"));
                drop(context.abort::<()>(StatusCode::Aborted, "two"));
                Ok(())
            },
            StatusCode::Aborted,
            "two",
        ),
        (
            "an error that cannot be printed",
            |_| Err(Unprintable)?,
            StatusCode::Unknown,
            "Calling application raised unprintable Exception!",
        ),
        (
            "so does an abort that was swallowed",
            |context| {
                drop(context.abort::<()>(StatusCode::Aborted, "aborted"));
                Ok(())
            },
            StatusCode::Aborted,
            "aborted",
        ),
        (
            "cancelled by the servicer",
            |context| {
                context.cancel();
                Ok(())
            },
            StatusCode::Cancelled,
            "CANCELLED",
        ),
    ];
    for (name, behavior, code, details) in rows {
        let error = unary(behavior).await.expect_err(name);
        assert_eq!((error.code(), error.details()), (code, details), "{name}");
        let error = stream(behavior).await.expect_err(name);
        assert_eq!((error.code(), error.details()), (code, details), "{name}");
    }
}

/// C6.3-4, C6.26.
#[tokio::test]
async fn details_of_success_arrive() {
    let only_details: Behavior = |context| {
        context.set_details("d");
        assert_eq!(context.details().as_deref(), Some("d"));
        Ok(())
    };
    let with_code: Behavior = |context| {
        context.set_code(StatusCode::Ok);
        context.set_details("d");
        Ok(())
    };
    for behavior in [only_details, with_code] {
        let (code, details, _) = unary(behavior).await.unwrap();
        assert_eq!((code, &*details), (StatusCode::Ok, "d"));
        assert!(stream(behavior).await.unwrap().is_none());
    }
}

/// C4.14-16, C4.22, C5.5, C16.7.
#[tokio::test]
async fn metadata_comes_with_the_error() {
    let error = unary(|context| {
        context.send_initial_metadata([("i", "1")])?;
        context.set_trailing_metadata([("t", "1")]);
        context.set_trailing_metadata([("t", "2")]);
        assert_eq!(context.trailing_metadata(), Metadata::from([("t", "2")]));
        context.abort(StatusCode::Aborted, "x")
    })
    .await
    .unwrap_err();
    assert_eq!(error.code(), StatusCode::Aborted);
    assert_eq!(error.initial_metadata(), &Metadata::from([("i", "1")]));
    assert_eq!(error.trailing_metadata(), &Metadata::from([("t", "2")]));
    assert_eq!(error.debug_error_string(), "ABORTED:x");

    let error = unary(|context| {
        context.set_trailing_metadata([("t", "1")]);
        let status = Status::new(StatusCode::Internal, "rich");
        context.abort_with_status(status.with_trailing_metadata([("r-bin", b"\x00\xff")]))
    })
    .await
    .unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::Internal, "rich")
    );
    let value = MetadataValue::from(b"\x00\xff");
    assert_eq!(error.trailing_metadata().get("r-bin"), Some(&value));
}

/// C15.60-62, C15.64-66, C15.73-75, C16.5.
#[tokio::test]
async fn trailing_metadata_is_checked() {
    let reserved: Behavior = |context| {
        context.set_trailing_metadata([
            ("grpc-status", "5"),
            ("grpc-message", "m"),
            ("content-type", "c"),
            ("k", "v"),
        ]);
        Ok(())
    };
    let (code, details, trailing) = unary(reserved).await.unwrap();
    assert_eq!((code, &*details), (StatusCode::Ok, ""));
    assert_eq!(trailing, Metadata::from([("k", "v")]));
    let none: Behavior = |context| {
        context.set_trailing_metadata(());
        Ok(())
    };
    assert!(unary(none).await.unwrap().2.is_empty());
    let bytes: Behavior = |context| {
        context.set_trailing_metadata([("k", b"abc")]);
        Ok(())
    };
    assert_eq!(
        unary(bytes).await.unwrap().2,
        Metadata::from([("k", "abc")])
    );
    let long: Behavior = |context| {
        context.set_trailing_metadata([("k", "v".repeat(20_000))]);
        Ok(())
    };
    let longer: Behavior = |context| {
        context.set_trailing_metadata([("k", "v".repeat(2_000_000))]);
        Ok(())
    };
    for (long, length) in [(long, 20_000), (longer, 2_000_000)] {
        let error = unary(long).await.unwrap_err();
        assert_eq!(error.code(), StatusCode::ResourceExhausted);
        let text = "received metadata size exceeds hard limit";
        let text = format!("Stream removed ({text} (value length {length} vs. 16384))");
        assert_eq!(error.details(), text);
    }
    let invalid: [Behavior; 4] = [
        |context| {
            context.set_trailing_metadata([("Key", "v")]);
            Ok(())
        },
        |context| {
            context.set_trailing_metadata([("k", "é")]);
            Ok(())
        },
        |context| {
            context.set_trailing_metadata([("k", "a\nb")]);
            Ok(())
        },
        |context| context.send_initial_metadata([("Key", "v")]),
    ];
    for behavior in invalid {
        let error = unary(behavior).await.unwrap_err();
        let expected = (StatusCode::Internal, "Invalid metadata");
        assert_eq!((error.code(), error.details()), expected);
    }
}

/// C16.1-4.
#[tokio::test]
async fn initial_metadata_comes_once() {
    let twice: Behavior = |context| {
        context.send_initial_metadata([("a", "1")])?;
        context.send_initial_metadata([("a", "2")])
    };
    let error = unary(twice).await.unwrap_err();
    let text = "Exception calling application: Initial metadata no longer allowed!";
    assert_eq!((error.code(), error.details()), (StatusCode::Unknown, text));
    assert_eq!(error.initial_metadata(), &Metadata::from([("a", "1")]));
    let late: Behavior = |context| context.send_initial_metadata([("a", "1")]);
    let error = stream(late).await.unwrap_err();
    let text = "Exception iterating responses: Initial metadata no longer allowed!";
    assert_eq!((error.code(), error.details()), (StatusCode::Unknown, text));
}

/// C6.43-45.
#[tokio::test]
async fn a_context_without_a_deadline() {
    let looking: Behavior = |context| {
        assert_eq!(context.time_remaining(), None);
        assert!(context.peer().starts_with("ipv4:127.0.0.1:"));
        assert!(context.is_active());
        assert_eq!((context.code(), context.details()), (None, None));
        assert!(context.trailing_metadata().is_empty());
        assert_eq!(context.method().service(), "greet.Greeter");
        let auth = context.auth_context();
        assert_eq!(auth["transport_security_type"], [b"insecure"]);
        assert_eq!(auth["security_level"], [b"TSI_SECURITY_NONE"]);
        assert!(context.peer_identities().is_none() && context.peer_identity_key().is_none());
        let keys: Vec<_> = context
            .invocation_metadata()
            .iter()
            .map(|pair| pair.0)
            .collect();
        assert_eq!(keys, ["user-agent"]);
        Ok(())
    };
    unary(looking).await.unwrap();
    let method: Behavior = |context| {
        assert_eq!(context.method(), greeter::LOTS_OF_REPLIES);
        Ok(())
    };
    stream(method).await.unwrap();
    let remaining: Behavior = |context| {
        let remaining = context.time_remaining().ok_or("no deadline")?;
        assert!(remaining > Duration::from_secs(8) && remaining <= Duration::from_secs(10));
        Ok(())
    };
    let lab = lab(remaining).await;
    let call = lab.stub.say_hello(request("", 0));
    call.timeout(Duration::from_secs(10)).await.unwrap();
}

#[tokio::test]
async fn the_end_is_told() {
    static CALLED: AtomicUsize = AtomicUsize::new(0);
    static REFUSED: AtomicUsize = AtomicUsize::new(0);
    let watching: Behavior = |context| {
        let after = context.clone();
        let added = context.add_callback(move || {
            CALLED.fetch_add(1, Ordering::SeqCst);
            assert!(!after.is_active());
            let late = after.add_callback(|| unreachable!("the call is over"));
            REFUSED.fetch_add(usize::from(!late), Ordering::SeqCst);
        });
        assert!(added);
        let task = context.clone();
        drop(tokio::spawn(async move {
            task.cancelled().await;
            CALLED.fetch_add(1, Ordering::SeqCst);
        }));
        Ok(())
    };
    unary(watching).await.unwrap();
    let before = || CALLED.load(Ordering::SeqCst);
    until("the callback and the task", || {
        before().is_multiple_of(2) && before() > 0
    })
    .await;
    until("no callback is added late", || {
        REFUSED.load(Ordering::SeqCst) > 0
    })
    .await;
}

/// C15.6-12, C15.19, C15.30-44.
#[tokio::test]
async fn keys_that_may_be_sent() {
    let echo: Behavior = |context| {
        let mut metadata = context.invocation_metadata().clone();
        metadata.delete_all("user-agent");
        context.set_trailing_metadata(metadata);
        Ok(())
    };
    let lab = lab(echo).await;
    let sent: Vec<(&str, MetadataValue)> = vec![
        ("a_b.c-d9", "v".into()),
        ("k-bin", b"".into()),
        ("k-bin", b"\x02".into()),
        ("l-bin", b"a,b".into()),
        ("bytes", b"abc".into()),
        ("grpc-foo", "v".into()),
        ("host", "h".into()),
        ("authorization", "Bearer t".into()),
        ("accept-encoding", "br".into()),
    ];
    let dropped = [
        "grpc-timeout",
        "grpc-encoding",
        "grpc-status",
        "te",
        "content-type",
        "user-agent",
        "grpc-tags-bin",
        "connection",
    ];
    let all: Vec<_> = sent
        .iter()
        .cloned()
        .chain(dropped.map(|key| (key, "v".into())))
        .collect();
    let call = lab.stub.say_hello(request("", 0)).metadata(all);
    let (_, call) = call.with_call().await.unwrap();
    let seen = call.trailing_metadata().await;
    for (key, value) in sent {
        assert!(
            seen.get_all(key)
                .any(|seen| seen.as_bytes() == value.as_bytes()),
            "{key}"
        );
    }
    assert!(
        dropped.iter().all(|key| !seen.contains_key(key)),
        "{seen:?}"
    );
    for key in ["a:b", "a b", "é", ""] {
        let call = lab.stub.say_hello(request("", 0)).metadata([(key, "v")]);
        assert_eq!(
            call.await.unwrap_err().details(),
            "Invalid metadata",
            "{key}"
        );
    }
}
