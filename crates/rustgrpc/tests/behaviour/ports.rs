//! Ports, and waiting for the end: C9, C19.

use std::time::Duration;

use rustgrpc::aio::{self, Server};

use crate::greet_pb2_grpc::{Greeter, add_greeter_servicer_to_server};
use crate::lab::{Lab, request};

/// C9.11-13.
#[tokio::test]
async fn waiting_for_termination() {
    let mut server = aio::server();
    server.stop(None).await;
    server.wait_for_termination().await;
    server = aio::server();
    server.add_insecure_port("127.0.0.1:0").unwrap();
    server.start().await.unwrap();
    server.start().await.unwrap();
    let wait = tokio::time::timeout(Duration::from_millis(50), server.wait_for_termination());
    wait.await.unwrap_err();
    server.stop(None).await;
    server.wait_for_termination().await;
    server.stop(None).await;
}

/// C19.1-4, C19.7-16, C19.18-21.
#[tokio::test]
async fn ports() {
    let mut server = Server::builder().build();
    let port = server.add_insecure_port("127.0.0.1:0").unwrap();
    assert_ne!(port, 0);
    for address in ["127.0.0.1:0", "[::]:0", "0.0.0.0:0", "localhost:0"] {
        assert_ne!(server.add_insecure_port(address).unwrap(), 0, "{address}");
    }
    // C19.6: without a port it is that of HTTPS, which not everyone may have.
    match server.add_insecure_port("127.0.0.1") {
        Ok(port) => assert_eq!(port, 443),
        Err(error) => assert!(
            error
                .to_string()
                .starts_with("Failed to bind to address 127.0.0.1: ")
        ),
    }
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let plain = listener.local_addr().unwrap().to_string();
    let taken = format!("127.0.0.1:{port}");
    for address in [
        &*taken,
        ":0",
        "0",
        "",
        "abc",
        "256.1.1.1:0",
        "127.0.0.1:99999",
        "127.0.0.1:-1",
        "127.0.0.1:http",
        "8.8.8.8:1234",
        "nohost.invalid:0",
        &*plain,
    ] {
        let error = server.add_insecure_port(address).expect_err(address);
        assert!(
            error
                .to_string()
                .starts_with(&format!("Failed to bind to address {address}: "))
        );
    }
}

/// C19.5, C19.22, C19.25.
#[tokio::test]
async fn two_ports_of_one_server() {
    let mut server = aio::server();
    add_greeter_servicer_to_server(Lab::default(), &mut server);
    let mut addresses = vec![
        ("127.0.0.1", "ipv4:127.0.0.1:"),
        ("127.0.0.1", "ipv4:127.0.0.1:"),
    ];
    if std::net::TcpListener::bind("[::1]:0").is_ok() {
        addresses.push(("[::1]", "ipv6:%5B::1%5D:"));
    }
    let bind = |(host, peer)| {
        let port = server.add_insecure_port(format!("{host}:0")).unwrap();
        (format!("{host}:{port}"), peer)
    };
    let targets: Vec<_> = addresses.into_iter().map(bind).collect();
    server.start().await.unwrap();
    for (target, peer) in targets {
        let reply = Greeter::say_hello(request("peer", 0), &target).await;
        let reply = reply.unwrap().message;
        assert!(reply.starts_with(peer), "{target}: {reply}");
    }
}

#[tokio::test]
async fn ports_are_given_back() {
    let mut first = aio::server();
    let port = first.add_insecure_port("127.0.0.1:0").unwrap();
    first.stop(None).await;
    let mut second = aio::server();
    assert_eq!(
        second
            .add_insecure_port(format!("127.0.0.1:{port}"))
            .unwrap(),
        port
    );
}

/// After a restart all clients come back at once, more than the standard library lets wait.
#[test]
fn many_may_wait_to_be_accepted() {
    let mut server = aio::server();
    let port = server.add_insecure_port("127.0.0.1:0").unwrap();
    let address = ([127, 0, 0, 1], port).into();
    let patience = Duration::from_secs(5);
    let waiting = (0..300).map(|_| std::net::TcpStream::connect_timeout(&address, patience));
    let waiting: Vec<_> = waiting.map(Result::unwrap).collect();
    assert_eq!(waiting.len(), 300);
}
