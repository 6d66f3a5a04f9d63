//! Messages that are too large in mid-stream, malformed, or not UTF-8, and details in any text: C11, C12, C21, C22.

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use rustgrpc::aio::Channel;
use rustgrpc::{MethodDescriptor, RpcError, StatusCode};

use super::lab::{builder, request, run, run_with};
use crate::greet_pb2::{HelloReply, HelloRequest};
use crate::greet_pb2_grpc::GreeterStub;

/// A `HelloRequest` or `HelloReply` whose text can be anything.
#[derive(Clone, PartialEq, prost::Message)]
struct AnyBytes {
    #[prost(bytes = "vec", tag = "1")]
    name: Vec<u8>,
    #[prost(int32, tag = "2")]
    count: i32,
}

/// The same whose text is no text at all: its tag says that it is a number.
#[derive(Clone, PartialEq, prost::Message)]
struct OtherType {
    #[prost(string, tag = "3")]
    data: String,
    #[prost(message, optional, tag = "1")]
    name: Option<AnyBytes>,
}

fn outcome<T>(result: Result<T, RpcError>) -> (StatusCode, String) {
    match result {
        Ok(_) => (StatusCode::Ok, String::new()),
        Err(error) => (error.code(), error.details().to_owned()),
    }
}

fn exhausted(details: &str) -> (StatusCode, String) {
    (StatusCode::ResourceExhausted, details.to_owned())
}

/// C11.4, C11.14.
#[tokio::test]
async fn the_second_of_a_stream_may_be_too_large() {
    let lab = run_with(builder().max_receive_message_length(None)).await;
    let large = |length| HelloRequest {
        name: "sized".into(),
        count: 2,
        data: vec![0; length],
    };
    // The first response has no data.
    let mut responses = lab.stub.lots_of_replies(large((4 << 20) + 100));
    assert_eq!(responses.next().await.unwrap().unwrap().count, 0);
    let (code, details) = outcome(responses.next().await);
    assert_eq!(code, StatusCode::ResourceExhausted);
    assert!(
        details.starts_with("Stream removed (CLIENT: Received message larger than max (41944"),
        "{details}"
    );
    let limited = run_with(builder().max_send_message_length(100)).await;
    let mut responses = limited.stub.lots_of_replies(large(200));
    assert!(responses.next().await.unwrap().is_some());
    assert_eq!(
        outcome(responses.next().await),
        exhausted("SERVER: Sent message larger than max (212 vs. 100)")
    );
    // A bomb in mid-stream stops at the limit, in either direction.
    let zipping = run_with(builder().compression(rustgrpc::Compression::Gzip)).await;
    let careful = Channel::builder(format!("127.0.0.1:{}", zipping.port));
    let careful = careful.max_receive_message_length(1000).build();
    let mut responses = GreeterStub::new(&careful).lots_of_replies(large(5000));
    assert!(responses.next().await.unwrap().is_some());
    assert_eq!(
        outcome(responses.next().await),
        exhausted("Decompressed message larger than max")
    );
    let limited = run_with(builder().max_receive_message_length(1000)).await;
    let requests = rustgrpc::requests([large(1), large(5000)]);
    let call = limited.stub.lots_of_greetings(requests);
    assert_eq!(
        outcome(call.compression(rustgrpc::Compression::Gzip).await),
        exhausted("Decompressed message larger than max")
    );
}

/// C12.1-6, C21.2-3.
#[tokio::test]
async fn requests_that_are_not_utf8() {
    let lab = run().await;
    let bad = || AnyBytes {
        name: b"\xff".to_vec(),
        count: 1,
    };
    let good = || AnyBytes {
        name: b"a".to_vec(),
        count: 1,
    };
    let refused = || {
        let details = "Exception deserializing request!";
        (StatusCode::Internal, details.to_owned())
    };
    let unary = MethodDescriptor::unary_unary("/greet.Greeter/SayHello");
    let call = lab
        .channel
        .unary_unary::<_, HelloReply>(unary.clone(), bad());
    assert_eq!(outcome(call.await), refused());
    let call = lab.channel.unary_unary::<_, HelloReply>(unary, good());
    assert_eq!(call.await.unwrap().message, "Hello, a!");
    let method = MethodDescriptor::unary_stream("/greet.Greeter/LotsOfReplies");
    let mut call = lab.channel.unary_stream::<_, HelloReply>(method, bad());
    assert_eq!(outcome(call.next().await), refused());
    let method = MethodDescriptor::stream_unary("/greet.Greeter/LotsOfGreetings");
    let requests = rustgrpc::requests([good(), bad()]);
    let call = lab.channel.stream_unary::<_, HelloReply>(method, requests);
    assert_eq!(outcome(call.await), refused());
    let method = MethodDescriptor::stream_stream("/greet.Greeter/BidiHello");
    let requests = rustgrpc::requests([good(), bad()]);
    let mut call = lab.channel.stream_stream::<_, HelloReply>(method, requests);
    assert_eq!(call.next().await.unwrap().unwrap().message, "a");
    assert_eq!(outcome(call.next().await), refused());
}

/// C6.19, C12.12.
#[tokio::test]
async fn requests_of_another_type() {
    let lab = run().await;
    let unary = MethodDescriptor::unary_unary("/greet.Greeter/SayHello");
    // As in Python, what can be read is read: a message is bytes, and these are UTF-8.
    let other = OtherType {
        data: "kept".into(),
        name: Some(AnyBytes {
            name: b"x".to_vec(),
            count: 0,
        }),
    };
    let call = lab.channel.unary_unary::<_, HelloReply>(unary, other);
    let reply = call.await.unwrap();
    assert_eq!(
        (&*reply.message, &*reply.data),
        ("Hello, \n\u{1}x!", &b"kept"[..])
    );
}

/// Answers every call with two messages, the second of which is `second`.
async fn answering(second: &'static [u8]) -> Channel {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let channel = rustgrpc::aio::insecure_channel(listener.local_addr().unwrap().to_string());
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        while let Some(Ok((_, mut respond))) = connection.accept().await {
            let head = Response::builder().header("content-type", "application/grpc");
            let mut stream = respond
                .send_response(head.body(()).unwrap(), false)
                .unwrap();
            let mut data = b"\0\0\0\0\x03\x0a\x01r\0".to_vec();
            data.extend((second.len() as u32).to_be_bytes());
            data.extend(second);
            stream.send_data(Bytes::from(data), false).unwrap();
            let mut trailers = HeaderMap::new();
            trailers.insert("grpc-status", "0".parse().unwrap());
            stream.send_trailers(trailers).unwrap();
        }
    });
    channel
}

/// Python's `grpc.aio` gives `None` for these.
/// C12.21-23, C21.4.
#[tokio::test]
async fn responses_that_cannot_be_read() {
    for second in [&b"\x0a\x01\xff"[..], b"\xff\xff", b"\x0a\x09short"] {
        let channel = answering(second).await;
        let mut responses = GreeterStub::new(&channel).lots_of_replies(request("", 2));
        assert_eq!(responses.next().await.unwrap().unwrap().message, "r");
        let refused = "Exception deserializing response!".to_owned();
        assert_eq!(
            outcome(responses.next().await),
            (StatusCode::Internal, refused)
        );
        assert_eq!(responses.code().await, StatusCode::Internal);
    }
}

/// C22.1-14.
#[tokio::test]
async fn details_in_any_text() {
    let lab = run().await;
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", lab.port))
        .await
        .unwrap();
    let (sender, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let mut sender = sender.ready().await.unwrap();
    let long = "a".repeat(40);
    for (details, wire) in [
        ("plain", "plain"),
        ("a b", "a b"),
        ("a%b", "a%25b"),
        ("错误", "%E9%94%99%E8%AF%AF"),
        ("x\ny\tz", "x%0Ay%09z"),
        ("é", "%C3%A9"),
        ("~!@#$^&*()_+`", "~!@#$^&*()_+`"),
        ("\0nul", "%00nul"),
        ("\x7f", "%7F"),
        ("😀", "%F0%9F%98%80"),
        (" lead and trail ", " lead and trail "),
        ("\"quoted\"", "\"quoted\""),
        ("it's", "it's"),
        (&long, &long),
    ] {
        let message = request(&format!("abort:{details}"), 5);
        assert_eq!(
            outcome(lab.stub.say_hello(message.clone()).await),
            (StatusCode::NotFound, details.to_owned())
        );
        let head = Request::post("http://localhost/greet.Greeter/SayHello")
            .header("content-type", "application/grpc")
            .header("te", "trailers");
        let (response, mut body) = sender.send_request(head.body(()).unwrap(), false).unwrap();
        let message = prost::Message::encode_to_vec(&message);
        let mut frame = vec![0];
        frame.extend((message.len() as u32).to_be_bytes());
        frame.extend(message);
        body.send_data(frame.into(), true).unwrap();
        let headers = response.await.unwrap().into_parts().0.headers;
        assert_eq!(headers["grpc-message"], wire);
    }
}
