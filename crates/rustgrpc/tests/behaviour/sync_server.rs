//! What only a server with a pool of threads does: C9, C10.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustgrpc as grpc;
use rustgrpc::aio::ServerBuilder;
use rustgrpc::{RequestIterator, ServicerContext, Status, StatusCode, Stream, ThreadPoolExecutor};

use crate::greet_pb2::{HelloReply, HelloRequest};
use crate::greet_pb2_grpc::{GreeterServicer, GreeterStub, add_greeter_servicer_to_server};
use crate::lab::request;
use crate::sync_lab::{TICK, until};

/// A servicer that blocks its thread, as Python's do: for as many milliseconds as the request counts, or until it is
/// released.
#[derive(Clone, Default)]
struct Blocker {
    threads: Arc<Mutex<Vec<String>>>,
    begun: Arc<AtomicUsize>,
    ended: Arc<AtomicUsize>,
    /// The most that were at work at once.
    most: Arc<AtomicUsize>,
    released: Arc<(Mutex<bool>, Condvar)>,
}

impl Blocker {
    fn block(&self, request: &HelloRequest) -> HelloReply {
        let begun = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let at_work = begun - self.ended.load(Ordering::SeqCst);
        self.most.fetch_max(at_work, Ordering::SeqCst);
        let thread = thread::current();
        let name = thread.name().unwrap_or_default().to_owned();
        self.threads.lock().unwrap().push(name);
        if request.name == "hold" {
            let (released, changed) = &*self.released;
            let waiting = changed.wait_while(released.lock().unwrap(), |released| !*released);
            drop(waiting.unwrap());
        }
        thread::sleep(Duration::from_millis(request.count as u64));
        self.ended.fetch_add(1, Ordering::SeqCst);
        HelloReply {
            count: request.count,
            ..Default::default()
        }
    }
}

impl GreeterServicer for Blocker {
    async fn say_hello(
        &self,
        request: HelloRequest,
        _context: ServicerContext,
    ) -> Result<HelloReply, Status> {
        Ok(self.block(&request))
    }

    fn lots_of_replies(
        &self,
        request: HelloRequest,
        _context: ServicerContext,
    ) -> impl Stream<Item = Result<HelloReply, Status>> + Send {
        grpc::stream! {
            for _ in 0..3 {
                yield self.block(&request);
            }
        }
    }

    async fn lots_of_greetings(
        &self,
        mut request_iterator: RequestIterator<HelloRequest>,
        _context: ServicerContext,
    ) -> Result<HelloReply, Status> {
        let mut reply = HelloReply::default();
        while let Some(request) = request_iterator.next().await? {
            reply.count += self.block(&request).count;
        }
        Ok(reply)
    }
}

/// Lets the servicer go on when the test fails, too.
impl Drop for Running {
    fn drop(&mut self) {
        self.release();
    }
}

struct Running {
    server: grpc::Server,
    channel: grpc::Channel,
    stub: GreeterStub<grpc::Channel>,
    blocker: Blocker,
}

impl Running {
    /// A call that blocks until it is released.
    fn hold(&self) -> grpc::CallFuture<HelloReply> {
        self.stub.say_hello(request("hold", 0)).future()
    }

    fn begun(&self, count: usize) {
        let begun = || self.blocker.begun.load(Ordering::SeqCst);
        until("they run", || begun() >= count);
    }

    fn release(&self) {
        let (released, changed) = &*self.blocker.released;
        *released.lock().unwrap() = true;
        changed.notify_all();
    }
}

fn run(max_workers: usize) -> Running {
    run_with(grpc::Server::builder(ThreadPoolExecutor::new(max_workers)))
}

fn run_with(builder: ServerBuilder<grpc::Server>) -> Running {
    let blocker = Blocker::default();
    let mut server = builder.build();
    add_greeter_servicer_to_server(blocker.clone(), &mut server);
    let port = server.add_insecure_port("127.0.0.1:0").unwrap();
    server.start().unwrap();
    let channel = grpc::insecure_channel(format!("127.0.0.1:{port}"));
    Running {
        server,
        stub: GreeterStub::new(&channel),
        channel,
        blocker,
    }
}

fn blocking(milliseconds: i32) -> HelloRequest {
    request("", milliseconds)
}

/// C10.8.
#[test]
fn as_many_calls_run_at_once_as_there_are_workers() {
    for workers in [1, 3] {
        let lab = run(workers);
        let held: Vec<_> = (0..5).map(|_| lab.hold()).collect();
        lab.begun(workers);
        thread::sleep(TICK);
        lab.release();
        for future in held {
            future.result(None).unwrap();
        }
        assert_eq!(lab.blocker.most.load(Ordering::SeqCst), workers);
        let threads = lab.blocker.threads.lock().unwrap();
        assert!(
            threads
                .iter()
                .all(|name| name.starts_with("ThreadPoolExecutor_")),
            "{threads:?}"
        );
    }
}

/// C10.9.
#[test]
fn a_queued_call_past_its_deadline_never_runs() {
    let lab = run(1);
    let held = lab.hold();
    lab.begun(1);
    let error = lab.stub.say_hello(blocking(1)).timeout(TICK).wait();
    let error = error.unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::DeadlineExceeded, "Deadline Exceeded")
    );
    // What comes after it over the connection tells that the server has heard of its end.
    let method = grpc::MethodDescriptor::unary_unary("/greet.Greeter/Nope");
    let unknown = lab
        .channel
        .unary_unary::<_, HelloReply>(method, blocking(0));
    assert_eq!(
        unknown.wait().unwrap_err().code(),
        StatusCode::Unimplemented
    );
    thread::sleep(5 * TICK);
    lab.release();
    held.result(None).unwrap();
    lab.stub.say_hello(blocking(2)).wait().unwrap();
    assert_eq!(lab.blocker.begun.load(Ordering::SeqCst), 2);
}

#[test]
fn handlers_that_block_hold_up_nobody_else() {
    let lab = run(4);
    let held: Vec<_> = (0..3).map(|_| lab.hold()).collect();
    lab.begun(3);
    for _ in 0..50 {
        lab.stub.say_hello(blocking(0)).wait().unwrap();
    }
    // The connection is served, too: a deadline comes, a stream flows.
    let call = lab.stub.say_hello(request("hold", 0));
    let error = call.timeout(TICK).wait().unwrap_err();
    assert_eq!(error.code(), StatusCode::DeadlineExceeded);
    assert!(held.iter().all(grpc::CallFuture::running));
}

#[test]
fn a_stream_blocks_between_its_responses() {
    let lab = run(1);
    let replies: Result<Vec<_>, _> = lab.stub.lots_of_replies(blocking(20)).collect();
    assert_eq!(replies.unwrap().len(), 3);
    // Calls that nobody reads to the end leave their thread.
    for _ in 0..3 {
        let mut call = lab.stub.lots_of_replies(blocking(20));
        assert_eq!(call.next().unwrap().unwrap().count, 20);
    }
    let requests = (1..=10).map(blocking);
    assert_eq!(
        lab.stub.lots_of_greetings(requests).wait().unwrap().count,
        55
    );
}

/// C10.1-7.
#[test]
fn calls_beyond_the_limit_are_refused() {
    let text = "Concurrent RPC limit exceeded!";
    let pool = || grpc::Server::builder(ThreadPoolExecutor::new(10));
    let none = run_with(pool().maximum_concurrent_rpcs(0));
    let error = none.stub.say_hello(blocking(0)).wait().unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::ResourceExhausted, text)
    );
    let lab = run_with(pool().maximum_concurrent_rpcs(2));
    let held: Vec<_> = (0..2).map(|_| lab.hold()).collect();
    lab.begun(2);
    let error = lab.stub.say_hello(blocking(0)).wait().unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::ResourceExhausted, text)
    );
    // A refusal may come before the request has left.
    for _ in 0..200 {
        let error = lab.stub.say_hello(blocking(0)).wait().unwrap_err();
        assert_eq!(
            (error.code(), error.details()),
            (StatusCode::ResourceExhausted, text)
        );
    }
    let method = grpc::MethodDescriptor::unary_unary("/greet.Greeter/Nope");
    let unknown = lab
        .channel
        .unary_unary::<_, HelloReply>(method, blocking(0));
    assert_eq!(unknown.wait().unwrap_err().details(), "Method not found!");
    lab.release();
    for call in held {
        call.result(None).unwrap();
    }
    lab.stub.say_hello(blocking(0)).wait().unwrap();
}

#[test]
fn a_handler_that_outlives_its_call_counts() {
    let pool = ThreadPoolExecutor::new(10);
    let lab = run_with(grpc::Server::builder(pool).maximum_concurrent_rpcs(1));
    let held = lab.hold();
    lab.begun(1);
    assert!(held.cancel());
    assert_eq!(lab.blocker.ended.load(Ordering::SeqCst), 0);
    let error = lab.stub.say_hello(blocking(0)).wait().unwrap_err();
    assert_eq!(error.details(), "Concurrent RPC limit exceeded!");
    lab.release();
    until("it ends", || lab.blocker.ended.load(Ordering::SeqCst) == 1);
    until("there is room", || {
        lab.stub.say_hello(blocking(0)).wait().is_ok()
    });
}

/// C9.9-11.
#[test]
fn starting_and_waiting() {
    let mut server = grpc::server(ThreadPoolExecutor::default());
    server.add_insecure_port("127.0.0.1:0").unwrap();
    server.start().unwrap();
    let error = server.start().unwrap_err();
    assert_eq!(error.to_string(), "Cannot start already-started server!");
    let began = Instant::now();
    assert!(server.wait_for_termination_timeout(TICK), "time is over");
    assert!(began.elapsed() >= TICK);
    assert_ne!(server.add_insecure_port("127.0.0.1:0").unwrap(), 0);
    let waiting = {
        let server = server.clone();
        thread::spawn(move || server.wait_for_termination())
    };
    server.stop(None).wait();
    waiting.join().unwrap();
    assert!(!server.wait_for_termination_timeout(TICK));
    assert!(server.stop(None).wait_timeout(TICK));
    let error = server.start().unwrap_err();
    assert_eq!(error.to_string(), "the server has already started");
    // One that never started.
    let event = grpc::server(ThreadPoolExecutor::new(1)).stop(None);
    assert!(event.wait_timeout(10 * TICK) && event.is_set());
}

/// C9.15, C9.17, C9.19.
#[test]
fn stopping_does_not_wait_for_handlers_that_block() {
    for grace in [None, Some(Duration::ZERO), Some(TICK)] {
        let lab = run(2);
        let call = lab.hold();
        lab.begun(1);
        let began = Instant::now();
        let event = lab.server.stop(grace);
        let error = call.exception(None).unwrap().unwrap();
        assert_eq!(
            (error.code(), error.details()),
            (StatusCode::Unavailable, "Cancelling all calls")
        );
        event.wait();
        assert!(began.elapsed() >= grace.unwrap_or_default());
        assert_eq!(lab.blocker.ended.load(Ordering::SeqCst), 0, "it goes on");
        lab.release();
        until("it ends", || lab.blocker.ended.load(Ordering::SeqCst) == 1);
    }
}

#[test]
fn calls_in_the_queue_end_with_the_server() {
    let lab = run(1);
    let running = lab.hold();
    lab.begun(1);
    let queued: Vec<_> = (0..5)
        .map(|_| lab.stub.say_hello(blocking(1)).future())
        .collect();
    // Until they have arrived, which nobody tells.
    thread::sleep(5 * TICK);
    lab.server.stop(None).wait();
    for call in queued.iter().chain([&running]) {
        let error = call.exception(None).unwrap().unwrap();
        assert_eq!(error.details(), "Cancelling all calls");
    }
    lab.release();
    until("the thread is free", || {
        lab.blocker.ended.load(Ordering::SeqCst) == 1
    });
    thread::sleep(TICK);
    assert_eq!(lab.blocker.begun.load(Ordering::SeqCst), 1);
}

/// C9.14.
#[test]
fn a_server_that_is_dropped_stops() {
    let lab = run(2);
    lab.stub.say_hello(blocking(0)).wait().unwrap();
    let stub = lab.stub.clone();
    drop(lab);
    until("it is gone", || stub.say_hello(blocking(0)).wait().is_err());
}

/// Calls another server from its handler, with a blocking stub.
struct Proxy(GreeterStub<grpc::Channel>);

impl GreeterServicer for Proxy {
    async fn say_hello(
        &self,
        request: HelloRequest,
        _context: ServicerContext,
    ) -> Result<HelloReply, Status> {
        Ok(self.0.say_hello(request).wait()?)
    }
}

#[test]
fn a_handler_may_make_blocking_calls() {
    let lab = run(2);
    let mut server = grpc::server(ThreadPoolExecutor::new(2));
    add_greeter_servicer_to_server(Proxy(lab.stub.clone()), &mut server);
    let port = server.add_insecure_port("127.0.0.1:0").unwrap();
    server.start().unwrap();
    let stub = GreeterStub::new(&grpc::insecure_channel(format!("127.0.0.1:{port}")));
    assert_eq!(stub.say_hello(blocking(7)).wait().unwrap().count, 7);
}

#[test]
fn servers_may_share_a_pool() {
    let pool = ThreadPoolExecutor::with_thread_name_prefix(2, "shared");
    let labs = [pool.clone(), pool.clone()].map(|pool| run_with(grpc::Server::builder(pool)));
    for lab in &labs {
        lab.stub.say_hello(blocking(1)).wait().unwrap();
        assert!(lab.blocker.threads.lock().unwrap()[0].starts_with("shared_"));
    }
    assert_eq!(pool.max_workers(), 2);
    assert_eq!(ThreadPoolExecutor::new(0).max_workers(), 1);
}

/// C10.10.
#[tokio::test]
async fn an_async_server_may_have_a_pool() {
    let blocker = Blocker::default();
    let mut server = grpc::aio::Server::builder()
        .migration_thread_pool(ThreadPoolExecutor::with_thread_name_prefix(1, "mig"))
        .build();
    add_greeter_servicer_to_server(blocker.clone(), &mut server);
    let port = server.add_insecure_port("127.0.0.1:0").unwrap();
    server.start().await.unwrap();
    let stub = GreeterStub::new(&grpc::aio::insecure_channel(format!("127.0.0.1:{port}")));
    stub.say_hello(blocking(0)).await.unwrap();
    assert_eq!(*blocker.threads.lock().unwrap(), ["mig_0"]);
}
