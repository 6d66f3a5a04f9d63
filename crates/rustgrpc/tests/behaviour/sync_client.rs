//! What callers that block see: C2, C3, C11, C12, C14, C15, C28, C35.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use rustgrpc as grpc;
use rustgrpc::{FutureError, StatusCode, ThreadPoolExecutor};

use crate::greet_pb2::{HelloReply, HelloRequest};
use crate::greet_pb2_grpc::{Greeter, GreeterStub, add_greeter_servicer_to_server};
use crate::lab::{Bare, request};
use crate::sync_lab::{TICK, assert_end, handler_goes, run, until};

/// C12.16, C12.25, C14.9, C14.17-18.
#[test]
fn the_four_kinds() {
    let lab = run();
    let reply = lab.stub.say_hello(request("world", 1)).wait().unwrap();
    assert_eq!(reply.message, "Hello, world!");
    let mut counts = Vec::new();
    for reply in lab.stub.lots_of_replies(request("x", 5000)) {
        counts.push(reply.unwrap().count);
    }
    assert_eq!(counts, (0..5000).collect::<Vec<_>>());
    let greetings = (0..5000).map(|_| request("", 1));
    let reply = lab.stub.lots_of_greetings(greetings).wait().unwrap();
    assert_eq!(reply.count, 5000);
    let mut call = lab.stub.bidi_hello([request("", 1), request("", 2)]);
    assert_eq!(call.next().unwrap().unwrap().count, 1);
    assert_eq!(call.read().unwrap().unwrap().count, 2);
    assert!(call.next().is_none());
    assert!(call.next().is_none());
    assert_eq!((call.code(), &*call.details()), (StatusCode::Ok, ""));
    assert!(!call.is_active());
}

/// C14.6-8.
#[test]
fn empty_streams() {
    let lab = run();
    let none: [HelloRequest; 0] = [];
    assert_eq!(
        lab.stub
            .lots_of_greetings(none.clone())
            .wait()
            .unwrap()
            .count,
        0
    );
    assert!(lab.stub.bidi_hello(none).next().is_none());
    assert!(lab.stub.lots_of_replies(request("", 0)).next().is_none());
}

/// C3.1, C3.21, C3.25, C3.27, C4.1, C28.7.
#[test]
fn failures_are_those_of_the_servicer() {
    let lab = run();
    let unknown = StatusCode::Unknown;
    for (name, count, code, details) in [
        (
            "raise:boom",
            0,
            unknown,
            "Exception calling application: boom",
        ),
        (
            "panic:oops",
            0,
            unknown,
            "Exception calling application: oops",
        ),
        ("abort:nf", 5, StatusCode::NotFound, "nf"),
        ("swallow:nf", 0, StatusCode::NotFound, "nf"),
        ("set:nf", 5, StatusCode::NotFound, "nf"),
        ("cancel", 0, StatusCode::Cancelled, "CANCELLED"),
    ] {
        let call = lab.stub.say_hello(request(name, count));
        assert_end(&call.wait().unwrap_err(), code, details);
        // The same as a future.
        let call = lab.stub.say_hello(request(name, count)).future();
        assert_end(&call.exception(None).unwrap().unwrap(), code, details);
    }
    for (name, received, code, details) in [
        ("raise", 2, unknown, "Exception iterating responses: mid"),
        ("first", 0, unknown, "Exception iterating responses: first"),
        ("abort", 2, StatusCode::DataLoss, "mid"),
        ("set", 2, StatusCode::NotFound, "end"),
    ] {
        let mut call = lab.stub.lots_of_replies(request(name, 2));
        let replies: Vec<_> = call.by_ref().collect();
        assert_eq!(replies.len(), received + 1, "{name}");
        assert_end(replies[received].as_ref().unwrap_err(), code, details);
        assert_eq!((call.code(), &*call.details()), (code, details));
    }
    let greetings = [request("", 1), request("raise", 1)];
    let error = lab.stub.lots_of_greetings(greetings).wait().unwrap_err();
    assert_end(&error, unknown, "Exception calling application: su");
}

/// C1.1, C1.3, C1.5, C1.7.
#[test]
fn methods_that_are_not_there() {
    let mut server = grpc::server(ThreadPoolExecutor::new(2));
    add_greeter_servicer_to_server(Bare, &mut server);
    let port = server.add_insecure_port("127.0.0.1:0").unwrap();
    server.start().unwrap();
    let stub = GreeterStub::new(&grpc::insecure_channel(format!("127.0.0.1:{port}")));
    let none: [HelloRequest; 0] = [];
    for error in [
        stub.say_hello(request("", 0)).wait().unwrap_err(),
        stub.lots_of_replies(request("", 0))
            .next()
            .unwrap()
            .unwrap_err(),
        stub.lots_of_greetings(none.clone()).wait().unwrap_err(),
        stub.bidi_hello(none).next().unwrap().unwrap_err(),
    ] {
        assert_end(&error, StatusCode::Unimplemented, "Method not implemented!");
    }
}

#[test]
fn methods_with_awkward_names() {
    use crate::awkward_pb2_grpc::SStub;

    let lab = run();
    let stub = SStub::new(&lab.channel);
    let again = Clone::clone(&stub);
    for error in [
        again.clone(request("", 0)).wait().unwrap_err(),
        stub.new_(request("", 0)).wait().unwrap_err(),
        stub.default(request("", 0)).next().unwrap().unwrap_err(),
        stub.r#await(request("", 0)).wait().unwrap_err(),
        stub.drop([]).wait().unwrap_err(),
    ] {
        assert_end(&error, StatusCode::Unimplemented, "Method not found!");
    }
}

/// C28.7-8.
#[test]
fn errors_read_as_in_python() {
    let lab = run();
    let text = |class: &str| {
        format!(
            "<{class} of RPC that terminated with:\n\tstatus = StatusCode.NOT_FOUND\n\tdetails = \"nf\"\n\tdebug_error_string = \"NOT_FOUND:nf\"\n>"
        )
    };
    let call = || lab.stub.say_hello(request("abort:nf", 5));
    let error = call().wait().unwrap_err();
    assert_eq!(error.to_string(), text("_InactiveRpcError"));
    let error = call().with_call().wait().unwrap_err();
    assert_eq!(error.to_string(), text("_InactiveRpcError"));
    let error = call().future().result(None).unwrap_err();
    assert_eq!(error.to_string(), text("_MultiThreadedRendezvous"));
    let error = lab.stub.lots_of_replies(request("abort", 0)).next();
    let error = error.unwrap().unwrap_err().to_string();
    assert!(error.starts_with("<_MultiThreadedRendezvous of RPC"));
}

/// C14.11.
#[test]
fn ping_pong_through_an_iterator_that_blocks() {
    let lab = run();
    let (sender, receiver) = mpsc::channel();
    let mut call = lab.stub.bidi_hello(receiver);
    for count in [0, 10, 20] {
        sender.send(request("", count)).unwrap();
        assert_eq!(call.next().unwrap().unwrap().count, count);
    }
    drop(sender);
    assert!(call.next().is_none());
}

#[test]
fn ping_pong_through_the_call_object() {
    let lab = run();
    let mut call = lab.stub.bidi_hello(grpc::writing());
    for count in [0, 10, 20] {
        call.write(request("", count)).unwrap();
        assert_eq!(call.read().unwrap().unwrap().count, count);
    }
    call.done_writing();
    assert_eq!(call.read().unwrap(), None);
    let error = call.write(request("", 0)).unwrap_err();
    assert_eq!(error.details(), "RPC already finished.");
    let mut call = lab.stub.lots_of_greetings(grpc::writing());
    call.write(request("", 3)).unwrap();
    call.done_writing();
    assert_eq!(call.wait().unwrap().count, 3);
    let (writer, requests) = grpc::request_channel();
    let mut call = lab.stub.bidi_hello(requests);
    let writing = thread::spawn(move || {
        (0..100).try_for_each(|count| writer.blocking_write(request("", count)))
    });
    assert_eq!(
        call.by_ref().map(|reply| reply.unwrap().count).sum::<i32>(),
        4950
    );
    writing.join().unwrap().unwrap();
    let (writer, requests) = grpc::request_channel();
    writer.blocking_write(1).unwrap();
    drop(writer);
    assert_eq!(requests.collect::<Vec<_>>(), [1]);
}

/// C14.1, C14.4.
#[test]
fn a_request_iterator_that_panics() {
    let lab = run();
    let broken = || {
        (0..3).map(|n| {
            assert!(n < 1, "no more");
            request("", n)
        })
    };
    let unary = lab.stub.lots_of_greetings(broken()).wait().unwrap_err();
    let stream = lab.stub.bidi_hello(broken()).last().unwrap().unwrap_err();
    for error in [unary, stream] {
        assert_end(&error, StatusCode::Unknown, "Exception iterating requests!");
    }
}

/// C14.13-14.
#[test]
fn a_servicer_that_returns_while_requests_come() {
    let lab = run();
    let taken = Arc::new(AtomicUsize::new(0));
    let endless = || {
        let taken = taken.clone();
        std::iter::repeat_with(move || {
            taken.fetch_add(1, Ordering::SeqCst);
            request("return", 1)
        })
    };
    let reply = lab.stub.lots_of_greetings(endless()).wait().unwrap();
    assert_eq!(reply.count, 0);
    let call = lab.stub.bidi_hello(endless().map(|_| request("end", 1)));
    assert_eq!(call.count(), 0);
    // Whoever was asking when the calls ended finishes its turn.
    thread::sleep(TICK);
    let seen = taken.load(Ordering::SeqCst);
    thread::sleep(TICK);
    assert_eq!(seen, taken.load(Ordering::SeqCst), "nobody goes on asking");
}

#[test]
fn requests_are_asked_for_no_faster_than_they_are_sent() {
    let lab = run();
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = taken.clone();
    let large = (0..10_000).map(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        HelloRequest {
            data: vec![1; 1 << 20],
            ..request("sleep", 0)
        }
    });
    let future = lab.stub.lots_of_greetings(large).future();
    until("the handler reads", || {
        lab.seen.received.load(Ordering::SeqCst) > 0
    });
    thread::sleep(3 * TICK);
    assert!(taken.load(Ordering::SeqCst) < 100, "{taken:?}");
    drop(future);
    handler_goes(&lab);
}

/// C15.2.
#[test]
fn metadata_that_cannot_be_sent() {
    let lab = run();
    let call = lab.stub.say_hello(request("", 0)).metadata([("Key", "v")]);
    assert_end(
        &call.wait().unwrap_err(),
        StatusCode::Internal,
        "Invalid metadata",
    );
}

/// C11.8-10.
#[test]
fn limits_and_compression_of_the_channel() {
    let lab = run();
    let channel = grpc::Channel::builder(&lab.target)
        .max_receive_message_length(1000)
        .max_send_message_length(2000)
        .compression(grpc::Compression::Gzip)
        .build();
    let stub = GreeterStub::new(&channel);
    let reply = stub.say_hello(request("blob", 997)).wait().unwrap();
    assert_eq!(reply.data.len(), 997);
    let error = stub.say_hello(request("blob", 998)).wait().unwrap_err();
    assert_end(
        &error,
        StatusCode::ResourceExhausted,
        "Stream removed (CLIENT: Received message larger than max (1001 vs. 1000))",
    );
    let large = HelloRequest {
        data: vec![0; 3000],
        ..Default::default()
    };
    let error = stub.lots_of_greetings([large]).wait().unwrap_err();
    assert_end(
        &error,
        StatusCode::ResourceExhausted,
        "CLIENT: Sent message larger than max (3003 vs. 2000)",
    );
}

/// C12.7.
#[test]
fn bytes_that_are_no_response() {
    let lab = run();
    let method = grpc::MethodDescriptor::unary_unary("/greet.Greeter/SayHello");
    // What answers is a `HelloReply`, whose first field is text.
    let call = lab.channel.unary_unary::<_, Number>(method, request("", 0));
    assert_end(
        &call.wait().unwrap_err(),
        StatusCode::Internal,
        "Exception deserializing response!",
    );
}

#[derive(Clone, PartialEq, prost::Message)]
struct Number {
    #[prost(int32, tag = "1")]
    number: i32,
}

/// C28.9.
#[test]
fn calls_without_a_stub() {
    let lab = run();
    let target = &*lab.target;
    let reply = Greeter::say_hello(request("x", 0), target).blocking();
    assert_eq!(reply.wait().unwrap().message, "Hello, x!");
    let replies = Greeter::lots_of_replies(request("x", 2), target).blocking();
    assert_eq!(replies.map(Result::unwrap).count(), 2);
    let greetings = || grpc::requests([request("x", 1)]);
    let reply = Greeter::lots_of_greetings(greetings(), target).blocking();
    assert_eq!(reply.future().result(None).unwrap().count, 1);
    let replies = Greeter::bidi_hello(greetings(), target).blocking();
    assert_eq!(replies.map(Result::unwrap).count(), 1);
}

/// C18.1-2, C18.4.
#[test]
fn nobody_is_there() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let stub = GreeterStub::new(&grpc::insecure_channel(format!("127.0.0.1:{port}")));
    let refused = format!(
        "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:{port}: Failed to connect to remote host: Connection refused"
    );
    let error = stub.say_hello(request("", 0)).wait().unwrap_err();
    assert_end(&error, StatusCode::Unavailable, &refused);
    let error = stub.lots_of_replies(request("", 0)).next().unwrap();
    assert_end(&error.unwrap_err(), StatusCode::Unavailable, &refused);
    let waiting = stub.say_hello(request("", 0)).wait_for_ready(true);
    assert_end(
        &waiting.timeout(TICK).wait().unwrap_err(),
        StatusCode::DeadlineExceeded,
        "Deadline Exceeded",
    );
}

/// C35.34.
#[test]
fn one_stub_for_many_threads() {
    let lab = run();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for n in 0..50 {
                    let reply = lab.stub.say_hello(request("", n)).wait().unwrap();
                    assert_eq!(reply.count, n);
                }
            });
        }
    });
    fn is_send_and_sync<T: Send + Sync>(_: &T) {}
    is_send_and_sync(&lab.stub);
    is_send_and_sync(&lab.channel);
    is_send_and_sync(&lab.server);
    let mut call = lab.stub.bidi_hello([request("", 7)]);
    let next = thread::spawn(move || call.next());
    assert_eq!(next.join().unwrap().unwrap().unwrap().count, 7);
}

#[test]
fn a_channel_of_the_other_face() {
    let lab = run();
    let channel = grpc::Channel::from(grpc::aio::insecure_channel(&lab.target));
    let reply: HelloReply = GreeterStub::new(&channel)
        .say_hello(request("", 1))
        .wait()
        .unwrap();
    assert_eq!(reply.count, 1);
}

/// C18.25-28.
#[test]
fn the_state_of_a_channel() {
    use rustgrpc::ChannelConnectivity::{Idle, Ready, Shutdown};

    let lab = run();
    assert_eq!(lab.channel.get_state(false), Idle);
    assert!(!lab.channel.wait_for_state_change(Idle, TICK));
    let (sender, states) = mpsc::channel();
    let subscription = lab.channel.subscribe(false, move |state| {
        // Fails when the test has ended.
        let _ = sender.send(state);
    });
    lab.channel.channel_ready(100 * TICK).unwrap();
    assert_eq!(lab.channel.get_state(true), Ready);
    assert!(lab.channel.wait_for_state_change(Idle, None));
    assert_eq!(states.recv_timeout(10 * TICK), Ok(Idle));
    until("it hears", || states.try_iter().any(|state| state == Ready));
    drop(subscription);
    lab.channel.close();
    assert_eq!(lab.channel.get_state(false), Shutdown);
    assert!(matches!(
        lab.channel.channel_ready(None).unwrap_err(),
        FutureError::Rpc(error) if error.details() == "Channel closed!"
    ));
    let nobody = grpc::insecure_channel("127.0.0.1:1");
    let error = nobody.channel_ready(TICK).unwrap_err();
    assert!(matches!(error, FutureError::Timeout));
}
