//! Connecting, and connecting again: C18, C19.

use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use rustgrpc::aio::{self, Server};
use rustgrpc::{RpcError, StatusCode};

use crate::greet_pb2_grpc::{Greeter, GreeterStub, add_greeter_servicer_to_server};
use crate::on_runtime::lab::{Lab, request, run};

/// A port that nobody listens on.
pub(crate) fn dead_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

pub(crate) async fn server_on(address: &str) -> Server {
    let mut server = aio::server();
    add_greeter_servicer_to_server(Lab::default(), &mut server);
    server.add_insecure_port(address).unwrap();
    server.start().await.unwrap();
    server
}

async fn fail(target: &str) -> RpcError {
    Greeter::say_hello(request("", 0), target)
        .await
        .unwrap_err()
}

/// C18.1, C18.3-5, C18.10-15, C18.17, C18.19-20.
#[tokio::test]
async fn nobody_is_there() {
    let port = dead_port();
    let refused = format!(
        "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:{port}: Failed to connect to remote host: Connection refused"
    );
    for target in [
        format!("127.0.0.1:{port}"),
        format!("dns:///127.0.0.1:{port}"),
        format!("ipv4:127.0.0.1:{port}"),
        format!("ipv4:127.0.0.1:{},127.0.0.1:{port}", dead_port()),
    ] {
        let error = fail(&target).await;
        assert_eq!(
            (error.code(), error.details()),
            (StatusCode::Unavailable, &*refused)
        );
    }
    let target = format!("127.0.0.1:{port}");
    let mut stream = Greeter::lots_of_replies(request("", 0), &target);
    assert_eq!(stream.next().await.unwrap_err().details(), refused);
    let call = Greeter::lots_of_greetings(rustgrpc::requests([]), &target);
    assert_eq!(call.await.unwrap_err().details(), refused);
    for (target, last) in [
        (
            "unix:/nonexistent.sock",
            "FAILED_PRECONDITION: unix:/nonexistent.sock: connect failed: addr: unix:/nonexistent.sock error: No such file or directory",
        ),
        (
            "unix-abstract:rustgrpc-nobody",
            "FAILED_PRECONDITION: unix-abstract:rustgrpc-nobody: connect failed: addr: unix-abstract:rustgrpc-nobody error: Connection refused",
        ),
        (
            "ipv6:[::1]:1",
            "UNKNOWN: ipv6:%5B::1%5D:1: Failed to connect to remote host: Connection refused",
        ),
        (
            "ipv4:127.0.0.1:1,127.0.0.1:2",
            "UNKNOWN: ipv4:127.0.0.1:2: Failed to connect to remote host: Connection refused",
        ),
        (
            "127.0.0.1",
            "UNKNOWN: ipv4:127.0.0.1:443: Failed to connect to remote host: Connection refused",
        ),
    ] {
        let details = format!("failed to connect to all addresses; last error: {last}");
        assert_eq!(fail(target).await.details(), details, "{target}");
    }
    // Which of its addresses is the last, the machine says.
    let error = fail("localhost").await;
    let end = ":443: Failed to connect to remote host: Connection refused";
    assert!(error.details().ends_with(end), "{error}");
}

/// C18.8-9, C18.16, C18.18.
#[tokio::test]
async fn targets_that_are_none() {
    let error = fail("").await;
    assert_eq!(error.code(), StatusCode::Unknown);
    assert_eq!(
        error.details(),
        "Failed to create channel to '':the target uri is not valid: dns:///"
    );
    let port = "Failed to parse port in name: ";
    let lookup = "address lookup failed for ";
    for (target, why) in [
        ("bogus:///x", format!("{port}bogus:///x")),
        ("127.0.0.1:99999", format!("{port}127.0.0.1:99999")),
        (
            "http://127.0.0.1:1",
            format!("{lookup}http://127.0.0.1:1: Misformatted domain name"),
        ),
    ] {
        let error = fail(target).await;
        assert_eq!(error.code(), StatusCode::Unavailable);
        let details = format!("errors resolving {target}: [field:hostname lookup error:{why}]");
        assert_eq!(error.details(), details);
    }
    let error = fail("no-such-host.invalid:50051").await;
    assert_eq!(error.code(), StatusCode::Unavailable);
    let begin = "errors resolving no-such-host.invalid:50051: [field:hostname lookup error:address lookup failed for no-such-host.invalid:50051: ";
    // What follows depends on the resolver that is there.
    assert!(error.details().starts_with(begin), "{error}");
}

/// C18.2, C18.21.
#[tokio::test]
async fn waiting_for_a_server_that_does_not_come() {
    let target = format!("127.0.0.1:{}", dead_port());
    let call = Greeter::say_hello(request("", 0), &target);
    let error = call
        .wait_for_ready(true)
        .timeout(Duration::from_millis(200))
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::DeadlineExceeded, "Deadline Exceeded")
    );
}

/// C18.7.
#[tokio::test]
async fn waiting_for_a_server_that_comes_late() {
    let address = format!("127.0.0.1:{}", dead_port());
    let target = address.clone();
    let call = tokio::spawn(async move {
        Greeter::say_hello(request("", 0), &target)
            .wait_for_ready(true)
            .await
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let _server = server_on(&address).await;
    call.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_server_that_goes_and_comes_back() {
    let address = format!("127.0.0.1:{}", dead_port());
    let stub = GreeterStub::new(&aio::insecure_channel(&address));
    for _ in 0..3 {
        let server = server_on(&address).await;
        // One failure while nobody was there would make the channel wait.
        stub.say_hello(request("", 0))
            .wait_for_ready(true)
            .await
            .unwrap();
        server.stop(None).await;
    }
}

/// C32.16.
#[tokio::test]
async fn many_calls_wait_for_one_connection() {
    let lab = run().await;
    let calls = (0..50).map(|_| lab.stub.say_hello(request("peer", 0)).into_future());
    let peers = futures_util::future::join_all(calls).await;
    let first = peers[0].as_ref().unwrap().message.clone();
    assert!(peers.into_iter().all(|peer| peer.unwrap().message == first));
}

#[cfg(unix)]
/// C19.26-27.
#[tokio::test]
async fn unix_sockets() {
    let path = std::env::temp_dir().join(format!("rustgrpc-{}.sock", std::process::id()));
    for address in [
        format!("unix:{}", path.display()),
        format!("unix://{}", path.display()),
    ] {
        let server = server_on(&address).await;
        assert!(path.exists());
        let reply = Greeter::say_hello(request("peer", 0), &address)
            .await
            .unwrap();
        assert_eq!(reply.message, "unix:");
        server.stop(None).await;
        assert!(!path.exists());
    }
}

#[cfg(target_os = "linux")]
/// C19.28.
#[tokio::test]
async fn abstract_unix_sockets() {
    let address = format!("unix-abstract:rustgrpc-{}", std::process::id());
    let server = server_on(&address).await;
    let reply = Greeter::say_hello(request("peer", 0), &address)
        .await
        .unwrap();
    assert_eq!(reply.message, "unix:");
    server.stop(None).await;
}

/// C19.2.
#[tokio::test]
async fn both_families_by_wildcard() {
    let mut server = aio::server();
    add_greeter_servicer_to_server(Lab::default(), &mut server);
    let port = server.add_insecure_port("[::]:0").unwrap();
    server.start().await.unwrap();
    for target in [format!("localhost:{port}"), format!("127.0.0.1:{port}")] {
        let peer = Greeter::say_hello(request("peer", 0), &target)
            .await
            .unwrap()
            .message;
        assert!(
            peer.starts_with("ipv4:127.0.0.1:") || peer.starts_with("ipv6:%5B::1%5D:"),
            "{peer}"
        );
    }
}

/// C9.9.
#[tokio::test]
async fn a_port_may_come_after_the_start() {
    let lab = run().await;
    let mut server = lab.server.clone();
    let port = server.add_insecure_port("127.0.0.1:0").unwrap();
    let target = format!("127.0.0.1:{port}");
    Greeter::say_hello(request("", 0), &target).await.unwrap();
}

/// C32.22.
#[test]
fn a_channel_outlives_the_runtime_that_connected_it() {
    let runtime = || {
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let serving = runtime();
    let lab = serving.block_on(run());
    for _ in 0..3 {
        let calling = runtime();
        calling
            .block_on(lab.stub.say_hello(request("", 0)).into_future())
            .unwrap();
        drop(calling);
    }
    // A runtime that goes away before its attempt to connect has begun.
    let channel = aio::insecure_channel(format!("127.0.0.1:{}", lab.port));
    let stub = GreeterStub::new(&channel);
    let mut call = stub.say_hello(request("", 0)).into_future();
    let calling = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    calling.block_on(std::future::poll_fn(|cx| {
        assert!(Pin::new(&mut call).poll(cx).is_pending());
        Poll::Ready(())
    }));
    drop(calling);
    runtime()
        .block_on(stub.say_hello(request("", 0)).into_future())
        .unwrap();
}
