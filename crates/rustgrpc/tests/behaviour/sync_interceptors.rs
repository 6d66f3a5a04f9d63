//! Client interceptors of callers that block: C26.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use rustgrpc as grpc;
use rustgrpc::{
    ClientCallDetails, ClientInterceptor, ClientResponse, RpcError, StatusCode,
    UnaryUnaryContinuation,
};

use crate::greet_pb2_grpc::GreeterStub;
use crate::lab::request;
use crate::on_runtime::client_interceptors::{Trace, Tracing, traced};
use crate::sync_lab::{assert_end, run};

/// C26.1-8.
#[test]
fn the_first_one_is_the_outermost() {
    let lab = run();
    let trace = Trace::default();
    let both = ["a", "b"].map(|name| Tracing(name, trace.clone()));
    let channel = grpc::intercept_channel(&lab.channel, both);
    let stub = GreeterStub::new(&channel);
    let order = |arity: &str| format!("a>{arity} b>{arity} <b <a");

    // Each adds one to the request and ten to the response.
    assert_eq!(stub.say_hello(request("x", 1)).wait().unwrap().count, 23);
    assert_eq!(traced(&trace), order("uu"));
    let call = stub.say_hello(request("x", 1)).with_call();
    let (reply, call) = call.wait().unwrap();
    assert_eq!((reply.count, call.code()), (23, StatusCode::Ok));
    assert_eq!(traced(&trace), order("uu"));
    let future = stub.say_hello(request("x", 1)).future();
    assert_eq!(future.result(None).unwrap().count, 23);
    assert_eq!(traced(&trace), order("uu"));

    let replies = stub.lots_of_replies(request("x", 1));
    let counts: Vec<_> = replies.map(|reply| reply.unwrap().count).collect();
    assert_eq!(counts, [20, 21, 22]);
    assert_eq!(traced(&trace), order("us"));

    let two = || [request("x", 1), request("y", 2)];
    let sum = stub.lots_of_greetings(two()).wait().unwrap();
    assert_eq!(sum.count, 1 + 2 + 4 + 20);
    assert_eq!(traced(&trace), order("su"));
    let future = stub.lots_of_greetings(two()).future();
    assert_eq!(future.result(None).unwrap().count, 27);
    assert_eq!(traced(&trace), order("su"));

    let replies = stub.bidi_hello(two());
    let counts: Vec<_> = replies.map(|reply| reply.unwrap().count).collect();
    assert_eq!(counts, [23, 24]);
    assert_eq!(traced(&trace), order("ss"));

    let outer = grpc::intercept_channel(&channel, [Tracing("outer", trace.clone())]);
    let reply = GreeterStub::new(&outer).say_hello(request("x", 0)).wait();
    assert_eq!(reply.unwrap().count, 33);
    assert_eq!(traced(&trace), "outer>uu a>uu b>uu <b <a <outer");
}

struct Failing {
    panics: bool,
    seen: Arc<Mutex<Option<ClientCallDetails>>>,
}

impl ClientInterceptor for Failing {
    async fn intercept_unary_unary(
        &self,
        _: UnaryUnaryContinuation,
        details: ClientCallDetails,
        _: Bytes,
    ) -> Result<ClientResponse, RpcError> {
        *self.seen.lock().unwrap() = Some(details);
        assert!(!self.panics, "ci boom");
        Err(RpcError::new(StatusCode::Aborted, "ci boom"))
    }
}

/// C26.9-11, C26.14: an error of an interceptor is the error of the call, which it ends with a status of its own.
#[test]
fn an_interceptor_that_fails() {
    let lab = run();
    let seen = Arc::<Mutex<_>>::default();
    let failing = Failing {
        panics: false,
        seen: seen.clone(),
    };
    let stub = GreeterStub::new(&grpc::intercept_channel(&lab.channel, [failing]));
    let call = || stub.say_hello(request("x", 0)).metadata([("a", "b")]);
    let error = call().wait().unwrap_err();
    assert_end(&error, StatusCode::Aborted, "ci boom");
    let error = call().future().exception(None).unwrap().unwrap();
    assert_end(&error, StatusCode::Aborted, "ci boom");
    let details = seen.lock().unwrap().take().unwrap();
    assert_eq!(details.method().path(), "/greet.Greeter/SayHello");
    assert_eq!(details.metadata().get("a").unwrap(), "b");
    assert_eq!((details.timeout(), details.wait_for_ready()), (None, None));
    assert!(!lab.seen.has_begun(1));
}
