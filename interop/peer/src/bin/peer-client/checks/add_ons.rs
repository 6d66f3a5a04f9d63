//! Health and reflection.

use rustgrpc as grpc;
use rustgrpc::StatusCode;
use rustgrpc::health::{HealthCheckRequest, HealthStub, ServingStatus};
use rustgrpc::protobuf::Message;
use rustgrpc::protobuf::google::protobuf::descriptor_pb2::FileDescriptorProto;
use rustgrpc::reflection::v1alpha::reflection_pb2::ServerReflectionRequest;
use rustgrpc::reflection::v1alpha::reflection_pb2::server_reflection_request::MessageRequest;
use rustgrpc::reflection::v1alpha::reflection_pb2::server_reflection_response::MessageResponse;
use rustgrpc::reflection::v1alpha::reflection_pb2_grpc::ServerReflectionStub;

use super::channel;
use crate::expected::assert_ends;
use crate::peer::Peer;

const SERVICES: [&str; 11] = [
    "Greeter",
    "chat.ChatService",
    "echo.Echo",
    "greet.Greeter",
    "grpc.health.v1.Health",
    "grpc.reflection.v1alpha.ServerReflection",
    "hello.Greeter",
    "number_stream.NumberService",
    "peer.v1.Lab",
    "sum_stream.SumService",
    "user.UserService",
];

pub(super) async fn health_is_checked(peer: &Peer) {
    let stub = HealthStub::new(&channel(peer));
    for (service, status) in [
        ("", ServingStatus::SERVING),
        ("user.UserService", ServingStatus::SERVING),
        ("peer.down", ServingStatus::NOT_SERVING),
    ] {
        let request = HealthCheckRequest::new().with_service(service);
        assert_eq!(
            done!(stub.check(request)).unwrap().status,
            status,
            "{service}"
        );
    }
    let request = HealthCheckRequest::new().with_service("nobody");
    assert_ends(done!(stub.check(request)), StatusCode::NotFound, "");
}

pub(super) async fn health_is_watched(peer: &Peer) {
    let stub = HealthStub::new(&channel(peer));
    for (service, status) in [
        ("peer.down", ServingStatus::NOT_SERVING),
        ("nobody", ServingStatus::SERVICE_UNKNOWN),
    ] {
        let mut call = stub.watch(HealthCheckRequest::new().with_service(service));
        assert_eq!(get!(call.read()).unwrap().unwrap().status, status);
        assert!(call.cancel());
    }
}

pub(super) async fn services_are_listed(peer: &Peer) {
    let mut call =
        ServerReflectionStub::new(&channel(peer)).server_reflection_info(grpc::writing());
    let query = MessageRequest::ListServices(String::new());
    let response = {
        let mut request = ServerReflectionRequest::new();
        request.message_request = Some(query);
        get!(call.write(request)).unwrap();
        get!(call.read()).unwrap().expect("an answer")
    };
    let Some(MessageResponse::ListServicesResponse(list)) = response.message_response else {
        panic!("{response:?}");
    };
    let mut names: Vec<_> = list.service.iter().map(|service| &*service.name).collect();
    names.sort_unstable();
    assert_eq!(names, SERVICES);
}

pub(super) async fn files_are_found(peer: &Peer) {
    let mut call =
        ServerReflectionStub::new(&channel(peer)).server_reflection_info(grpc::writing());
    for (query, expected) in [
        (
            MessageRequest::FileContainingSymbol("peer.v1.Lab".to_owned()),
            Ok("peer.v1"),
        ),
        (
            MessageRequest::FileByFilename("user.proto".to_owned()),
            Ok("user"),
        ),
        (
            MessageRequest::FileContainingSymbol("no.Such".to_owned()),
            Err(StatusCode::NotFound),
        ),
    ] {
        let mut request = ServerReflectionRequest::new();
        request.message_request = Some(query);
        get!(call.write(request)).unwrap();
        let response = get!(call.read()).unwrap().expect("an answer");
        match (response.message_response, expected) {
            (Some(MessageResponse::FileDescriptorResponse(files)), Ok(package)) => {
                let file = &files.file_descriptor_proto[0];
                let file = FileDescriptorProto::parse(file).unwrap();
                assert_eq!(file.package(), package);
            }
            (Some(MessageResponse::ErrorResponse(error)), Err(code)) => {
                assert_eq!(error.error_code, code.value());
            }
            (other, _) => panic!("{other:?}"),
        }
    }
}
