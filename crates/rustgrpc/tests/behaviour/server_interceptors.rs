//! Server interceptors: C24.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use prost::Message;
use rustgrpc::{
    HandlerCallDetails, MethodDescriptor, RpcError, RpcMethodHandler, ServerContinuation,
    ServerInterceptor, Status, StatusCode,
};

use super::lab::{Running, builder, request, run_with};
use crate::greet_pb2::{HelloReply, HelloRequest};
use crate::greet_pb2_grpc::greeter;

type Trace = Arc<Mutex<Vec<String>>>;

fn seen(trace: &Trace) -> Vec<String> {
    std::mem::take(&mut *trace.lock().unwrap())
}

struct Tracing(&'static str, Trace);

impl ServerInterceptor for Tracing {
    async fn intercept_service(
        &self,
        continuation: ServerContinuation<'_>,
        details: HandlerCallDetails,
    ) -> Result<Option<RpcMethodHandler>, Status> {
        let Self(name, trace) = self;
        let note = |text| trace.lock().unwrap().push(text);
        note(format!("{name}>{}", details.method()));
        tokio::task::yield_now().await;
        let handler = continuation.call(details).await?;
        note(format!("<{name}:{}", handler.is_some()));
        let trace = trace.clone();
        let name = *name;
        Ok(handler.map(|handler| {
            handler.around(move |_, work| {
                let trace = trace.clone();
                async move {
                    trace.lock().unwrap().push(format!("{name}("));
                    let served = work.await;
                    trace.lock().unwrap().push(")".to_owned());
                    served
                }
            })
        }))
    }
}

/// One call of each arity.
async fn call_all(lab: &Running) -> [Result<usize, RpcError>; 4] {
    let two = || rustgrpc::requests([request("a", 1), request("b", 2)]);
    let unary = lab.stub.say_hello(request("x", 2)).await.map(|_| 1);
    let mut stream = lab.stub.lots_of_replies(request("x", 2));
    let responses = count(stream.next().await, &mut stream).await;
    let sum = lab.stub.lots_of_greetings(two()).await;
    let mut chat = lab.stub.bidi_hello(two());
    let answers = count(chat.next().await, &mut chat).await;
    [unary, responses, sum.map(|_| 1), answers]
}

async fn count<S>(
    first: Result<Option<HelloReply>, RpcError>,
    rest: &mut S,
) -> Result<usize, RpcError>
where
    S: rustgrpc::Stream<Item = Result<HelloReply, RpcError>> + Unpin,
{
    use futures_util::StreamExt;

    let mut number = usize::from(first?.is_some());
    while let Some(response) = rest.next().await {
        response?;
        number += 1;
    }
    Ok(number)
}

/// C24.1-4.
#[tokio::test]
async fn the_first_one_is_the_outermost() {
    let trace = Trace::default();
    let interceptors = ["A", "B"].map(|name| Tracing(name, trace.clone()));
    let lab = run_with(builder().interceptors(interceptors)).await;
    let order = |path: &str| {
        let enter = ["A", "B"].map(|name| format!("{name}>{path}"));
        let rest = ["<B:true", "<A:true", "A(", "B(", ")", ")"].map(str::to_owned);
        [enter.to_vec(), rest.to_vec()].concat()
    };
    let all = call_all(&lab).await.map(Result::unwrap);
    assert_eq!(all, [1, 2, 1, 2]);
    let methods = [
        greeter::SAY_HELLO,
        greeter::LOTS_OF_REPLIES,
        greeter::LOTS_OF_GREETINGS,
        greeter::BIDI_HELLO,
    ];
    assert_eq!(
        seen(&trace),
        methods.map(|method| order(method.path())).concat()
    );
}

/// C24.5.
#[tokio::test]
async fn a_method_that_nobody_has_is_seen_too() {
    let trace = Trace::default();
    let interceptors = ["A", "B"].map(|name| Tracing(name, trace.clone()));
    let lab = run_with(builder().interceptors(interceptors)).await;
    let method = MethodDescriptor::new("/no/such", false, false);
    let call = lab
        .channel
        .unary_unary::<HelloRequest, HelloReply>(method, request("x", 0));
    let error = call.await.unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::Unimplemented, "Method not found!")
    );
    assert_eq!(
        seen(&trace),
        ["A>/no/such", "B>/no/such", "<B:false", "<A:false"]
    );
}

/// What an interceptor can answer.
#[derive(Clone, Copy)]
enum Answering {
    Auth,
    Raise,
    Panic,
    Nothing,
    Status,
    RaiseAfter,
}

impl ServerInterceptor for Answering {
    async fn intercept_service(
        &self,
        continuation: ServerContinuation<'_>,
        details: HandlerCallDetails,
    ) -> Result<Option<RpcMethodHandler>, Status> {
        match self {
            Self::Auth if details.invocation_metadata().contains_key("token") => {}
            Self::Auth => {
                let status = Status::new(StatusCode::Unauthenticated, "Invalid token")
                    .with_trailing_metadata([("t", "1")]);
                return Ok(Some(RpcMethodHandler::aborting(status)));
            }
            Self::Raise => Err(std::io::Error::other("icpt boom"))?,
            Self::Panic => panic!("icpt boom"),
            Self::Nothing => return Ok(None),
            Self::Status => return Err(Status::new(StatusCode::PermissionDenied, "no")),
            Self::RaiseAfter => {
                continuation.call(details.clone()).await?;
                Err("icpt boom")?;
            }
        }
        continuation.call(details).await
    }
}

/// C24.8-11, C24.14-17.
#[tokio::test]
async fn an_interceptor_answers_itself() {
    let raised = (StatusCode::Unknown, "Error in service handler!");
    for (interceptor, (code, details)) in [
        (
            Answering::Auth,
            (StatusCode::Unauthenticated, "Invalid token"),
        ),
        (Answering::Raise, raised),
        (Answering::Panic, raised),
        (Answering::RaiseAfter, raised),
        (
            Answering::Nothing,
            (StatusCode::Unimplemented, "Method not found!"),
        ),
        (Answering::Status, (StatusCode::PermissionDenied, "no")),
    ] {
        let lab = run_with(builder().interceptor(interceptor)).await;
        for result in call_all(&lab).await {
            let error = result.unwrap_err();
            assert_eq!((error.code(), error.details()), (code, details));
        }
        assert_eq!(
            lab.seen.dropped.load(std::sync::atomic::Ordering::SeqCst),
            0
        );
    }
    let lab = run_with(builder().interceptor(Answering::Auth)).await;
    let error = lab.stub.say_hello(request("x", 0)).await.unwrap_err();
    assert_eq!(error.trailing_metadata().get("t").unwrap(), "1");
    let call = lab
        .stub
        .say_hello(request("x", 0))
        .metadata([("token", "v")]);
    assert_eq!(call.await.unwrap().message, "Hello, x!");
}

struct Details(Arc<Mutex<Vec<(HandlerCallDetails, RpcMethodHandler)>>>);

impl ServerInterceptor for Details {
    async fn intercept_service(
        &self,
        continuation: ServerContinuation<'_>,
        mut details: HandlerCallDetails,
    ) -> Result<Option<RpcMethodHandler>, Status> {
        let seen = details.clone();
        details.invocation_metadata_mut().delete_all("k");
        details.invocation_metadata_mut().add("added", "yes");
        let handler = continuation.call(details).await?;
        self.0
            .lock()
            .unwrap()
            .extend(handler.clone().map(|handler| (seen, handler)));
        Ok(handler)
    }
}

/// C24.6-7.
#[tokio::test]
async fn details_are_seen_and_changed() {
    let all = Arc::<Mutex<Vec<_>>>::default();
    let lab = run_with(builder().interceptor(Arc::new(Details(all.clone())))).await;
    let call = lab
        .stub
        .say_hello(request("metadata", 0))
        .metadata([("k", "v")]);
    let message = call.await.unwrap().message;
    assert!(message.ends_with(r#"("added", "yes")]"#), "{message}");
    assert!(!message.contains("\"k\""), "{message}");
    let (details, handler) = all.lock().unwrap().pop().unwrap();
    assert_eq!(details.method(), "/greet.Greeter/SayHello");
    assert_eq!(details.descriptor(), Some(greeter::SAY_HELLO));
    let keys: Vec<_> = details
        .invocation_metadata()
        .iter()
        .map(|pair| pair.0)
        .collect();
    assert_eq!(keys, ["user-agent", "k"]);
    assert!(!handler.request_streaming() && !handler.response_streaming());
}

struct Rerouting(&'static str);

impl ServerInterceptor for Rerouting {
    async fn intercept_service(
        &self,
        continuation: ServerContinuation<'_>,
        mut details: HandlerCallDetails,
    ) -> Result<Option<RpcMethodHandler>, Status> {
        details.set_method(self.0);
        continuation.call(details).await
    }
}

/// C24.18-19.
#[tokio::test]
async fn another_method_is_passed_on() {
    let lab = run_with(builder().interceptor(Rerouting("/greet.Greeter/LotsOfReplies"))).await;
    let method = MethodDescriptor::new("/un/known", false, true);
    let mut call = lab
        .channel
        .unary_stream::<HelloRequest, HelloReply>(method, request("x", 2));
    assert_eq!(call.next().await.unwrap().unwrap().count, 0);
    assert_eq!(call.next().await.unwrap().unwrap().count, 1);
    assert!(call.next().await.unwrap().is_none());
}

/// Changes messages, of every arity.
struct Wrapping;

impl ServerInterceptor for Wrapping {
    async fn intercept_service(
        &self,
        continuation: ServerContinuation<'_>,
        details: HandlerCallDetails,
    ) -> Result<Option<RpcMethodHandler>, Status> {
        let handler = continuation.call(details).await?;
        Ok(handler.map(|handler| {
            handler
                .map_requests(|request: Bytes| {
                    let mut request = HelloRequest::decode(request)?;
                    request.name += "?";
                    Ok(request.encode_to_vec().into())
                })
                .map_responses(|response: Bytes| {
                    let mut response = HelloReply::decode(response)?;
                    if response.message == "refuse?" {
                        return Err(Status::new(StatusCode::DataLoss, "refused"));
                    }
                    response.message += "!";
                    Ok(response.encode_to_vec().into())
                })
                .around(|context, work| async move {
                    context.set_trailing_metadata([("wrapped", "yes")]);
                    work.await
                })
        }))
    }
}

/// C24.13.
#[tokio::test]
async fn messages_are_replaced() {
    let lab = run_with(builder().interceptor(Wrapping)).await;
    let call = lab.stub.say_hello(request("x", 0)).with_call().await;
    let (reply, call) = call.unwrap();
    assert_eq!(reply.message, "Hello, x?!!");
    assert_eq!(
        call.trailing_metadata().await.get("wrapped").unwrap(),
        "yes"
    );
    let mut stream = lab.stub.lots_of_replies(request("x", 2));
    for count in 0..2 {
        let response = stream.next().await.unwrap().unwrap();
        assert_eq!((&*response.message, response.count), ("x?!", count));
    }
    assert!(stream.next().await.unwrap().is_none());
    let two = || rustgrpc::requests([request("a", 1), request("b", 2)]);
    let sum = lab.stub.lots_of_greetings(two()).await.unwrap();
    assert_eq!((&*sum.message, sum.count), ("a?b?!", 3));
    let mut chat = lab.stub.bidi_hello(two());
    assert_eq!(chat.next().await.unwrap().unwrap().message, "a?!");
    assert_eq!(chat.next().await.unwrap().unwrap().message, "b?!");
    assert!(chat.next().await.unwrap().is_none());

    let mut stream = lab.stub.lots_of_replies(request("refuse", 2));
    let error = stream.next().await.unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::DataLoss, "refused")
    );
    // What the handler itself ends with comes through.
    let error = lab
        .stub
        .say_hello(request("abort:nf", 5))
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::NotFound, "nf?")
    );
    let error = lab.stub.say_hello(request("raise:x", 5)).await.unwrap_err();
    assert_eq!(error.details(), "Exception calling application: x?");
}

/// Calls the handler it wraps, more than once.
struct Calling;

impl ServerInterceptor for Calling {
    async fn intercept_service(
        &self,
        continuation: ServerContinuation<'_>,
        details: HandlerCallDetails,
    ) -> Result<Option<RpcMethodHandler>, Status> {
        use futures_util::StreamExt;

        let Some(inner) = continuation.call(details).await? else {
            return Ok(None);
        };
        let serializer = HelloReply::encode_to_vec;
        Ok(Some(
            match (inner.request_streaming(), inner.response_streaming()) {
                (false, false) => rustgrpc::unary_unary_rpc_method_handler(
                    move |request: HelloRequest, context| {
                        let inner = inner.clone();
                        async move {
                            let bytes = Bytes::from(request.encode_to_vec());
                            let first = inner.unary_unary(bytes.clone(), context.clone()).await?;
                            let second = inner.unary_unary(bytes, context).await?;
                            let mut reply = HelloReply::decode(first)?;
                            reply.message += &HelloReply::decode(second)?.message;
                            Ok(reply)
                        }
                    },
                    HelloRequest::decode,
                    serializer,
                ),
                (false, true) => rustgrpc::unary_stream_rpc_method_handler(
                    move |request: Bytes, context| {
                        let first = inner.unary_stream(request.clone(), context.clone());
                        first.chain(inner.unary_stream(request, context))
                    },
                    rustgrpc::bytes_deserializer,
                    rustgrpc::bytes_serializer,
                ),
                (true, false) => rustgrpc::stream_unary_rpc_method_handler(
                    move |requests, context| {
                        let inner = inner.clone();
                        async move { inner.stream_unary(requests.skip(1), context).await }
                    },
                    rustgrpc::bytes_deserializer,
                    rustgrpc::bytes_serializer,
                ),
                (true, true) => rustgrpc::stream_stream_rpc_method_handler(
                    move |requests, context| inner.stream_stream(requests.skip(1), context),
                    rustgrpc::bytes_deserializer,
                    rustgrpc::bytes_serializer,
                ),
            },
        ))
    }
}

#[tokio::test]
async fn a_handler_is_called_by_another() {
    let lab = run_with(builder().interceptor(Calling)).await;
    let reply = lab.stub.say_hello(request("x", 0)).await.unwrap();
    assert_eq!(reply.message, "Hello, x!Hello, x!");
    assert_eq!(call_all(&lab).await.map(Result::unwrap), [1, 4, 1, 1]);
    let two = rustgrpc::requests([request("a", 1), request("b", 2)]);
    assert_eq!(lab.stub.lots_of_greetings(two).await.unwrap().message, "b");
}

tokio::task_local! {
    static FROM_INTERCEPTOR: &'static str;
}

struct Scope;

impl ServerInterceptor for Scope {
    async fn intercept_service(
        &self,
        continuation: ServerContinuation<'_>,
        details: HandlerCallDetails,
    ) -> Result<Option<RpcMethodHandler>, Status> {
        let handler = continuation.call(details).await?;
        Ok(handler.map(|handler| {
            handler
                .map_responses(|response| {
                    assert_eq!(FROM_INTERCEPTOR.get(), "from-interceptor");
                    Ok(response)
                })
                .around(|_, work| FROM_INTERCEPTOR.scope("from-interceptor", work))
        }))
    }
}

/// C24.22.
#[tokio::test]
async fn a_task_local_of_the_interceptor_is_seen_by_the_handler() {
    let lab = run_with(builder().interceptor(Scope)).await;
    assert_eq!(call_all(&lab).await.map(Result::unwrap), [1, 2, 1, 2]);
}

#[tokio::test]
async fn deadlines_and_cancellation_reach_what_is_wrapped() {
    let lab = run_with(builder().interceptor(Calling).interceptor(Scope)).await;
    let call = lab
        .stub
        .say_hello(request("sleep", 5_000))
        .timeout(std::time::Duration::from_millis(100));
    assert_eq!(call.await.unwrap_err().code(), StatusCode::DeadlineExceeded);
    let mut stream = lab.stub.lots_of_replies(request("wait", 1));
    stream.next().await.unwrap();
    drop(stream);
    let dropped = || lab.seen.dropped.load(std::sync::atomic::Ordering::SeqCst);
    super::lab::until("the handler of the stream goes", || dropped() >= 1).await;
}
