//! A servicer that does what a request says; the modules below run it on a server of either face.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustgrpc as grpc;
use rustgrpc::{MetadataValue, RequestIterator, ServicerContext, Status, StatusCode, Stream};
use tokio::sync::Semaphore;

use crate::greet_pb2::{HelloReply, HelloRequest};
use crate::greet_pb2_grpc::GreeterServicer;
#[allow(unused_imports)]
pub(crate) use crate::on_runtime::lab::{Running, run, run_with, serve};

/// What handlers saw, for tests to look at afterwards.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) begun: AtomicUsize,
    pub(crate) dropped: AtomicUsize,
    pub(crate) over: AtomicUsize,
    pub(crate) received: AtomicUsize,
    pub(crate) inactive: AtomicBool,
    /// What handlers that hold wait for.
    pub(crate) gate: Gate,
}

/// Closed until it is opened.
#[derive(Debug)]
pub(crate) struct Gate(Semaphore);

impl Default for Gate {
    fn default() -> Self {
        Self(Semaphore::new(0))
    }
}

impl Gate {
    pub(crate) fn open(&self) {
        self.0.close();
    }

    async fn pass(&self) {
        // Fails when it is open.
        let _ = self.0.acquire().await;
    }
}

impl Seen {
    pub(crate) fn has_begun(&self, count: usize) -> bool {
        self.begun.load(Ordering::SeqCst) >= count
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Lab(pub(crate) Arc<Seen>);

/// Counts handlers that begin, and those whose future goes, finished or not.
struct Guard(Arc<Seen>, ServicerContext);

impl Guard {
    fn new(seen: &Arc<Seen>, context: &ServicerContext) -> Self {
        seen.begun.fetch_add(1, Ordering::SeqCst);
        Self(seen.clone(), context.clone())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.inactive.store(!self.1.is_active(), Ordering::SeqCst);
        self.0.dropped.fetch_add(1, Ordering::SeqCst);
    }
}

impl GreeterServicer for Lab {
    async fn say_hello(
        &self,
        request: HelloRequest,
        context: ServicerContext,
    ) -> Result<HelloReply, Status> {
        let guard = Guard::new(&self.0, &context);
        let seen = self.0.clone();
        context.add_callback(move || {
            seen.over.fetch_add(1, Ordering::SeqCst);
        });
        let (action, argument) = request.name.split_once(':').unwrap_or((&request.name, ""));
        let mut message = argument.to_owned();
        match action {
            "sleep" => {
                // The request is far from any deadline of a test.
                tokio::time::sleep(Duration::from_millis(request.count as u64)).await;
            }
            "hold" => self.0.gate.pass().await,
            "raise" => Err(std::io::Error::other(argument.to_owned()))?,
            "panic" => panic!("{argument}"),
            "abort" => {
                let code = StatusCode::from_value(request.count).expect("a code");
                return context.abort(code, argument);
            }
            "swallow" => drop(context.abort::<()>(StatusCode::NotFound, argument)),
            "set" => {
                context.set_code(StatusCode::from_value(request.count).expect("a code"));
                context.set_details(argument);
            }
            "set and raise" => {
                context.set_code(StatusCode::NotFound);
                context.set_details("mine");
                context.set_trailing_metadata([("t", "1")]);
                Err("boom")?;
            }
            "metadata" => {
                context.send_initial_metadata([("i-key", "i1"), ("i-key", "i2")])?;
                context.set_trailing_metadata([("t-key", "t1")]);
                message = format!("{:?}", context.invocation_metadata());
            }
            "binary" => {
                context.send_initial_metadata([("i-bin", b"\x00\xff")])?;
                let trailing: [(&str, MetadataValue); 2] =
                    [("x-bin", b"\x00\x01\xfe".into()), ("a", "b".into())];
                context.set_trailing_metadata(trailing);
            }
            "initial twice" => {
                context.send_initial_metadata([("a", "1")])?;
                context.send_initial_metadata([("a", "2")])?;
            }
            "early" => {
                context.send_initial_metadata([("early", "1")])?;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            "initial" => {
                context.send_initial_metadata([("i", "v".repeat(request.count as usize))])?;
            }
            "trailing" => {
                context.set_trailing_metadata([("t", "v".repeat(request.count as usize))]);
            }
            "invalid trailing" => context.set_trailing_metadata([("Key", "v")]),
            "time" => message = format!("{:?}", context.time_remaining()),
            "auth" => message = describe(&context),
            "invocation" => {
                let metadata = context.invocation_metadata().iter();
                let metadata = metadata.filter(|(key, _)| *key != "user-agent");
                let lines = metadata
                    .map(|(key, value)| format!("{key}: {}\n", value.as_str().expect("text")));
                message = lines.collect();
            }
            "peer" => message = context.peer(),
            "cancel" => {
                context.cancel();
                std::future::pending::<()>().await;
            }
            "compress" => context.set_compression(grpc::Compression::Gzip),
            "compress not" => context.set_compression(grpc::Compression::NoCompression),
            "compress late" => {
                context.send_initial_metadata([("i", "1")])?;
                context.set_compression(grpc::Compression::Gzip);
            }
            "blob" => {
                let data = vec![7; request.count as usize];
                return Ok(HelloReply {
                    data,
                    ..Default::default()
                });
            }
            _ => message = format!("Hello, {}!", request.name),
        }
        drop(guard);
        Ok(HelloReply {
            message,
            count: request.count,
            data: request.data,
        })
    }

    fn lots_of_replies(
        &self,
        request: HelloRequest,
        context: ServicerContext,
    ) -> impl Stream<Item = Result<HelloReply, Status>> + Send {
        grpc::stream! {
            let guard = Guard::new(&self.0, &context);
            if request.name == "first" {
                Err("first")?;
            }
            for count in 0..request.count {
                if request.name == "slow" {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                match (&*request.name, count) {
                    ("disable second", 1) => context.disable_next_message_compression(),
                    ("compress after first", 1) => context.set_compression(grpc::Compression::Gzip),
                    _ => {}
                }
                let data = match (&*request.name, count) {
                    // Only the second is as large as is said.
                    ("sized", 0) => Vec::new(),
                    _ => request.data.clone(),
                };
                yield HelloReply { message: request.name.clone(), count, data };
            }
            match &*request.name {
                "raise" => Err(std::io::Error::other("mid"))?,
                "panic" => panic!("mid"),
                "abort" => context.abort(StatusCode::DataLoss, "mid")?,
                "late initial" => context.send_initial_metadata([("a", "1")])?,
                "set" => {
                    context.set_code(StatusCode::NotFound);
                    context.set_details("end");
                    context.set_trailing_metadata([("tt", "1")]);
                }
                "wait" => std::future::pending::<()>().await,
                _ => {}
            }
            drop(guard);
        }
    }

    async fn lots_of_greetings(
        &self,
        mut request_iterator: RequestIterator<HelloRequest>,
        context: ServicerContext,
    ) -> Result<HelloReply, Status> {
        let guard = Guard::new(&self.0, &context);
        let mut count = 0;
        let mut message = String::new();
        while let Some(request) = request_iterator.next().await? {
            self.0.received.fetch_add(1, Ordering::SeqCst);
            match &*request.name {
                "raise" => Err("su")?,
                "return" => break,
                "sleep" => tokio::time::sleep(Duration::from_millis(100)).await,
                _ => {}
            }
            count += request.count;
            message += &request.name;
        }
        drop(guard);
        Ok(HelloReply {
            message,
            count,
            ..Default::default()
        })
    }

    fn bidi_hello(
        &self,
        mut request_iterator: RequestIterator<HelloRequest>,
        context: ServicerContext,
    ) -> impl Stream<Item = Result<HelloReply, Status>> + Send {
        grpc::stream! {
            let _guard = Guard::new(&self.0, &context);
            while let Some(request) = request_iterator.next().await? {
                match &*request.name {
                    "raise" => Err("on1")?,
                    "end" => break,
                    _ => yield HelloReply { message: request.name, count: request.count, data: request.data },
                }
            }
        }
    }
}

/// What a servicer knows about its caller, one property a line.
fn describe(context: &ServicerContext) -> String {
    let join = |values: &[Vec<u8>]| {
        let values = values.iter().map(|value| String::from_utf8_lossy(value));
        values.collect::<Vec<_>>().join(", ")
    };
    let mut text = String::new();
    for (key, values) in context.auth_context() {
        text += &format!("{key}: {}\n", join(values));
    }
    if let (Some(identities), Some(key)) = (context.peer_identities(), context.peer_identity_key())
    {
        text += &format!("identities: {}\nkey: {key}\n", join(&identities));
    }
    text
}

/// A servicer that has nothing of its own.
pub(crate) struct Bare;

impl GreeterServicer for Bare {}

pub(crate) fn request(name: &str, count: i32) -> HelloRequest {
    HelloRequest {
        name: name.to_owned(),
        count,
        ..Default::default()
    }
}

/// How long something may take that happens at once on a machine that has nothing else to do.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Timeouts for calls whose handlers are to begin before they are over: the first that is long enough serves.
pub(crate) const TIMEOUTS: [Duration; 3] = [
    Duration::from_millis(100),
    Duration::from_secs(1),
    Duration::from_secs(10),
];

/// Waits until what another task does has happened.
pub(crate) async fn until(what: &str, condition: impl Fn() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A lab on a server of `$server`: what tests of both faces are written with.
macro_rules! running {
    () => {
        use std::sync::Arc;

        use rustgrpc::ServerCredentials;
        use rustgrpc::aio::{Channel, ServerBuilder, insecure_channel};

        use crate::greet_pb2_grpc::{GreeterServicer, GreeterStub, add_greeter_servicer_to_server};
        pub(crate) use crate::lab::{Bare, Lab, PATIENCE, Seen, TIMEOUTS, request, until};

        /// A running server and a stub on it.
        pub(crate) struct Running {
            pub(crate) server: Stopper,
            pub(crate) port: u16,
            pub(crate) channel: Channel,
            pub(crate) stub: GreeterStub,
            pub(crate) seen: Arc<Seen>,
        }

        impl Running {
            /// Waits until so many handlers have begun.
            pub(crate) async fn begun(&self, count: usize) {
                until("handlers begin", || self.seen.has_begun(count)).await;
            }

            /// Waits until so many handlers have gone.
            pub(crate) async fn dropped(&self, count: usize) {
                let dropped = || self.seen.dropped.load(std::sync::atomic::Ordering::SeqCst);
                until("handlers go", || dropped() == count).await;
            }
        }

        pub(crate) async fn run() -> Running {
            run_with(builder()).await
        }

        pub(crate) async fn run_with(builder: ServerBuilder<Server>) -> Running {
            let lab = Lab::default();
            let seen = lab.0.clone();
            serve(builder, lab, seen).await
        }

        pub(crate) async fn serve(
            builder: ServerBuilder<Server>,
            servicer: impl GreeterServicer,
            seen: Arc<Seen>,
        ) -> Running {
            let insecure = rustgrpc::insecure_server_credentials();
            serve_at("127.0.0.1:0", insecure, builder, servicer, seen).await
        }

        /// The lab on an address of its own, secured.
        #[cfg(feature = "tls")]
        pub(crate) async fn run_secured(address: &str, credentials: ServerCredentials) -> Running {
            let (lab, builder) = (Lab::default(), builder());
            let seen = lab.0.clone();
            serve_at(address, credentials, builder, lab, seen).await
        }

        async fn serve_at(
            address: &str,
            credentials: ServerCredentials,
            builder: ServerBuilder<Server>,
            servicer: impl GreeterServicer,
            seen: Arc<Seen>,
        ) -> Running {
            let mut server = builder.build();
            add_greeter_servicer_to_server(servicer, &mut server);
            let port = server
                .add_secure_port(address, credentials)
                .expect("a free port");
            start(&mut server).await;
            let channel = insecure_channel(format!("127.0.0.1:{port}"));
            let stub = GreeterStub::new(&channel);
            Running {
                server: Stopper::from(server),
                port,
                channel,
                stub,
                seen,
            }
        }
    };
}

pub(crate) use running;
