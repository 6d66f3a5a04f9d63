//! Client interceptors: C26.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use prost::Message;
use rustgrpc as grpc;
use rustgrpc::aio::Channel;
use rustgrpc::{
    ClientCallDetails, ClientInterceptor, ClientResponse, Compression, Metadata, RequestStream,
    ResponseStream, RpcError, Status, StatusCode, StreamStreamContinuation,
    StreamUnaryContinuation, UnaryStreamContinuation, UnaryUnaryContinuation,
};

use super::lab::{request, run, until};
use crate::greet_pb2::{HelloReply, HelloRequest};
use crate::greet_pb2_grpc::{GreeterStub, greeter};

pub(crate) type Trace = Arc<Mutex<Vec<String>>>;

/// Writes down the order; adds one to `count` of requests and of responses.
pub(crate) struct Tracing(pub(crate) &'static str, pub(crate) Trace);

impl Tracing {
    fn enter(&self, arity: &str, details: &mut ClientCallDetails) {
        let text = format!("{}>{arity}", self.0);
        self.1.lock().unwrap().push(text);
        details.metadata_mut().add(self.0, arity.to_owned());
    }

    fn leave(&self) {
        self.1.lock().unwrap().push(format!("<{}", self.0));
    }
}

fn raise_request(request: Bytes) -> Bytes {
    let mut request = HelloRequest::decode(request).unwrap();
    request.count += 1;
    request.encode_to_vec().into()
}

fn raise_response(response: Bytes) -> Bytes {
    let mut response = HelloReply::decode(response).unwrap();
    response.count += 10;
    response.encode_to_vec().into()
}

impl ClientInterceptor for Tracing {
    async fn intercept_unary_unary(
        &self,
        continuation: UnaryUnaryContinuation,
        mut details: ClientCallDetails,
        request: Bytes,
    ) -> Result<ClientResponse, RpcError> {
        self.enter("uu", &mut details);
        let response = continuation.call(details, raise_request(request)).await?;
        self.leave();
        let message = raise_response(response.message().clone());
        Ok(response.with_message(message))
    }

    async fn intercept_unary_stream(
        &self,
        continuation: UnaryStreamContinuation,
        mut details: ClientCallDetails,
        request: Bytes,
    ) -> Result<ResponseStream, RpcError> {
        self.enter("us", &mut details);
        let responses = continuation.call(details, raise_request(request)).await?;
        self.leave();
        Ok(responses.map(|response| Ok(raise_response(response))))
    }

    async fn intercept_stream_unary(
        &self,
        continuation: StreamUnaryContinuation,
        mut details: ClientCallDetails,
        requests: RequestStream,
    ) -> Result<ClientResponse, RpcError> {
        self.enter("su", &mut details);
        let requests = requests.map(|request| Ok(raise_request(request)));
        let response = continuation.call(details, requests).await?;
        self.leave();
        let message = raise_response(response.message().clone());
        Ok(response.with_message(message))
    }

    async fn intercept_stream_stream(
        &self,
        continuation: StreamStreamContinuation,
        mut details: ClientCallDetails,
        requests: RequestStream,
    ) -> Result<ResponseStream, RpcError> {
        self.enter("ss", &mut details);
        let requests = requests.map(|request| Ok(raise_request(request)));
        let responses = continuation.call(details, requests).await?;
        self.leave();
        Ok(responses.map(|response| Ok(raise_response(response))))
    }
}

pub(crate) fn traced(trace: &Trace) -> String {
    std::mem::take(&mut *trace.lock().unwrap()).join(" ")
}

/// C26.17-20.
#[tokio::test]
async fn the_first_one_is_the_outermost() {
    let lab = run().await;
    let trace = Trace::default();
    let both = ["a", "b"].map(|name| Tracing(name, trace.clone()));
    let channel = grpc::intercept_channel(&lab.channel, both);
    let stub = GreeterStub::new(&channel);

    let (reply, call) = stub
        .say_hello(request("metadata", 1))
        .with_call()
        .await
        .unwrap();
    // Each adds one to the request and ten to the response.
    assert_eq!(reply.count, 23);
    assert!(
        reply.message.ends_with(r#"("a", "uu"), ("b", "uu")]"#),
        "{}",
        reply.message
    );
    assert_eq!(call.initial_metadata().await.get_all("i-key").count(), 2);
    assert_eq!(call.trailing_metadata().await.get("t-key").unwrap(), "t1");
    assert_eq!(call.code().await, StatusCode::Ok);
    assert_eq!(traced(&trace), "a>uu b>uu <b <a");

    let responses: Vec<_> = stub.lots_of_replies(request("x", 1)).collect().await;
    let counts: Vec<_> = responses
        .into_iter()
        .map(|reply| reply.unwrap().count)
        .collect();
    assert_eq!(counts, [20, 21, 22]);
    assert_eq!(traced(&trace), "a>us b>us <b <a");

    let two = || grpc::requests([request("x", 1), request("y", 2)]);
    let sum = stub.lots_of_greetings(two()).await.unwrap();
    assert_eq!((sum.count, &*sum.message), (1 + 2 + 4 + 20, "xy"));
    assert_eq!(traced(&trace), "a>su b>su <b <a");

    let responses: Vec<_> = stub.bidi_hello(two()).collect().await;
    let counts: Vec<_> = responses
        .into_iter()
        .map(|reply| reply.unwrap().count)
        .collect();
    assert_eq!(counts, [23, 24]);
    assert_eq!(traced(&trace), "a>ss b>ss <b <a");

    let outer = grpc::intercept_channel(&channel, [Tracing("outer", trace.clone())]);
    let stub = GreeterStub::new(&outer);
    assert_eq!(stub.say_hello(request("x", 0)).await.unwrap().count, 33);
    assert_eq!(traced(&trace), "outer>uu a>uu b>uu <b <a <outer");
    // The channel that was intercepted is as it was.
    assert_eq!(lab.stub.say_hello(request("x", 0)).await.unwrap().count, 0);
}

#[tokio::test]
async fn requests_are_written_through_interceptors() {
    let lab = run().await;
    let trace = Trace::default();
    let channel = Channel::builder(format!("127.0.0.1:{}", lab.port))
        .interceptor(Tracing("a", trace.clone()))
        .interceptors([Tracing("b", trace.clone())])
        .build();
    let stub = GreeterStub::new(&channel);
    let mut sum = stub.lots_of_greetings(grpc::writing());
    for count in 0..3 {
        sum.write(request("w", count)).await.unwrap();
    }
    sum.done_writing();
    assert_eq!(sum.await.unwrap().count, 3 + 6 + 20);
    let mut chat = stub.bidi_hello(grpc::writing());
    for count in 0..3 {
        chat.write(request("w", count)).await.unwrap();
        assert_eq!(chat.next().await.unwrap().unwrap().count, count + 22);
    }
    chat.done_writing();
    assert!(chat.next().await.unwrap().is_none());
    assert_eq!(chat.code().await, StatusCode::Ok);
    assert_eq!(traced(&trace), "a>su b>su <b <a a>ss b>ss <b <a");
}

#[derive(Default)]
struct Details(Mutex<Vec<ClientCallDetails>>);

impl ClientInterceptor for Details {
    async fn intercept_unary_unary(
        &self,
        continuation: UnaryUnaryContinuation,
        mut details: ClientCallDetails,
        request: Bytes,
    ) -> Result<ClientResponse, RpcError> {
        self.0.lock().unwrap().push(details.clone());
        *details.metadata_mut() = Metadata::from([("changed", "yes")]);
        details.set_timeout(Duration::from_secs(2));
        details.set_compression(Compression::Deflate);
        details.set_wait_for_ready(false);
        if details.method().path().ends_with("OldHello") {
            details.set_method("/greet.Greeter/SayHello");
        }
        continuation.call(details, request).await
    }
}

/// C26.10, C26.23-24, C32.19.
#[tokio::test]
async fn details_are_seen_and_changed() {
    let lab = run().await;
    let seen = Arc::<Details>::default();
    let channel = grpc::intercept_channel(&lab.channel, [seen.clone()]);
    let stub = GreeterStub::new(&channel);
    let call = stub
        .say_hello(request("metadata", 0))
        .timeout(Duration::from_secs(5))
        .metadata([("k", "v")])
        .wait_for_ready(true)
        .compression(Compression::Gzip);
    let message = call.await.unwrap().message;
    assert!(message.ends_with(r#"("changed", "yes")]"#), "{message}");
    assert!(!message.contains("\"k\""), "{message}");
    let details = seen.0.lock().unwrap().remove(0);
    assert_eq!(details.method(), &greeter::SAY_HELLO);
    assert_eq!(details.timeout(), Some(Duration::from_secs(5)));
    assert_eq!(details.metadata(), &Metadata::from([("k", "v")]));
    assert_eq!(details.wait_for_ready(), Some(true));
    assert_eq!(details.compression(), Some(Compression::Gzip));

    #[expect(deprecated)]
    let reply = stub.old_hello(request("x", 0)).await.unwrap();
    assert_eq!(reply.message, "Hello, x!");
    let details = seen.0.lock().unwrap().remove(0);
    assert_eq!(details.timeout(), None);
    assert!(details.metadata().is_empty());
    assert_eq!(details.wait_for_ready(), None);
    assert_eq!(details.compression(), None);

    // The interceptor's timeout counts, though the caller's is longer.
    let call = stub
        .say_hello(request("sleep", 60_000))
        .timeout(Duration::from_secs(60));
    assert_eq!(call.await.unwrap_err().code(), StatusCode::DeadlineExceeded);
}

/// What an interceptor can answer itself.
#[derive(Clone, Copy)]
enum Answering {
    Message,
    Error,
    Garbage,
    Lengthen,
}

impl ClientInterceptor for Answering {
    async fn intercept_unary_unary(
        &self,
        continuation: UnaryUnaryContinuation,
        mut details: ClientCallDetails,
        request: Bytes,
    ) -> Result<ClientResponse, RpcError> {
        let reply = HelloReply {
            message: "short-circuit".to_owned(),
            ..Default::default()
        };
        match self {
            Self::Message => Ok(ClientResponse::new(reply.encode_to_vec())
                .with_metadata(Metadata::from([("i", "1")]), Metadata::from([("t", "2")]))),
            Self::Error => Err(RpcError::new(StatusCode::Aborted, "ci boom")
                .with_metadata(Metadata::from([("i", "1")]), Metadata::from([("t", "2")]))),
            Self::Garbage => Ok(ClientResponse::new(&b"\xff\xff"[..])),
            Self::Lengthen => {
                details.set_timeout(None);
                continuation.call(details, request).await
            }
        }
    }

    async fn intercept_unary_stream(
        &self,
        continuation: UnaryStreamContinuation,
        details: ClientCallDetails,
        request: Bytes,
    ) -> Result<ResponseStream, RpcError> {
        match self {
            Self::Error => Err(RpcError::new(StatusCode::Aborted, "ci boom")),
            _ => {
                let mut inner = continuation.call(details, request).await?;
                let first = inner.next().await?;
                let own = grpc::requests(first.map(Ok)).chain(inner);
                Ok(ResponseStream::new(own))
            }
        }
    }

    async fn intercept_stream_stream(
        &self,
        continuation: StreamStreamContinuation,
        details: ClientCallDetails,
        requests: RequestStream,
    ) -> Result<ResponseStream, RpcError> {
        let status = Status::new(StatusCode::DataLoss, "bad request");
        let requests = match self {
            Self::Error => requests.map(move |_| Err(status.clone())),
            _ => RequestStream::new(requests.skip(1)),
        };
        continuation.call(details, requests).await
    }
}

/// C26.11-12, C26.14, C26.16, C26.21-22.
#[tokio::test]
async fn an_interceptor_answers_itself() {
    let lab = run().await;
    let stub = |answering| GreeterStub::new(&grpc::intercept_channel(&lab.channel, [answering]));

    let (reply, call) = stub(Answering::Message)
        .say_hello(request("x", 0))
        .with_call()
        .await
        .unwrap();
    assert_eq!(reply.message, "short-circuit");
    assert_eq!(call.initial_metadata().await, Metadata::from([("i", "1")]));
    assert_eq!(call.trailing_metadata().await, Metadata::from([("t", "2")]));

    let error = stub(Answering::Error)
        .say_hello(request("x", 0))
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::Aborted, "ci boom")
    );
    assert_eq!(error.initial_metadata(), &Metadata::from([("i", "1")]));
    assert_eq!(error.trailing_metadata(), &Metadata::from([("t", "2")]));

    let error = stub(Answering::Garbage)
        .say_hello(request("x", 0))
        .await
        .unwrap_err();
    let text = "Exception deserializing response!";
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::Internal, text)
    );

    let call = stub(Answering::Lengthen).say_hello(request("sleep", 100));
    call.timeout(Duration::from_millis(20)).await.unwrap();

    assert_eq!(lab.seen.dropped.load(Ordering::SeqCst), 1);

    let mut responses = stub(Answering::Error).lots_of_replies(request("x", 2));
    assert_eq!(responses.next().await.unwrap_err().details(), "ci boom");
    assert_eq!(responses.code().await, StatusCode::Aborted);
    let responses = stub(Answering::Message).lots_of_replies(request("x", 3));
    let counts: Vec<_> = responses.map(|reply| reply.unwrap().count).collect().await;
    assert_eq!(counts, [0, 1, 2]);

    let two = || grpc::requests([request("a", 1), request("b", 2)]);
    let chat = stub(Answering::Message).bidi_hello(two());
    let names: Vec<_> = chat.map(|reply| reply.unwrap().message).collect().await;
    assert_eq!(names, ["b"]);
    let error = stub(Answering::Error)
        .bidi_hello(two())
        .next()
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::DataLoss, "bad request")
    );
}

/// Calls again until it works.
#[derive(Default)]
struct Again(AtomicUsize);

impl ClientInterceptor for Again {
    async fn intercept_unary_unary(
        &self,
        continuation: UnaryUnaryContinuation,
        details: ClientCallDetails,
        request: Bytes,
    ) -> Result<ClientResponse, RpcError> {
        loop {
            let attempt = self.0.fetch_add(1, Ordering::SeqCst);
            let request = match attempt {
                0 | 1 => request.clone(),
                _ => HelloRequest::default().encode_to_vec().into(),
            };
            match continuation.call(details.clone(), request).await {
                Err(error) if error.code() == StatusCode::NotFound => {}
                result => return result,
            }
        }
    }
}

#[tokio::test]
async fn an_interceptor_calls_again() {
    let lab = run().await;
    let again = Arc::<Again>::default();
    let channel = grpc::intercept_channel(&lab.channel, [again.clone()]);
    let stub = GreeterStub::new(&channel);
    let reply = stub.say_hello(request("abort:nf", 5)).await.unwrap();
    assert_eq!(reply.message, "Hello, !");
    assert_eq!(again.0.load(Ordering::SeqCst), 3);
    assert_eq!(lab.seen.dropped.load(Ordering::SeqCst), 3);
    // Arities that it does not have pass through.
    let responses = stub.lots_of_replies(request("x", 2)).count().await;
    assert_eq!(responses, 2);
}

/// C18.6, C26.15.
#[tokio::test]
async fn an_interceptor_sees_how_a_call_fails() {
    struct Observing(Trace);

    impl ClientInterceptor for Observing {
        async fn intercept_unary_unary(
            &self,
            continuation: UnaryUnaryContinuation,
            details: ClientCallDetails,
            request: Bytes,
        ) -> Result<ClientResponse, RpcError> {
            let result = continuation.call(details, request).await;
            let text = format!("{:?}", result.as_ref().map(|_| ()).map_err(RpcError::code));
            self.0.lock().unwrap().push(text);
            result
        }
    }

    let trace = Trace::default();
    let channel = Channel::builder("127.0.0.1:1")
        .interceptor(Observing(trace.clone()))
        .build();
    let error = GreeterStub::new(&channel)
        .say_hello(request("x", 0))
        .await
        .unwrap_err();
    assert_eq!(error.code(), StatusCode::Unavailable);
    let text = "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:1: Failed to connect to remote host: Connection refused";
    assert_eq!(error.details(), text);
    assert_eq!(traced(&trace), "Err(Unavailable)");
}

#[tokio::test]
async fn cancelling_reaches_the_server() {
    let lab = run().await;
    let trace = Trace::default();
    let channel = grpc::intercept_channel(&lab.channel, [Tracing("a", trace.clone())]);
    let stub = GreeterStub::new(&channel);
    let dropped = || lab.seen.dropped.load(Ordering::SeqCst);

    let mut call = stub.say_hello(request("sleep", 60_000));
    let handle = call.handle();
    let waiting = tokio::spawn(call.into_future());
    until("it begins", || trace.lock().unwrap().len() == 1).await;
    lab.begun(1).await;
    assert!(handle.is_active() && handle.cancel() && !handle.cancel());
    let error = waiting.await.unwrap().unwrap_err();
    let text = "Locally cancelled by application!";
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::Cancelled, text)
    );
    assert_eq!(handle.code().await, StatusCode::Cancelled);
    until("the handler goes", || dropped() == 1).await;

    let mut stream = stub.lots_of_replies(request("wait", 1));
    stream.next().await.unwrap();
    assert!(stream.cancel());
    assert_eq!(
        stream.next().await.unwrap_err().code(),
        StatusCode::Cancelled
    );
    until("the handler of the stream goes", || dropped() == 2).await;

    let mut stream = stub.lots_of_replies(request("wait", 1));
    stream.next().await.unwrap();
    drop(stream);
    until("that of the dropped stream too", || dropped() == 3).await;
}
