//! Generic handlers and registration: C25.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use prost::Message;
use rustgrpc::aio::insecure_channel;
use rustgrpc::{
    GenericRpcHandler, HandlerCallDetails, MethodDescriptor, RpcMethodHandler, Status, StatusCode,
    method_handlers_generic_handler, unary_unary_rpc_method_handler,
};

use super::lab::{Lab, Server, builder, request, start};
use crate::greet_pb2::{HelloReply, HelloRequest};
use crate::greet_pb2_grpc::{GreeterStub, add_greeter_servicer_to_server};

type Trace = Arc<Mutex<Vec<(&'static str, String)>>>;

/// Answers `/dyn.Svc/Echo` when it is called g1, and writes down what it is asked for.
struct Dynamic(&'static str, Trace);

impl GenericRpcHandler for Dynamic {
    fn service(&self, details: &HandlerCallDetails) -> Result<Option<RpcMethodHandler>, Status> {
        let method = details.method().to_owned();
        self.1.lock().unwrap().push((self.0, method));
        Ok(match details.method() {
            "/dyn.Svc/Echo" if self.0 == "g1" => Some(unary_unary_rpc_method_handler(
                |request: Bytes, context: rustgrpc::ServicerContext| async move {
                    let method = context.method();
                    Ok(Bytes::from([&request, method.name().as_bytes()].concat()))
                },
                rustgrpc::bytes_deserializer,
                rustgrpc::bytes_serializer,
            )),
            "/dyn.Svc/Raise" => Err("svc boom")?,
            "/dyn.Svc/Panic" => panic!("svc boom"),
            "/dyn.Svc/Deserialize" => Some(unary_unary_rpc_method_handler(
                |(): (), _| async { Ok(Bytes::new()) },
                |_| Err(()),
                rustgrpc::bytes_serializer,
            )),
            "/dyn.Svc/Serialize" => Some(unary_unary_rpc_method_handler(
                |_: Bytes, _| async { Ok(()) },
                rustgrpc::bytes_deserializer,
                |(): &()| Err::<Bytes, _>("no"),
            )),
            _ => None,
        })
    }
}

async fn run(change: impl FnOnce(&mut Server)) -> (Server, String) {
    let mut server = builder().build();
    change(&mut server);
    let port = server.add_insecure_port("127.0.0.1:0").unwrap();
    start(&mut server).await;
    (server, format!("127.0.0.1:{port}"))
}

/// Calls with an encoded `HelloRequest` of a name, as which raw bytes pass as well.
async fn call(target: &str, path: &str) -> Result<HelloReply, (StatusCode, String)> {
    let method = MethodDescriptor::new(path, false, false);
    let channel = insecure_channel(target);
    let call = channel.unary_unary(method, request("raw", 0));
    call.await
        .map_err(|error| (error.code(), error.details().to_owned()))
}

fn ended(code: StatusCode, details: &str) -> Result<HelloReply, (StatusCode, String)> {
    Err((code, details.to_owned()))
}

/// C25.1.
#[tokio::test]
async fn handlers_are_found_when_they_are_called() {
    let trace = Trace::default();
    let (_server, target) = run(|server| {
        server.add_generic_rpc_handlers(["g1", "g2"].map(|name| Dynamic(name, trace.clone())));
        add_greeter_servicer_to_server(Lab::default(), server);
    })
    .await;
    let echo = insecure_channel(&target).unary_unary_multi_callable(
        "/dyn.Svc/Echo",
        rustgrpc::bytes_serializer,
        rustgrpc::bytes_deserializer,
    );
    assert_eq!(echo.call(Bytes::from("raw")).await.unwrap(), "rawEcho");
    let not_found = ended(StatusCode::Unimplemented, "Method not found!");
    assert_eq!(call(&target, "/q/q").await, not_found);
    let greeter = GreeterStub::new(&insecure_channel(&target));
    assert_eq!(
        greeter.say_hello(request("x", 0)).await.unwrap().message,
        "Hello, x!"
    );
    let seen: Vec<_> = trace.lock().unwrap().drain(..).collect();
    let asked = [("g1", "/dyn.Svc/Echo"), ("g1", "/q/q"), ("g2", "/q/q")];
    assert_eq!(seen, asked.map(|(name, path)| (name, path.to_owned())));
}

/// C25.2-3.
#[tokio::test]
async fn handlers_that_fail() {
    let (_server, target) = run(|server| {
        server.add_generic_rpc_handlers([Dynamic("g", Trace::default())]);
    })
    .await;
    for (path, code, details) in [
        (
            "/dyn.Svc/Raise",
            StatusCode::Unknown,
            "Error in service handler!",
        ),
        (
            "/dyn.Svc/Panic",
            StatusCode::Unknown,
            "Error in service handler!",
        ),
        (
            "/dyn.Svc/Deserialize",
            StatusCode::Internal,
            "Exception deserializing request!",
        ),
        (
            "/dyn.Svc/Serialize",
            StatusCode::Internal,
            "Failed to serialize response!",
        ),
        (
            "/dyn.Svc/Echo",
            StatusCode::Unimplemented,
            "Method not found!",
        ),
    ] {
        assert_eq!(call(&target, path).await, ended(code, details), "{path}");
    }
}

fn answering(text: &'static str) -> RpcMethodHandler {
    unary_unary_rpc_method_handler(
        move |request: HelloRequest, _| async move {
            Ok(HelloReply {
                message: format!("{text} {}", request.name),
                ..Default::default()
            })
        },
        HelloRequest::decode,
        HelloReply::encode_to_vec,
    )
}

#[tokio::test]
async fn handlers_by_name() {
    let handlers = [
        ("One", answering("one")),
        ("SayHello", answering("generic")),
    ];
    let (_server, target) = run(|server| {
        server.add_generic_rpc_handlers([method_handlers_generic_handler(
            "dict.Svc",
            handlers.clone(),
        )]);
        let same = method_handlers_generic_handler("greet.Greeter", handlers);
        server.add_generic_rpc_handlers([same]);
        add_greeter_servicer_to_server(Lab::default(), server);
    })
    .await;
    for (path, message) in [
        ("/dict.Svc/One", "one raw"),
        ("/dict.Svc/SayHello", "generic raw"),
        ("/greet.Greeter/One", "one raw"),
        ("/greet.Greeter/SayHello", "Hello, raw!"),
    ] {
        assert_eq!(
            call(&target, path).await.unwrap().message,
            message,
            "{path}"
        );
    }
    let not_found = ended(StatusCode::Unimplemented, "Method not found!");
    assert_eq!(call(&target, "/dict.Svc/Two").await, not_found);
}

/// C25.7.
#[test]
fn handlers_tell_their_arity() {
    let text = format!("{:?}", answering("one"));
    assert!(text.starts_with("RpcMethodHandler { "), "{text}");
    assert!(text.contains("request_streaming: false"), "{text}");
    assert!(text.contains("response_streaming: false"), "{text}");
}

/// C25.8.
#[tokio::test]
async fn the_servicer_that_was_added_last_counts() {
    struct Second;

    impl crate::greet_pb2_grpc::GreeterServicer for Second {
        async fn say_hello(
            &self,
            _: HelloRequest,
            _: rustgrpc::ServicerContext,
        ) -> Result<HelloReply, Status> {
            Ok(HelloReply {
                message: "second".to_owned(),
                ..Default::default()
            })
        }
    }

    let (_server, target) = run(|server| {
        add_greeter_servicer_to_server(Lab::default(), server);
        add_greeter_servicer_to_server(Second, server);
    })
    .await;
    let reply = call(&target, "/greet.Greeter/SayHello").await.unwrap();
    assert_eq!(reply.message, "second");
}
