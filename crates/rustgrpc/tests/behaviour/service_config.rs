//! What a service config says beside retries: C27.

use std::time::Duration;

use rustgrpc::aio::{Channel, Server};
use rustgrpc::{
    ChannelConnectivity, MethodConfig, OptionValue, RpcError, ServiceConfig, StatusCode,
};

use crate::connecting::{dead_port, server_on};
use crate::greet_pb2_grpc::{GreeterStub, add_greeter_servicer_to_server};
use crate::on_runtime::lab::{Lab, PATIENCE, Running, request, run};

fn stub(lab: &Running, json: &str) -> GreeterStub {
    let target = format!("127.0.0.1:{}", lab.port);
    GreeterStub::new(&Channel::builder(target).service_config_json(json).build())
}

fn told(error: &RpcError) -> (StatusCode, &str) {
    (error.code(), error.details())
}

/// C27.11-12.
#[tokio::test]
async fn configs_that_cannot_be() {
    let retry = r#""maxAttempts":2,"initialBackoff":"1s","maxBackoff":"1s","backoffMultiplier":2,"retryableStatusCodes":["UNAVAILABLE"]"#;
    let with = |old: &str, new: &str| {
        let policy = retry.replace(old, new);
        format!(r#"{{"methodConfig":[{{"name":[{{}}],"retryPolicy":{{{policy}}}}}]}}"#)
    };
    let policy = "methodConfig[0].retryPolicy";
    let table = [
        (
            "not json".to_owned(),
            "JSON parsing failed: [JSON parse error at index 1]".to_owned(),
        ),
        (
            with(":2,\"init", ":1,\"init"),
            format!("field:{policy}.maxAttempts error:must be at least 2"),
        ),
        (
            with(r#""initialBackoff":"1s","#, ""),
            format!("field:{policy}.initialBackoff error:field not present"),
        ),
        (
            with(r#""maxBackoff":"1s""#, r#""maxBackoff":"0s""#),
            format!("field:{policy}.maxBackoff error:must be greater than 0"),
        ),
        (
            with(r#""maxBackoff":"1s""#, r#""maxBackoff":1"#),
            format!("field:{policy}.maxBackoff error:is not a string"),
        ),
        (
            with(r#""1s","max"#, r#""1","max"#),
            format!("field:{policy}.initialBackoff error:Not a duration (no s suffix)"),
        ),
        (
            with(r#"["UNAVAILABLE"]"#, r#"["GONE"]"#),
            format!(
                "field:{policy}.retryableStatusCodes[0] error:failed to parse status code; field:{policy}.retryableStatusCodes error:must be non-empty"
            ),
        ),
        (
            with(r#"["UNAVAILABLE"]"#, "[]"),
            format!("field:{policy}.retryableStatusCodes error:must be non-empty"),
        ),
        (
            r#"{"methodConfig":[{"name":[{"method":"m"}]}]}"#.to_owned(),
            "field:methodConfig[0].name[0].method error:method name populated without service name"
                .to_owned(),
        ),
        (
            r#"{"methodConfig":[{"name":[{}]},{"name":[{}]}]}"#.to_owned(),
            "field:methodConfig[1].name[0] error:multiple method configs for same name".to_owned(),
        ),
        (
            r#"{"methodConfig":{}}"#.to_owned(),
            "field:methodConfig error:is not an array".to_owned(),
        ),
        (
            r#"{"methodConfig":[{"timeout":"-1s"}]}"#.to_owned(),
            "field:methodConfig[0].timeout error:seconds must be in the range [0, 315576000000]"
                .to_owned(),
        ),
        (
            r#"{"loadBalancingConfig":[{"grpclb":{}}]}"#.to_owned(),
            "field:loadBalancingConfig error:No known policies in list: grpclb".to_owned(),
        ),
        (
            r#"{"retryThrottling":{"maxTokens":0,"tokenRatio":1}}"#.to_owned(),
            "field:retryThrottling.maxTokens error:must be greater than 0".to_owned(),
        ),
    ];
    for (json, error) in table {
        let channel = Channel::builder("127.0.0.1:1")
            .service_config_json(&json)
            .build();
        let call = GreeterStub::new(&channel)
            .say_hello(request("", 0))
            .into_future();
        let text = match error.starts_with("field:") {
            true => format!("errors validating service config: [{error}]"),
            false => error,
        };
        let details = format!("Failed to create channel to '127.0.0.1:1':{text}");
        let seen = call.await.unwrap_err();
        assert_eq!(
            told(&seen),
            (StatusCode::InvalidArgument, &*details),
            "{json}"
        );
    }
}

/// C27.13.
#[tokio::test]
async fn timeouts() {
    let lab = run().await;
    let json = r#"{"methodConfig": [
        {"name": [{"service": "greet.Greeter"}], "timeout": "10s"},
        {"name": [{"service": "greet.Greeter", "method": "SayHello"}], "timeout": "0.1s"}]}"#;
    let stub = stub(&lab, json);
    for timeout in [None, Some(Duration::from_secs(20))] {
        let mut call = stub.say_hello(request("sleep", 5_000));
        if let Some(timeout) = timeout {
            call = call.timeout(timeout);
        }
        let error = call.await.unwrap_err();
        assert_eq!(
            told(&error),
            (StatusCode::DeadlineExceeded, "Deadline Exceeded")
        );
    }
    let mut stream = stub.lots_of_replies(request("slow", 10));
    while stream.next().await.unwrap().is_some() {}
}

/// C27.14.
#[tokio::test]
async fn lengths() {
    let lab = run().await;
    let json = r#"{"methodConfig": [{"name": [{}],
        "maxRequestMessageBytes": 10, "maxResponseMessageBytes": "20"}]}"#;
    let stub = stub(&lab, json);
    let long = "x".repeat(50);
    let error = stub.say_hello(request(&long, 0)).await.unwrap_err();
    assert_eq!(
        told(&error),
        (
            StatusCode::ResourceExhausted,
            "CLIENT: Sent message larger than max (52 vs. 10)"
        )
    );
    let error = stub.say_hello(request("blob", 100)).await.unwrap_err();
    assert_eq!(error.code(), StatusCode::ResourceExhausted);
    assert!(error.details().contains("(102 vs. 20)"), "{error}");
    stub.say_hello(request("blob", 5)).await.unwrap();
}

#[tokio::test]
async fn waiting_for_a_connection() {
    let address = format!("127.0.0.1:{}", dead_port());
    let config = MethodConfig::of("greet.Greeter", "SayHello").wait_for_ready(true);
    let channel = Channel::builder(&address)
        .service_config(ServiceConfig::new().method(config))
        .initial_reconnect_backoff(Duration::from_millis(50))
        .build();
    let stub = GreeterStub::new(&channel);
    let waiting = tokio::spawn(stub.say_hello(request("", 0)).into_future());
    let at_once = stub.say_hello(request("", 0)).wait_for_ready(false);
    assert_eq!(at_once.await.unwrap_err().code(), StatusCode::Unavailable);
    let mut other = stub.lots_of_replies(request("", 0));
    assert_eq!(
        other.next().await.unwrap_err().code(),
        StatusCode::Unavailable
    );
    let _server = server_on(&address).await;
    waiting.await.unwrap().unwrap();
}

#[tokio::test]
async fn by_the_names_of_python() {
    let json = r#"{"methodConfig": [{"name": [{}], "timeout": "0.05s"}]}"#;
    let mut server = Server::builder()
        .options([
            ("grpc.max_concurrent_streams", 100),
            ("grpc.max_connection_age_ms", 100),
            ("grpc.max_connection_age_grace_ms", 100),
            ("grpc.max_connection_idle_ms", 100),
        ])
        .unwrap()
        .build();
    add_greeter_servicer_to_server(Lab::default(), &mut server);
    let port = server.add_insecure_port("127.0.0.1:0").unwrap();
    server.start().await.unwrap();
    let options = [
        ("grpc.service_config", OptionValue::from(json)),
        ("grpc.enable_retries", 0.into()),
        ("grpc.per_rpc_retry_buffer_size", 1_000.into()),
    ];
    let channel = Channel::builder(format!("127.0.0.1:{port}")).options(options);
    let channel = channel.unwrap().build();
    let stub = GreeterStub::new(&channel);
    let error = stub.say_hello(request("sleep", 5_000)).await.unwrap_err();
    assert_eq!(error.code(), StatusCode::DeadlineExceeded);
    let idle = channel.wait_for_state_change(ChannelConnectivity::Ready);
    tokio::time::timeout(PATIENCE, idle).await.unwrap();
    let wrong = Channel::builder("").options([("grpc.service_config", 1)]);
    assert_eq!(
        wrong.unwrap_err().to_string(),
        "`grpc.service_config` is a text, not 1"
    );
}
