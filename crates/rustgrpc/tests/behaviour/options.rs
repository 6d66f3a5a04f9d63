//! Python's options by name: B3, C35.

use std::time::{Duration, Instant};

use rustgrpc as grpc;
use rustgrpc::{Compression, OptionValue, StatusCode, ThreadPoolExecutor};

use crate::greet_pb2::HelloRequest;
use crate::greet_pb2_grpc::{GreeterStub, add_greeter_servicer_to_server};
use crate::lab::{Lab, request};

fn of_channel(key: &str, value: impl Into<OptionValue>) -> Result<(), String> {
    let builder = grpc::Channel::builder("localhost:1").options([(key, value)]);
    builder.map(drop).map_err(|error| error.to_string())
}

fn of_server(key: &str, value: impl Into<OptionValue>) -> Result<(), String> {
    let builder = grpc::aio::Server::builder().options([(key, value)]);
    builder.map(drop).map_err(|error| error.to_string())
}

/// C17.10, C35.3.
#[test]
fn options_have_the_effect_of_their_methods() {
    let mut server = grpc::Server::builder(ThreadPoolExecutor::new(4))
        .options([
            ("grpc.max_receive_message_length", 1000),
            ("grpc.max_send_message_length", 1000),
            ("grpc.max_receive_message_length", 100),
        ])
        .unwrap()
        .options([("grpc.default_compression_algorithm", Compression::Gzip)])
        .unwrap()
        .build();
    add_greeter_servicer_to_server(Lab::default(), &mut server);
    let port = server.add_insecure_port("127.0.0.1:0").unwrap();
    server.start().unwrap();
    let stub = |key: &str, value: OptionValue| {
        let channel = grpc::Channel::builder(format!("127.0.0.1:{port}"));
        GreeterStub::new(&channel.options([(key, value)]).unwrap().build())
    };
    let sized = |length| HelloRequest {
        data: vec![0; length],
        ..Default::default()
    };
    let plain = stub("grpc.max_send_message_length", (-1).into());
    let error = plain.say_hello(sized(200)).wait().unwrap_err();
    assert_eq!(error.code(), StatusCode::ResourceExhausted);
    assert_eq!(
        error.details(),
        "SERVER: Received message larger than max (203 vs. 100)"
    );
    let error = plain.say_hello(request("blob", 2000)).wait().unwrap_err();
    assert_eq!(
        error.details(),
        "SERVER: Sent message larger than max (2003 vs. 1000)"
    );
    let careful = stub("grpc.max_send_message_length", 100.into());
    let error = careful.say_hello(sized(200)).wait().unwrap_err();
    assert_eq!(
        error.details(),
        "CLIENT: Sent message larger than max (203 vs. 100)"
    );
    let careful = stub("grpc.max_receive_message_length", 500.into());
    let error = careful.say_hello(request("blob", 900)).wait().unwrap_err();
    assert_eq!(error.details(), "Decompressed message larger than max");
    let named = stub("grpc.primary_user_agent", "prim/1".into());
    let reply = named.say_hello(request("metadata", 0)).wait().unwrap();
    assert!(
        reply.message.contains("\"prim/1 grpc-"),
        "{}",
        reply.message
    );
}

/// C35.37.
#[test]
fn the_two_times_of_keepalive() {
    // Accepts connections and says nothing more after the first frames of a client.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let target = format!("127.0.0.1:{}", silent.local_addr().unwrap().port());
    std::thread::spawn(move || {
        use std::io::Write;
        let mut connections = Vec::new();
        for connection in silent.incoming() {
            let mut connection = connection.unwrap();
            // An empty SETTINGS frame.
            connection.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).unwrap();
            connections.push(connection);
        }
    });
    let channel = grpc::Channel::builder(target)
        .options([
            ("grpc.keepalive_timeout_ms", 100),
            ("grpc.keepalive_time_ms", 200),
        ])
        .unwrap()
        .build();
    let began = Instant::now();
    let call = GreeterStub::new(&channel).say_hello(request("", 0));
    let error = call.timeout(Duration::from_secs(20)).wait().unwrap_err();
    assert_eq!(error.code(), StatusCode::Unavailable, "{error}");
    assert!(began.elapsed() < Duration::from_secs(15));
}

/// C17.11, C35.25.
#[test]
fn names_that_are_none() {
    let misspelt = "`grpc.grpc.default_compression_level` is no option; did you mean `grpc.default_compression_level`?";
    assert_eq!(
        of_channel("grpc.grpc.default_compression_level", 3),
        Err(misspelt.into())
    );
    assert_eq!(
        of_server("grpc.grpc.default_compression_level", 3),
        Err(misspelt.into())
    );
    assert_eq!(
        of_channel("unknown.option", 1),
        Err("`unknown.option` is no option".into())
    );
    assert_eq!(
        of_server("grpc.max_recieve_message_length", 1),
        Err("`grpc.max_recieve_message_length` is no option; did you mean `grpc.max_receive_message_length`?".into())
    );
    assert_eq!(
        of_server("grpc.lb_policy_name", "round_robin"),
        Err("`grpc.lb_policy_name` is an option of channels".into())
    );
}

/// C35.24.
#[test]
fn values_that_an_option_cannot_have() {
    for (key, value, wanted) in [
        (
            "grpc.max_receive_message_length",
            OptionValue::from("x"),
            "a number, not \"x\"",
        ),
        (
            "grpc.max_send_message_length",
            (-2).into(),
            "a length in bytes, or -1 for no limit, not -2",
        ),
        (
            "grpc.keepalive_time_ms",
            (-1).into(),
            "a time in milliseconds, not -1",
        ),
        (
            "grpc.keepalive_permit_without_calls",
            2.into(),
            "0 or 1, not 2",
        ),
        (
            "grpc.default_compression_algorithm",
            3.into(),
            "0 (identity), 1 (deflate) or 2 (gzip), not 3",
        ),
        (
            "grpc.default_compression_level",
            9.into(),
            "0 (none), 1 (low), 2 (medium) or 3 (high), not 9",
        ),
        (
            "grpc.lb_policy_name",
            "grpclb".into(),
            "\"pick_first\" or \"round_robin\", not \"grpclb\"",
        ),
        ("grpc.primary_user_agent", 1.into(), "a text, not 1"),
    ] {
        assert_eq!(of_channel(key, value), Err(format!("`{key}` is {wanted}")));
    }
}

/// C17.12, C35.31, C35.33.
#[test]
fn names_that_are_known() {
    for key in [
        "grpc.client_idle_timeout_ms",
        "grpc.default_compression_algorithm",
        "grpc.default_compression_level",
        "grpc.enable_retries",
        "grpc.initial_reconnect_backoff_ms",
        "grpc.keepalive_permit_without_calls",
        "grpc.keepalive_time_ms",
        "grpc.keepalive_timeout_ms",
        "grpc.max_receive_message_length",
        "grpc.max_reconnect_backoff_ms",
        "grpc.max_send_message_length",
        "grpc.min_reconnect_backoff_ms",
        "grpc.per_rpc_retry_buffer_size",
        "grpc.use_local_subchannel_pool",
    ] {
        of_channel(key, true).unwrap();
    }
    for key in [
        "grpc.default_compression_algorithm",
        "grpc.default_compression_level",
        "grpc.keepalive_time_ms",
        "grpc.keepalive_timeout_ms",
        "grpc.max_concurrent_streams",
        "grpc.max_connection_age_grace_ms",
        "grpc.max_connection_age_ms",
        "grpc.max_connection_idle_ms",
        "grpc.max_receive_message_length",
        "grpc.max_send_message_length",
        "grpc.http2.bdp_probe",
    ] {
        of_server(key, 1usize).unwrap();
    }
    of_channel("grpc.primary_user_agent", String::from("x")).unwrap();
    of_channel("grpc.lb_policy_name", "pick_first").unwrap();
    of_channel("grpc.service_config", "{}").unwrap();
    of_channel("grpc.keepalive_time_ms", i32::MAX).unwrap();
    of_channel("grpc.max_receive_message_length", usize::MAX).unwrap();
}

#[test]
fn times_that_never_come() {
    let times = |keys: &[&str]| -> Vec<(String, i64)> {
        let values = [i64::from(i32::MAX), i64::MAX];
        let pair = |key: &&str, value| (format!("grpc.{key}_ms"), value);
        keys.iter()
            .flat_map(|key| values.map(|value| pair(key, value)))
            .collect()
    };
    let of_servers = [
        "keepalive_time",
        "keepalive_timeout",
        "max_connection_age",
        "max_connection_age_grace",
        "max_connection_idle",
    ];
    let of_channels = [
        "client_idle_timeout",
        "initial_reconnect_backoff",
        "keepalive_time",
        "keepalive_timeout",
        "max_reconnect_backoff",
        "min_reconnect_backoff",
    ];
    let mut server = grpc::Server::builder(ThreadPoolExecutor::new(1))
        .options(times(&of_servers))
        .unwrap()
        .build();
    add_greeter_servicer_to_server(Lab::default(), &mut server);
    let port = server.add_insecure_port("127.0.0.1:0").unwrap();
    server.start().unwrap();
    let to = |port: u16| {
        let channel = grpc::Channel::builder(format!("127.0.0.1:{port}"));
        GreeterStub::new(&channel.options(times(&of_channels)).unwrap().build())
    };
    to(port).say_hello(request("", 0)).wait().unwrap();
    let error = to(1).say_hello(request("", 0)).wait().unwrap_err();
    assert_eq!(error.code(), StatusCode::Unavailable);
}
