//! Calls that are made again by policy: C27.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustgrpc::aio::{Channel, ChannelBuilder, Server};
use rustgrpc::{
    AuthMetadataContext, LocalConnectionType, MethodConfig, RequestIterator, RetryPolicy,
    ServiceConfig, ServicerContext, Status, StatusCode,
};

use crate::greet_pb2::{HelloReply, HelloRequest};
use crate::greet_pb2_grpc::{GreeterServicer, GreeterStub};
use crate::on_runtime::lab::{PATIENCE, Running, request, serve, until};

/// Fails so many times with a code, and notes what each attempt was.
#[derive(Clone)]
struct Flaky {
    failures: usize,
    code: StatusCode,
    pushback: Option<&'static str>,
    initial: bool,
    /// `grpc-previous-rpc-attempts` of each.
    attempts: Arc<Mutex<Vec<Option<String>>>>,
}

impl Flaky {
    fn new(failures: usize) -> Self {
        Self {
            failures,
            code: StatusCode::Unavailable,
            pushback: None,
            initial: false,
            attempts: Arc::default(),
        }
    }

    fn attempt(&self, context: &ServicerContext) -> Result<(), Status> {
        let metadata = context.invocation_metadata();
        let previous = metadata.get("grpc-previous-rpc-attempts");
        let previous = previous.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let number = {
            let mut attempts = self.attempts.lock().unwrap();
            attempts.push(previous);
            attempts.len()
        };
        if number > self.failures {
            return Ok(());
        }
        if self.initial {
            context.send_initial_metadata([("a", "b")])?;
        }
        if let Some(pushback) = self.pushback {
            context.set_trailing_metadata([("grpc-retry-pushback-ms", pushback)]);
        }
        context.abort(self.code, &*format!("flaky {number}"))
    }
}

impl GreeterServicer for Flaky {
    async fn say_hello(
        &self,
        request: HelloRequest,
        context: ServicerContext,
    ) -> Result<HelloReply, Status> {
        self.attempt(&context)?;
        Ok(HelloReply {
            message: request.name,
            ..Default::default()
        })
    }

    fn lots_of_replies(
        &self,
        request: HelloRequest,
        context: ServicerContext,
    ) -> impl rustgrpc::Stream<Item = Result<HelloReply, Status>> + Send {
        rustgrpc::stream! {
            self.attempt(&context)?;
            yield HelloReply { message: request.name, ..Default::default() };
            Err(Status::new(StatusCode::Unavailable, "after a response"))?;
        }
    }

    async fn lots_of_greetings(
        &self,
        mut request_iterator: RequestIterator<HelloRequest>,
        context: ServicerContext,
    ) -> Result<HelloReply, Status> {
        let mut message = String::new();
        let mut count = 0;
        while let Some(request) = request_iterator.next().await? {
            message += &request.name;
            count += 1;
            if count == 2 {
                // In the middle of the requests.
                self.attempt(&context)?;
            }
        }
        Ok(HelloReply {
            message,
            count,
            ..Default::default()
        })
    }
}

async fn run(flaky: &Flaky) -> Running {
    serve(Server::builder(), flaky.clone(), Arc::default()).await
}

fn policy(max_attempts: u32) -> ServiceConfig {
    let millis = Duration::from_millis;
    let retry = RetryPolicy::new(max_attempts, [StatusCode::Unavailable]);
    let retry = retry.backoff(millis(20), millis(100), 2.0);
    ServiceConfig::new().method(MethodConfig::service("greet.Greeter").retry(retry))
}

fn channel(lab: &Running, config: ServiceConfig) -> ChannelBuilder {
    Channel::builder(format!("127.0.0.1:{}", lab.port)).service_config(config)
}

/// C27.2-5, C27.7-9.
#[tokio::test]
async fn unary_calls() {
    type Change = fn(&mut Flaky);
    let unavailable = StatusCode::Unavailable;
    let table: [(&str, usize, u32, Change, StatusCode, &str, usize); 9] = [
        ("OK at once", 0, 4, |_| {}, StatusCode::Ok, "", 1),
        ("OK in the end", 2, 4, |_| {}, StatusCode::Ok, "", 3),
        ("always fails", 99, 4, |_| {}, unavailable, "flaky 4", 4),
        (
            "no more than five",
            99,
            10,
            |_| {},
            unavailable,
            "flaky 5",
            5,
        ),
        (
            "another code",
            99,
            4,
            |flaky| flaky.code = StatusCode::Internal,
            StatusCode::Internal,
            "flaky 1",
            1,
        ),
        (
            "pushback",
            99,
            4,
            |flaky| flaky.pushback = Some("100"),
            unavailable,
            "flaky 4",
            4,
        ),
        (
            "pushback says no",
            99,
            4,
            |flaky| flaky.pushback = Some("-1"),
            unavailable,
            "flaky 1",
            1,
        ),
        (
            "pushback that is none",
            99,
            4,
            |flaky| flaky.pushback = Some("soon"),
            unavailable,
            "flaky 1",
            1,
        ),
        (
            "the headers were there",
            99,
            4,
            |flaky| flaky.initial = true,
            unavailable,
            "flaky 1",
            1,
        ),
    ];
    for (name, failures, max, change, code, details, attempts) in table {
        let mut flaky = Flaky::new(failures);
        change(&mut flaky);
        let lab = run(&flaky).await;
        let stub = GreeterStub::new(&channel(&lab, policy(max)).build());
        let began = Instant::now();
        let result = stub.say_hello(request("x", 0)).metadata([("k", "v")]).await;
        match &result {
            Ok(reply) => assert_eq!((code, &*reply.message), (StatusCode::Ok, "x"), "{name}"),
            Err(error) => assert_eq!((error.code(), error.details()), (code, details), "{name}"),
        }
        let seen = flaky.attempts.lock().unwrap().clone();
        let expected: Vec<_> = (0..attempts)
            .map(|number| (number > 0).then(|| number.to_string()))
            .collect();
        assert_eq!(seen, expected, "{name}");
        if flaky.pushback == Some("100") {
            assert!(began.elapsed() >= Duration::from_millis(300), "{name}");
            let trailing = result.unwrap_err().trailing_metadata().clone();
            assert_eq!(trailing.get("grpc-retry-pushback-ms").unwrap(), "100");
        }
    }
}

/// C27.1, C27.6.
#[tokio::test]
async fn without_a_policy_or_with_retries_off() {
    let flaky = Flaky::new(99);
    let lab = run(&flaky).await;
    for channel in [
        channel(&lab, ServiceConfig::new()),
        channel(&lab, policy(4)).enable_retries(false),
    ] {
        let before = flaky.attempts.lock().unwrap().len();
        let stub = GreeterStub::new(&channel.build());
        stub.say_hello(request("", 0)).await.unwrap_err();
        assert_eq!(flaky.attempts.lock().unwrap().len(), before + 1);
    }
}

/// C27.10.
#[tokio::test]
async fn the_deadline_is_one_for_all_attempts() {
    let flaky = Flaky::new(99);
    let lab = run(&flaky).await;
    let retry = RetryPolicy::new(4, [StatusCode::Unavailable]);
    let retry = retry.backoff(PATIENCE, PATIENCE, 1.0);
    let config = ServiceConfig::new().method(MethodConfig::everything().retry(retry));
    let stub = GreeterStub::new(&channel(&lab, config).build());
    let began = Instant::now();
    let call = stub.say_hello(request("", 0));
    let error = call.timeout(Duration::from_secs(2)).await.unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::DeadlineExceeded, "Deadline Exceeded")
    );
    assert_eq!(flaky.attempts.lock().unwrap().len(), 1);
    assert!(began.elapsed() < PATIENCE);
}

#[tokio::test]
async fn streams_of_responses_until_the_first() {
    let flaky = Flaky::new(2);
    let lab = run(&flaky).await;
    let stub = GreeterStub::new(&channel(&lab, policy(4)).build());
    let mut call = stub.lots_of_replies(request("x", 0));
    assert_eq!(call.next().await.unwrap().unwrap().message, "x");
    let error = call.next().await.unwrap_err();
    assert_eq!(error.details(), "after a response");
    assert_eq!(flaky.attempts.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn streams_of_requests_are_sent_again() {
    let flaky = Flaky::new(2);
    let lab = run(&flaky).await;
    let stub = GreeterStub::new(&channel(&lab, policy(4)).build());
    let names = ["a", "b", "c", "d"];
    let call = stub.lots_of_greetings(rustgrpc::requests(names.map(|name| request(name, 0))));
    let reply = call.await.unwrap();
    assert_eq!((&*reply.message, reply.count), ("abcd", 4));
    assert_eq!(flaky.attempts.lock().unwrap().len(), 3);

    // Written one after the other, some before the failure and some after.
    let mut flaky = Flaky::new(1);
    flaky.attempts = Arc::default();
    let lab = run(&flaky).await;
    let stub = GreeterStub::new(&channel(&lab, policy(4)).build());
    let mut call = stub.lots_of_greetings(rustgrpc::writing());
    for name in names {
        call.write(request(name, 0)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    call.done_writing();
    assert_eq!(call.await.unwrap().message, "abcd");
    assert_eq!(flaky.attempts.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn more_requests_than_are_kept_are_not_sent_again() {
    let flaky = Flaky::new(1);
    let lab = run(&flaky).await;
    let channel = channel(&lab, policy(4)).per_rpc_retry_buffer_size(100);
    let stub = GreeterStub::new(&channel.build());
    let long = "x".repeat(60);
    let requests = [request(&long, 0), request(&long, 0)];
    let error = stub
        .lots_of_greetings(rustgrpc::requests(requests))
        .await
        .unwrap_err();
    assert_eq!(error.details(), "flaky 1");
}

#[tokio::test]
async fn throttling_stops_retries() {
    let flaky = Flaky::new(99);
    let lab = run(&flaky).await;
    let config = policy(5).retry_throttling(6.0, 0.1);
    let stub = GreeterStub::new(&channel(&lab, config).build());
    for attempts in [3, 1, 1] {
        let before = flaky.attempts.lock().unwrap().len();
        stub.say_hello(request("", 0)).await.unwrap_err();
        assert_eq!(flaky.attempts.lock().unwrap().len() - before, attempts);
    }
}

#[tokio::test]
async fn cancelling_between_attempts() {
    let flaky = Flaky::new(99);
    let lab = run(&flaky).await;
    let retry = RetryPolicy::new(4, [StatusCode::Unavailable]);
    let retry = retry.backoff(PATIENCE, PATIENCE, 1.0);
    let config = ServiceConfig::new().method(MethodConfig::everything().retry(retry));
    let stub = GreeterStub::new(&channel(&lab, config).build());
    let mut call = stub.say_hello(request("", 0));
    let handle = call.handle();
    let running = tokio::spawn(call.into_future());
    until("an attempt", || flaky.attempts.lock().unwrap().len() == 1).await;
    assert!(handle.cancel());
    let error = running.await.unwrap().unwrap_err();
    assert_eq!(error.details(), "Locally cancelled by application!");
    assert_eq!(flaky.attempts.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn credentials_are_asked_for_with_each_attempt() {
    let lab = run(&Flaky::new(2)).await;
    let asked = Arc::new(Mutex::new(0));
    let counted = asked.clone();
    let credentials = rustgrpc::metadata_call_credentials(move |_: AuthMetadataContext| {
        *counted.lock().unwrap() += 1;
        async { Ok::<_, std::io::Error>([("k", "v")]) }
    });
    let local = rustgrpc::local_channel_credentials(LocalConnectionType::LocalTcp);
    let channel = channel(&lab, policy(4)).credentials(local).build();
    let call = GreeterStub::new(&channel).say_hello(request("", 0));
    call.credentials(credentials).await.unwrap();
    assert_eq!(*asked.lock().unwrap(), 3);
}
