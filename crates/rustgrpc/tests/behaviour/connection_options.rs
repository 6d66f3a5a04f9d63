//! What options of connections do: B3, C35.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustgrpc::aio::{Channel, ChannelBuilder, Server};
use rustgrpc::{OptionValue, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::connecting::server_on;
use crate::greet_pb2_grpc::{GreeterStub, add_greeter_servicer_to_server};
use crate::lab::{Lab, request};

type Options<'a> = &'a [(&'a str, i64)];

/// A lab on a server with these options.
async fn server(options: Options<'_>) -> (Server, String) {
    let builder = Server::builder().options(options.iter().copied());
    let mut server = builder.expect("options").build();
    add_greeter_servicer_to_server(Lab::default(), &mut server);
    let port = server.add_insecure_port("127.0.0.1:0").expect("a port");
    server.start().await.expect("a server");
    (server, format!("127.0.0.1:{port}"))
}

fn channel(target: &str, options: Options<'_>) -> ChannelBuilder {
    let builder = Channel::builder(target).options(options.iter().copied());
    builder.expect("options")
}

async fn say(channel: ChannelBuilder, metadata: usize) -> Result<(), StatusCode> {
    let stub = GreeterStub::new(&channel.build());
    let call = stub.say_hello(request("", 0));
    let call = call.metadata([("k", "v".repeat(metadata))]);
    call.await.map(drop).map_err(|error| error.code())
}

#[tokio::test]
async fn servers_limit_metadata() {
    let too_much = Err(StatusCode::ResourceExhausted);
    for (options, accepted, refused) in [
        (&[][..], 15_000, 17_000),
        (&[("grpc.max_metadata_size", 100_000)], 50_000, 126_000),
        // What is less than the default limit does not lower it.
        (&[("grpc.max_metadata_size", 1_000)], 15_000, 17_000),
        (&[("grpc.absolute_max_metadata_size", 4_000)], 3_000, 4_100),
        (
            &[
                ("grpc.max_metadata_size", 100_000),
                ("grpc.absolute_max_metadata_size", 200_000),
            ],
            150_000,
            201_000,
        ),
    ] {
        let (_server, target) = server(options).await;
        let plain = || Channel::builder(&target);
        assert_eq!(say(plain(), accepted).await, Ok(()), "{options:?}");
        assert_eq!(say(plain(), refused).await, too_much, "{options:?}");
    }
}

#[tokio::test]
async fn channels_limit_metadata() {
    let (_server, target) = server(&[("grpc.max_metadata_size", 200_000)]).await;
    for (options, accepted, refused) in [
        (&[][..], 15_000, &[17_000, 60_000][..]),
        (&[("grpc.max_metadata_size", 100_000)], 120_000, &[126_000]),
        (
            &[("grpc.absolute_max_metadata_size", 4_000)],
            3_000,
            &[4_100],
        ),
    ] {
        let stub = GreeterStub::new(&channel(&target, options).build());
        let ended = async |name: &str, length: i32| {
            let ended = stub.say_hello(request(name, length)).await;
            ended.map(drop).map_err(|error| error.code())
        };
        let too_much = Err(StatusCode::ResourceExhausted);
        for name in ["initial", "trailing"] {
            assert_eq!(ended(name, accepted).await, Ok(()), "{options:?} {name}");
        }
        for length in refused {
            assert_eq!(
                ended("trailing", *length).await,
                too_much,
                "{options:?} {length}"
            );
            assert_eq!(
                ended("initial", *length).await,
                too_much,
                "{options:?} {length}"
            );
        }
    }
}

/// Accepts a connection, says that it speaks HTTP/2, and nothing more.
async fn silent() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let mut connections = Vec::new();
        while let Ok((mut connection, _)) = listener.accept().await {
            // An empty SETTINGS frame.
            let settings = connection.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]);
            settings.await.unwrap();
            connections.push(connection);
        }
    });
    target
}

#[tokio::test]
async fn a_silent_peer_is_found_by_the_shorter_timeout() {
    let target = silent().await;
    for options in [
        &[
            ("grpc.keepalive_time_ms", 50),
            ("grpc.http2.ping_timeout_ms", 100),
        ][..],
        &[
            ("grpc.keepalive_time_ms", 50),
            ("grpc.keepalive_timeout_ms", 100_000),
            ("grpc.http2.ping_timeout_ms", 100),
        ],
        &[
            ("grpc.keepalive_time_ms", 50),
            ("grpc.keepalive_timeout_ms", 100),
            ("grpc.http2.ping_timeout_ms", 100_000),
        ],
    ] {
        let stub = GreeterStub::new(&channel(&target, options).build());
        let call = stub
            .say_hello(request("", 0))
            .timeout(Duration::from_secs(15));
        let error = call.await.unwrap_err();
        assert_eq!(error.code(), StatusCode::Unavailable, "{options:?}");
        assert_eq!(error.details(), "Stream removed (ping timeout)");
    }
}

#[tokio::test]
async fn a_connection_that_does_not_speak_http2_is_closed() {
    let (_server, target) = server(&[("grpc.server_handshake_timeout_ms", 100)]).await;
    let mut connection = tokio::net::TcpStream::connect(&target).await.unwrap();
    let mut received = Vec::new();
    let end = connection.read_to_end(&mut received);
    let end = tokio::time::timeout(Duration::from_secs(15), end).await;
    end.expect("closed long before two minutes").unwrap();
    // Those that do are not.
    let channel = channel(&target, &[]).build();
    let stub = GreeterStub::new(&channel);
    stub.say_hello(request("sleep", 300)).await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn servers_share_a_port_when_both_want_to() {
    let shared: Options<'_> = &[("grpc.so_reuseport", 1)];
    let (_first, target) = server(shared).await;
    let bind = |options: Options<'_>| {
        let builder = Server::builder().options(options.iter().copied());
        let mut server = builder.unwrap().build();
        server.add_insecure_port(&target).map(|_| server)
    };
    let mut second = bind(shared).expect("the same port");
    for options in [&[("grpc.so_reuseport", 0)][..], &[]] {
        let error = bind(options).expect_err("in use");
        assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
        let text = format!("Failed to bind to address {target}: ");
        assert!(error.to_string().starts_with(&text), "{error}");
    }
    let (_alone, target) = server(&[("grpc.so_reuseport", 0)]).await;
    let mut late = Server::builder().so_reuseport(true).build();
    late.add_insecure_port(&target).expect_err("in use");
    add_greeter_servicer_to_server(Lab::default(), &mut second);
    second.start().await.unwrap();
}

#[tokio::test]
async fn the_first_address_has_its_time() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (_server, target) = server(&[]).await;
    let target = format!("ipv4:{},{target}", silent.local_addr().unwrap());
    let key = "grpc.happy_eyeballs_connection_attempt_delay_ms";
    // C-core's delays lie between 100 ms and 2 s.
    for (delay, at_least) in [(800, 800), (1, 100)] {
        let began = Instant::now();
        assert_eq!(say(channel(&target, &[(key, delay)]), 0).await, Ok(()));
        assert!(began.elapsed() >= Duration::from_millis(at_least));
    }
}

#[tokio::test]
async fn the_user_agent_has_three_parts() {
    let (_server, target) = server(&[]).await;
    let text = |options: &[(&str, &str)]| {
        let options = options
            .iter()
            .map(|(key, value)| (*key, OptionValue::from(*value)));
        let channel = Channel::builder(&target).options(options).unwrap().build();
        let stub = GreeterStub::new(&channel);
        async move {
            stub.say_hello(request("metadata", 0))
                .await
                .unwrap()
                .message
        }
    };
    let own = format!("grpc-rustgrpc/{}", env!("CARGO_PKG_VERSION"));
    let (first, last) = ("grpc.primary_user_agent", "grpc.secondary_user_agent");
    for (options, expected) in [
        (&[][..], own.clone()),
        (&[(first, "prim/1")], format!("prim/1 {own}")),
        (&[(last, "sec/1")], format!("{own} sec/1")),
        (
            &[(last, "sec/1"), (first, "prim/1")],
            format!("prim/1 {own} sec/1"),
        ),
        (
            &[(last, "sec/1"), (first, "no\nheader")],
            format!("{own} sec/1"),
        ),
    ] {
        let seen = text(options).await;
        assert!(
            seen.contains(&format!("{expected:?}")),
            "{expected}: {seen}"
        );
    }
}

#[tokio::test]
async fn what_a_name_means_counts_for_a_time() {
    // A reconnection does not wait for the next look.
    let key = "grpc.dns_min_time_between_resolutions_ms";
    let (server, target) = server(&[]).await;
    let options = [
        (key, OptionValue::from(600_000)),
        ("grpc.lb_policy_name", "round_robin".into()),
        ("grpc.initial_reconnect_backoff_ms", 20.into()),
    ];
    let channel = Channel::builder(&target).options(options).unwrap().build();
    let stub = GreeterStub::new(&channel);
    stub.say_hello(request("", 0)).await.unwrap();
    server.stop(None).await;
    let _again = server_on(&target).await;
    stub.say_hello(request("", 0))
        .wait_for_ready(true)
        .await
        .unwrap();
}

/// Answers CONNECT requests, of those who know the password, with what is behind the target's name.
async fn proxy(behind: String) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("127.0.0.1:{}", listener.local_addr().unwrap().port());
    let requests = Arc::new(Mutex::new(Vec::new()));
    let seen = requests.clone();
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(near.read_u8().await.unwrap());
            }
            let head = String::from_utf8(head).unwrap();
            let allowed = head.contains("Proxy-Authorization: Basic dTpw\r\n");
            seen.lock().unwrap().push(head);
            if !allowed {
                let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";
                near.write_all(refusal).await.unwrap();
                continue;
            }
            let mut far = tokio::net::TcpStream::connect(&behind).await.unwrap();
            let answer = b"HTTP/1.0 200 Connection established\r\nVia: x\r\n\r\n";
            near.write_all(answer).await.unwrap();
            tokio::spawn(async move {
                let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    (uri, requests)
}

#[tokio::test]
async fn a_proxy_connects() {
    let (_server, target) = server(&[]).await;
    let (proxy, requests) = proxy(target.clone()).await;
    let through = |target: &str, uri: String| {
        let builder = Channel::builder(target).options([("grpc.http_proxy", uri)]);
        builder.unwrap()
    };
    // The proxy alone knows the name.
    let known = through("dns:///no.such.name:81", format!("http://u:p@{proxy}"));
    assert_eq!(say(known, 0).await, Ok(()));
    let known = through(&format!("ipv4:{target}"), format!("http://u:p@{proxy}"));
    assert_eq!(say(known, 0).await, Ok(()));
    let head = |to: &str| {
        format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\nProxy-Authorization: Basic dTpw\r\n\r\n")
    };
    assert_eq!(
        *requests.lock().unwrap(),
        [head("no.such.name:81"), head(&target)]
    );
    let unknown = through(&target, format!("http://{proxy}")).build();
    let error = GreeterStub::new(&unknown)
        .say_hello(request("", 0))
        .await
        .unwrap_err();
    assert_eq!(error.code(), StatusCode::Unavailable);
    let text = "HTTP proxy returned response code 407";
    assert!(error.details().ends_with(text), "{error}");
    let wrong = Channel::builder(&target).http_proxy("proxy:8080");
    assert_eq!(say(wrong, 0).await, Err(StatusCode::InvalidArgument));
    let error = Channel::builder(&target).options([("grpc.http_proxy", "proxy:8080")]);
    assert_eq!(
        error.unwrap_err().to_string(),
        "`grpc.http_proxy` is `http://host:port`, not \"proxy:8080\""
    );
}

#[test]
fn what_is_said_of_options_without_an_effect() {
    let of_server = |key: &str, value: i64| {
        let builder = Server::builder().options([(key, value)]);
        builder.map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(of_server("grpc.http2.max_ping_strikes", 0), Ok(()));
    assert_eq!(
        of_server("grpc.http2.max_ping_strikes", 2),
        Err("`grpc.http2.max_ping_strikes` is 0 here: pings are never punished, not 2".to_owned())
    );
    for flag in [0, 1] {
        of_server("grpc.enable_channelz", flag).unwrap();
        Channel::builder("localhost:1")
            .options([("grpc.enable_channelz", flag)])
            .unwrap();
    }
}
