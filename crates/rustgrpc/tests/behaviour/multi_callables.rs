//! Calls without a stub: C25, C28.

use bytes::Bytes;
use futures_util::StreamExt;
use prost::Message;
use rustgrpc as grpc;
use rustgrpc::StatusCode;

use super::lab::{request, run};
use crate::greet_pb2::{HelloReply, HelloRequest};

fn bytes(name: &str, count: i32) -> Bytes {
    request(name, count).encode_to_vec().into()
}

fn text(reply: &Bytes) -> String {
    HelloReply::decode(reply.clone()).unwrap().message
}

/// C25.1, C28.5, C32.17.
#[tokio::test]
async fn messages_are_bytes() {
    let lab = run().await;
    let channel = &lab.channel;
    let (serializer, deserializer) = (grpc::bytes_serializer, grpc::bytes_deserializer);

    let path = "/greet.Greeter/SayHello";
    let say_hello = channel.unary_unary_multi_callable(path, serializer, deserializer);
    let (reply, call) = say_hello
        .call(bytes("metadata", 0))
        .metadata([("k", "v")])
        .with_call()
        .await
        .unwrap();
    assert!(text(&reply).contains(r#"("k", "v")"#));
    assert_eq!(call.trailing_metadata().await.get("t-key").unwrap(), "t1");

    let path = "/greet.Greeter/LotsOfReplies";
    let replies = channel.unary_stream_multi_callable(path, serializer, deserializer);
    let all: Vec<_> = replies.call(bytes("x", 3)).collect().await;
    assert_eq!(all.len(), 3);
    assert!(all.iter().all(|reply| text(reply.as_ref().unwrap()) == "x"));

    let path = "/greet.Greeter/LotsOfGreetings";
    let greetings = channel.stream_unary_multi_callable(path, serializer, deserializer);
    let two = || grpc::requests([bytes("a", 1), bytes("b", 2)]);
    assert_eq!(text(&greetings.call(two()).await.unwrap()), "ab");

    let path = "/greet.Greeter/BidiHello";
    let bidi = channel.stream_stream_multi_callable(path, serializer, deserializer);
    let all: Vec<_> = bidi.clone().call(two()).collect().await;
    let all: Vec<_> = all
        .iter()
        .map(|reply| text(reply.as_ref().unwrap()))
        .collect();
    assert_eq!(all, ["a", "b"]);
    let mut written = bidi.call(grpc::writing());
    written.write(bytes("w", 0)).await.unwrap();
    assert_eq!(text(&written.next().await.unwrap().unwrap()), "w");
    written.done_writing();
    assert!(written.next().await.unwrap().is_none());
}

/// C12.8-9, C12.14, C12.18-19.
#[tokio::test]
async fn serializers_are_functions() {
    let lab = run().await;
    let path = "/greet.Greeter/SayHello";
    let by_message = lab.channel.unary_unary_multi_callable(
        path,
        HelloRequest::encode_to_vec,
        HelloReply::decode,
    );
    assert_eq!(
        by_message.call(request("x", 0)).await.unwrap().message,
        "Hello, x!"
    );

    let suffix = "?".to_owned();
    let by_name = lab.channel.unary_unary_multi_callable(
        path,
        move |name: &&str| match *name {
            "" => Err("no name"),
            name => Ok(request(&format!("{name}{suffix}"), 0).encode_to_vec()),
        },
        |reply| match HelloReply::decode(reply) {
            Ok(reply) if reply.message.contains('!') => Ok(reply.message.len()),
            _ => Err("not a greeting"),
        },
    );
    assert_eq!(by_name.call("xy").await.unwrap(), "Hello, xy?!".len());
    for (name, details) in [
        ("", "Exception serializing request!"),
        ("time:", "Exception deserializing response!"),
    ] {
        let error = by_name.call(name).await.unwrap_err();
        assert_eq!(
            (error.code(), error.details()),
            (StatusCode::Internal, details)
        );
    }

    let path = "/greet.Greeter/LotsOfGreetings";
    let sum = lab.channel.stream_unary_multi_callable(
        path,
        |count: &i32| u8::try_from(*count).map(|_| request("n", *count).encode_to_vec()),
        |reply| HelloReply::decode(reply).map(|reply| reply.count),
    );
    assert_eq!(sum.call(grpc::requests([1, 2, 3])).await.unwrap(), 6);
    let error = sum.call(grpc::requests([1, -2])).await.unwrap_err();
    let text = "Exception serializing request!";
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::Internal, text)
    );
}

#[tokio::test]
async fn methods_that_are_none() {
    let lab = run().await;
    for (path, code, details) in [
        (
            "/greet.Greeter/Nope",
            StatusCode::Unimplemented,
            "Method not found!",
        ),
        (
            "/no.Such/Thing",
            StatusCode::Unimplemented,
            "Method not found!",
        ),
        ("/a path", StatusCode::Internal, "Invalid method name"),
    ] {
        let (serializer, deserializer) = (grpc::bytes_serializer, grpc::bytes_deserializer);
        let callable = lab
            .channel
            .unary_unary_multi_callable(path, serializer, deserializer);
        let error = callable.call(Bytes::new()).await.unwrap_err();
        assert_eq!((error.code(), error.details()), (code, details), "{path}");
    }
}

/// C28.5.
#[tokio::test]
async fn blocking_channels_have_them_too() {
    struct Loud;

    impl grpc::ClientInterceptor for Loud {
        async fn intercept_unary_unary(
            &self,
            continuation: grpc::UnaryUnaryContinuation,
            details: grpc::ClientCallDetails,
            _: Bytes,
        ) -> Result<grpc::ClientResponse, grpc::RpcError> {
            continuation.call(details, bytes("LOUD", 0)).await
        }
    }

    let lab = run().await;
    let target = format!("127.0.0.1:{}", lab.port);
    let blocking = move || {
        let channel = grpc::insecure_channel(target);
        let (serializer, deserializer) = (grpc::bytes_serializer, grpc::bytes_deserializer);
        let path = "/greet.Greeter/SayHello";
        let unary = channel.unary_unary_multi_callable(path, serializer, deserializer);
        assert_eq!(
            text(&unary.call(bytes("x", 0)).wait().unwrap()),
            "Hello, x!"
        );
        let path = "/greet.Greeter/LotsOfReplies";
        let replies = channel.unary_stream_multi_callable(path, serializer, deserializer);
        assert_eq!(replies.call(bytes("x", 3)).map(Result::unwrap).count(), 3);
        let two = || vec![bytes("a", 1), bytes("b", 2)];
        let path = "/greet.Greeter/LotsOfGreetings";
        let sum = channel.stream_unary_multi_callable(path, serializer, deserializer);
        assert_eq!(text(&sum.call(two()).wait().unwrap()), "ab");
        let path = "/greet.Greeter/BidiHello";
        let bidi = channel.stream_stream_multi_callable(path, serializer, deserializer);
        let all: Vec<_> = bidi
            .call(two())
            .map(|reply| text(&reply.unwrap()))
            .collect();
        assert_eq!(all, ["a", "b"]);

        let loud = grpc::intercept_channel(&channel, [Loud]);
        let path = "/greet.Greeter/SayHello";
        let unary = loud.unary_unary_multi_callable(path, serializer, deserializer);
        assert_eq!(
            text(&unary.call(bytes("x", 0)).wait().unwrap()),
            "Hello, LOUD!"
        );
    };
    tokio::task::spawn_blocking(blocking).await.unwrap();
}
