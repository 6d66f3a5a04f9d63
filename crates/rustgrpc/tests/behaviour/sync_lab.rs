//! The lab on a blocking server, with a blocking channel.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use rustgrpc as grpc;
use rustgrpc::{RpcError, StatusCode, ThreadPoolExecutor};

use crate::greet_pb2_grpc::{GreeterStub, add_greeter_servicer_to_server};
use crate::lab::{Lab, PATIENCE, Seen};

pub(crate) const TICK: Duration = Duration::from_millis(100);

pub(crate) struct Running {
    pub(crate) server: grpc::Server,
    pub(crate) channel: grpc::Channel,
    pub(crate) stub: GreeterStub<grpc::Channel>,
    pub(crate) target: String,
    pub(crate) seen: Arc<Seen>,
}

pub(crate) fn run() -> Running {
    let lab = Lab::default();
    let seen = lab.0.clone();
    let mut server = grpc::server(ThreadPoolExecutor::new(10));
    add_greeter_servicer_to_server(lab, &mut server);
    let port = server.add_insecure_port("127.0.0.1:0").unwrap();
    server.start().unwrap();
    let target = format!("127.0.0.1:{port}");
    let channel = grpc::insecure_channel(&target);
    Running {
        server,
        stub: GreeterStub::new(&channel),
        channel,
        target,
        seen,
    }
}

pub(crate) fn until(what: &str, condition: impl Fn() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < PATIENCE, "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn handler_begins(lab: &Running) {
    until("the handler begins", || lab.seen.has_begun(1));
}

pub(crate) fn handler_goes(lab: &Running) {
    until("the handler goes", || {
        lab.seen.dropped.load(Ordering::SeqCst) == 1
    });
}

pub(crate) fn assert_end(error: &RpcError, code: StatusCode, details: &str) {
    assert_eq!((error.code(), error.details()), (code, details));
}
