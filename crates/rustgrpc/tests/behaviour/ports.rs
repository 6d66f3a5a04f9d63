//! Ports, and waiting for the end: C9, C19.

use std::time::Duration;

use rustgrpc::aio::{self, Server};

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

#[tokio::test]
async fn ports() {
    let mut server = Server::builder().build();
    let port = server.add_insecure_port("127.0.0.1:0").unwrap();
    assert_ne!(port, 0);
    for address in ["127.0.0.1:0", "[::]:0", "0.0.0.0:0", "localhost:0"] {
        assert_ne!(server.add_insecure_port(address).unwrap(), 0, "{address}");
    }
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
    ] {
        let error = server.add_insecure_port(address).expect_err(address);
        assert!(
            error
                .to_string()
                .starts_with(&format!("Failed to bind to address {address}: "))
        );
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
