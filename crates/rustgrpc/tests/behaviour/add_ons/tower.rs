//! Servers as services, mounted in axum, and channels through services: a tonic channel, and a server of the same process.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ::tower::ServiceExt;
use bytes::Bytes;
use http::{Request, Response, StatusCode as HttpStatus};
use rustgrpc as grpc;
use rustgrpc::aio::{Channel, Server};
use rustgrpc::{Metadata, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::greet_pb2_grpc::{GreeterStub, add_greeter_servicer_to_server};
use crate::lab::{Lab, Seen, request, until};

fn server(lab: &Lab) -> Server {
    let mut server = grpc::aio::server();
    add_greeter_servicer_to_server(lab.clone(), &mut server);
    server
}

/// A server in axum beside a route of HTTP, and its address.
async fn mounted(lab: &Lab) -> String {
    let app = axum::Router::new()
        .route("/", axum::routing::get(|| async { "hello" }))
        .route_service("/greet.Greeter/{method}", server(lab).into_service());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(tokio::spawn(async { axum::serve(listener, app).await }));
    address
}

fn through_tonic(address: &str) -> Channel {
    let endpoint = format!("http://{address}").parse::<tonic::transport::Endpoint>();
    let tonic = endpoint.expect("an address").connect_lazy();
    Channel::from_service(
        tonic.map_request(|request: Request<_>| request.map(tonic::body::Body::new)),
    )
}

/// What a caller sees, whatever carries the calls.
async fn calls_work(channel: &Channel, seen: &Arc<Seen>, through: &str) {
    let stub = GreeterStub::new(channel);
    let reply = stub.say_hello(request("you", 7)).await.expect(through);
    assert_eq!(
        (&*reply.message, reply.count),
        ("Hello, you!", 7),
        "{through}"
    );

    let call = stub
        .say_hello(request("metadata", 0))
        .metadata([("k", "v")]);
    let (reply, call) = call.with_call().await.expect(through);
    assert!(
        reply.message.contains("(\"k\", \"v\")"),
        "{through}: {}",
        reply.message
    );
    let initial = call.initial_metadata().await;
    assert_eq!(initial.get_all("i-key").count(), 2, "{through}");
    let trailing = call.trailing_metadata().await;
    assert_eq!(trailing, Metadata::from([("t-key", "t1")]), "{through}");

    let reply = stub.say_hello(request("blob:", 3_000_000)).await;
    assert_eq!(reply.expect(through).data.len(), 3_000_000, "{through}");

    let mut call = stub.lots_of_replies(request("n", 100));
    for count in 0..100 {
        let reply = call.next().await.expect(through).expect(through);
        assert_eq!(reply.count, count, "{through}");
    }
    assert_eq!(call.next().await.expect(through), None, "{through}");

    let requests = grpc::requests((0..100).map(|count| request("", count)));
    let reply = stub.lots_of_greetings(requests).await.expect(through);
    assert_eq!(reply.count, 4950, "{through}");

    let mut call = stub.bidi_hello(grpc::writing());
    for count in 0..10 {
        call.write(request("b", count)).await.expect(through);
        let reply = call.read().await.expect(through).expect(through);
        assert_eq!(reply.count, count, "{through}");
    }
    call.done_writing();
    assert_eq!(call.read().await.expect(through), None, "{through}");

    let gone = seen.dropped.load(Ordering::SeqCst);
    let mut call = stub.lots_of_replies(request("wait", 1));
    assert!(call.next().await.expect(through).is_some(), "{through}");
    drop(call);
    until("the servicer's future is dropped", || {
        seen.dropped.load(Ordering::SeqCst) > gone
    })
    .await;
}

async fn errors_arrive(channel: &Channel, through: &str) {
    let stub = GreeterStub::new(channel);
    for (name, count, code, details) in [
        (
            "raise:boom",
            0,
            StatusCode::Unknown,
            "Exception calling application: boom",
        ),
        ("abort:no: %错", 5, StatusCode::NotFound, "no: %错"),
    ] {
        let error = stub.say_hello(request(name, count)).await.expect_err(name);
        assert_eq!(
            (error.code(), error.details()),
            (code, details),
            "{through}"
        );
    }
    #[expect(deprecated, reason = "no servicer here has it")]
    let error = stub.old_hello(request("", 0)).await.expect_err(through);
    assert_eq!(error.code(), StatusCode::Unimplemented, "{through}");
    let mut call = stub.lots_of_replies(request("abort", 2));
    for _ in 0..2 {
        assert!(call.next().await.expect(through).is_some(), "{through}");
    }
    let error = call.next().await.expect_err(through);
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::DataLoss, "mid")
    );
    let call = stub.say_hello(request("sleep:", 60_000));
    let error = call.timeout(Duration::from_millis(100)).await;
    assert_eq!(
        error.expect_err(through).code(),
        StatusCode::DeadlineExceeded
    );
}

#[tokio::test]
async fn a_server_in_axum_beside_http() {
    let lab = Lab::default();
    let address = mounted(&lab).await;
    let channel = grpc::aio::insecure_channel(&address);
    calls_work(&channel, &lab.0, "axum").await;
    errors_arrive(&channel, "axum").await;

    let mut socket = tokio::net::TcpStream::connect(&address)
        .await
        .expect("axum");
    let head = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    socket.write_all(head).await.expect("axum");
    let mut text = String::new();
    socket.read_to_string(&mut text).await.expect("axum");
    assert!(
        text.starts_with("HTTP/1.1 200 OK") && text.ends_with("hello"),
        "{text}"
    );
}

#[tokio::test]
async fn a_channel_through_tonic() {
    let lab = Lab::default();
    let mut server = server(&lab);
    let port = server.add_insecure_port("127.0.0.1:0").expect("a port");
    server.start().await.expect("a server");
    let channel = through_tonic(&format!("127.0.0.1:{port}"));
    calls_work(&channel, &lab.0, "tonic").await;
    errors_arrive(&channel, "tonic").await;
    server.stop(None).await;
    let error = GreeterStub::new(&channel).say_hello(request("", 0)).await;
    assert_eq!(error.expect_err("stopped").code(), StatusCode::Unavailable);
}

#[tokio::test]
async fn a_channel_through_a_server() {
    let lab = Lab::default();
    let server = server(&lab);
    let channel = Channel::from_service(server.clone().into_service());
    calls_work(&channel, &lab.0, "service").await;
    errors_arrive(&channel, "service").await;
    server.stop(None).await;
    let error = GreeterStub::new(&channel).say_hello(request("", 0)).await;
    assert_eq!(error.expect_err("stopped").code(), StatusCode::Unavailable);
}

#[tokio::test]
async fn a_stopping_server_ends_its_calls() {
    let lab = Lab::default();
    let server = server(&lab);
    let channel = Channel::from_service(server.clone().into_service());
    let mut call = GreeterStub::new(&channel).lots_of_replies(request("wait", 1));
    assert!(call.next().await.expect("OK").is_some());
    let stopped = tokio::time::timeout(Duration::from_secs(5), server.stop(None));
    stopped.await.expect("the server stops");
    let error = call.next().await.expect_err("stopped");
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::Unavailable, "Cancelling all calls")
    );
}

#[tokio::test]
async fn what_is_no_grpc_gets_an_http_error() {
    let service = server(&Lab::default()).into_service();
    for (method, content_type, status) in [
        ("GET", "application/grpc", HttpStatus::METHOD_NOT_ALLOWED),
        ("POST", "text/plain", HttpStatus::UNSUPPORTED_MEDIA_TYPE),
        ("POST", "application/grpc+proto", HttpStatus::OK),
    ] {
        let request = Request::builder()
            .method(method)
            .uri("/greet.Greeter/Nope")
            .header("content-type", content_type)
            .body(axum::body::Body::empty())
            .expect("a request");
        let response = service.clone().oneshot(request).await.expect("a response");
        assert_eq!(response.status(), status, "{method} {content_type}");
        let grpc_status = response.headers().get("grpc-status");
        let expected = (status == HttpStatus::OK).then_some(&b"12"[..]);
        assert_eq!(grpc_status.map(http::HeaderValue::as_bytes), expected);
    }
}

#[tokio::test]
async fn a_service_that_fails() {
    let failing = ::tower::service_fn(|_: Request<grpc::tower::RequestBody>| async {
        Err::<Response<axum::body::Body>, _>(std::io::Error::other("no way"))
    });
    let channel = Channel::from_service(failing);
    let error = GreeterStub::new(&channel).say_hello(request("", 0)).await;
    let error = error.expect_err("a failing service");
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::Unavailable, "no way")
    );
}

#[tokio::test]
async fn an_answer_that_is_no_grpc() {
    let website = ::tower::service_fn(|_: Request<grpc::tower::RequestBody>| async {
        let mut response = Response::new(axum::body::Body::from(Bytes::from_static(b"?")));
        *response.status_mut() = HttpStatus::NOT_FOUND;
        let headers = response.headers_mut();
        headers.insert("connection", http::HeaderValue::from_static("close"));
        Ok::<_, std::convert::Infallible>(response)
    });
    let channel = Channel::from_service(website);
    let error = GreeterStub::new(&channel).say_hello(request("", 0)).await;
    assert_eq!(
        error.expect_err("no gRPC").code(),
        StatusCode::Unimplemented
    );
}
