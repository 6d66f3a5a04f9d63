//! Health checking: C30.

use std::time::Duration;

use rustgrpc::aio::{Server, UnaryStreamCall};
use rustgrpc::health::{
    self, HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthServicer, HealthStub,
    ServingStatus,
};
use rustgrpc::{StatusCode, ThreadPoolExecutor};

use super::serve;

async fn run() -> (HealthServicer, Server, HealthStub) {
    let servicer = HealthServicer::new();
    let (server, channel) = serve(|server| {
        health::add_health_servicer_to_server(servicer.clone(), server);
    })
    .await;
    (servicer, server, HealthStub::new(&channel))
}

fn request(service: &str) -> HealthCheckRequest {
    HealthCheckRequest::new().with_service(service)
}

async fn check(stub: &HealthStub, service: &str) -> Result<ServingStatus, (StatusCode, String)> {
    match stub.check(request(service)).await {
        Ok(response) => Ok(response.status),
        Err(error) => Err((error.code(), error.details().to_owned())),
    }
}

async fn next(
    call: &mut UnaryStreamCall<HealthCheckRequest, HealthCheckResponse>,
) -> ServingStatus {
    let next = tokio::time::timeout(Duration::from_secs(10), call.next());
    let response = next.await.expect("an update").expect("an update");
    response.expect("an update").status
}

/// C30.9.
#[test]
fn constants() {
    assert_eq!(health::SERVICE_NAME, "grpc.health.v1.Health");
    assert_eq!(health::OVERALL_HEALTH, "");
    for (status, number) in [
        (ServingStatus::UNKNOWN, 0),
        (ServingStatus::SERVING, 1),
        (ServingStatus::NOT_SERVING, 2),
        (ServingStatus::SERVICE_UNKNOWN, 3),
    ] {
        assert_eq!(status.0, number);
    }
    let descriptor = health::health_pb2::DESCRIPTOR.service(health::SERVICE_NAME);
    let service = descriptor.expect("the service");
    let methods: Vec<_> = service
        .methods()
        .map(|method| method.name().to_owned())
        .collect();
    assert_eq!(methods, ["Check", "List", "Watch"]);
}

/// C30.1-4, C30.7.
#[tokio::test]
async fn check_tells_what_was_set() {
    let (servicer, _server, stub) = run().await;
    assert_eq!(check(&stub, "").await, Ok(ServingStatus::SERVING));
    let unknown = Err((StatusCode::NotFound, String::new()));
    assert_eq!(check(&stub, "svc").await, unknown);
    for status in [ServingStatus::SERVING, ServingStatus::NOT_SERVING] {
        servicer.set("svc", status);
        assert_eq!(check(&stub, "svc").await, Ok(status));
    }
}

/// C30.10-11.
#[tokio::test]
async fn list_tells_all() {
    let (servicer, _server, stub) = run().await;
    servicer.set("svc", ServingStatus::NOT_SERVING);
    let response = stub.list(HealthListRequest::new()).await.expect("a list");
    let mut statuses: Vec<_> = response
        .statuses
        .iter()
        .map(|(service, response)| (&**service, response.status))
        .collect();
    statuses.sort();
    assert_eq!(
        statuses,
        [
            ("", ServingStatus::SERVING),
            ("svc", ServingStatus::NOT_SERVING)
        ]
    );
}

/// C30.5-6, C30.8.
#[tokio::test]
async fn watch_tells_each_change_until_the_server_stops() {
    let (servicer, server, stub) = run().await;
    let mut call = stub.watch(request("w"));
    assert_eq!(next(&mut call).await, ServingStatus::SERVICE_UNKNOWN);
    for status in [
        ServingStatus::SERVING,
        ServingStatus::SERVING,
        ServingStatus::NOT_SERVING,
    ] {
        servicer.set("w", status);
        assert_eq!(next(&mut call).await, status);
    }
    servicer.enter_graceful_shutdown();
    assert_eq!(next(&mut call).await, ServingStatus::NOT_SERVING);
    servicer.set("w", ServingStatus::SERVING);
    for service in ["w", ""] {
        let status = check(&stub, service).await;
        assert_eq!(status, Ok(ServingStatus::NOT_SERVING));
    }
    server.stop(None).await;
    let error = call.next().await.expect_err("the server stopped");
    assert_eq!(error.code(), StatusCode::Unavailable);
}

#[tokio::test]
async fn watch_of_a_known_service_begins_with_its_status() {
    let (servicer, _server, stub) = run().await;
    servicer.set("w", ServingStatus::NOT_SERVING);
    let mut one = stub.watch(request("w"));
    let mut other = stub.watch(request("w"));
    for call in [&mut one, &mut other] {
        assert_eq!(next(call).await, ServingStatus::NOT_SERVING);
    }
    drop(one);
    servicer.set("w", ServingStatus::SERVING);
    assert_eq!(next(&mut other).await, ServingStatus::SERVING);
}

#[tokio::test]
async fn nothing_is_kept_for_those_who_have_gone() {
    let (servicer, _server, stub) = run().await;
    for number in 0..20 {
        let mut call = stub.watch(request(&format!("unknown {number}")));
        assert_eq!(next(&mut call).await, ServingStatus::SERVICE_UNKNOWN);
    }
    for _ in 0..500 {
        if !format!("{servicer:?}").contains("unknown ") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{servicer:?}");
}

#[test]
fn a_blocking_server_tells_too() {
    let servicer = HealthServicer::new();
    let mut server = rustgrpc::server(ThreadPoolExecutor::new(2));
    health::add_health_servicer_to_server(servicer.clone(), &mut server);
    let port = server
        .add_insecure_port("127.0.0.1:0")
        .expect("a free port");
    server.start().expect("a server");
    let channel = rustgrpc::insecure_channel(format!("127.0.0.1:{port}"));
    let stub = HealthStub::new(&channel);
    let mut call = stub.watch(request("w"));
    let first = call.next().expect("an update").expect("an update");
    assert_eq!(first.status, ServingStatus::SERVICE_UNKNOWN);
    servicer.set("w", ServingStatus::SERVING);
    let second = call.next().expect("an update").expect("an update");
    assert_eq!(second.status, ServingStatus::SERVING);
    let response = stub.check(request("")).wait().expect("a status");
    assert_eq!(response.status, ServingStatus::SERVING);
}
