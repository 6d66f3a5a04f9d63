//! Server reflection: C29. A method is found by its name, as the protocol says, where Python finds none.

use rustgrpc as grpc;
use rustgrpc::StatusCode;
use rustgrpc::protobuf::google::protobuf::descriptor_pb2;
use rustgrpc::protobuf::{DescriptorPool, Message};
use rustgrpc::reflection::{self, ProtoReflectionDescriptorDatabase};

use super::serve;

/// The files of a small schema, as protoc describes them: `lab.proto`, and `more.proto` that extends it.
fn pool() -> DescriptorPool {
    const FILES: [&str; 2] = [
        r#"
        name: "lab.proto" package: "lab" syntax: "proto2"
        message_type {
            name: "Msg"
            field { name: "text" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
            extension_range { start: 100 end: 200 }
        }
        service {
            name: "Lab"
            method { name: "UU" input_type: ".lab.Msg" output_type: ".lab.Msg" }
        }
        "#,
        r#"
        name: "more.proto" package: "more" syntax: "proto2" dependency: "lab.proto"
        extension { name: "b" extendee: ".lab.Msg" number: 102 label: LABEL_OPTIONAL type: TYPE_INT32 }
        extension { name: "a" extendee: ".lab.Msg" number: 101 label: LABEL_OPTIONAL type: TYPE_INT32 }
        "#,
    ];
    let mut pool = DescriptorPool::new();
    let protos = FILES.map(|text| {
        grpc::protobuf::text_format::parse::<descriptor_pb2::FileDescriptorProto>(text)
            .expect("a descriptor")
    });
    pool.add_protos(protos).expect("a sound schema");
    pool.add(&descriptor_pb2::DESCRIPTOR);
    pool
}

macro_rules! tests {
    ($version:ident) => {
        mod $version {
            use rustgrpc::reflection::$version::reflection_pb2::server_reflection_request::MessageRequest;
            use rustgrpc::reflection::$version::reflection_pb2::server_reflection_response::MessageResponse;
            use rustgrpc::reflection::$version::reflection_pb2::{
                ExtensionRequest, ServerReflectionRequest,
            };
            use rustgrpc::reflection::$version::reflection_pb2_grpc::ServerReflectionStub;

            use super::*;

            /// C29.2-14, C29.16-17.
            #[tokio::test]
            async fn requests_are_answered() {
                let (_server, channel) = serve(|server| {
                    let names = ["lab.Lab", reflection::$version::SERVICE_NAME];
                    reflection::enable_server_reflection(names, pool(), server);
                })
                .await;
                let stub = ServerReflectionStub::new(&channel);
                let file = MessageRequest::FileByFilename;
                let symbol = MessageRequest::FileContainingSymbol;
                let numbers = MessageRequest::AllExtensionNumbersOfType;
                let extension = |message: &str, number| {
                    let request = ExtensionRequest::new().with_containing_type(message);
                    MessageRequest::FileContainingExtension(request.with_extension_number(number))
                };
                let name = reflection::$version::SERVICE_NAME;
                let descriptor = "google/protobuf/descriptor.proto";
                for (question, answer) in [
                    (
                        Some(MessageRequest::ListServices(String::new())),
                        format!("services [{name:?}, \"lab.Lab\"]"),
                    ),
                    (Some(file("lab.proto".into())), "files [\"lab.proto\"]".into()),
                    (
                        Some(file("more.proto".into())),
                        "files [\"more.proto\", \"lab.proto\"]".into(),
                    ),
                    (Some(file("nope".into())), "error 5 not found".into()),
                    (Some(symbol("lab.Lab".into())), "files [\"lab.proto\"]".into()),
                    (Some(symbol("lab.Msg".into())), "files [\"lab.proto\"]".into()),
                    (Some(symbol("lab.Lab.UU".into())), "files [\"lab.proto\"]".into()),
                    (Some(symbol("lab.Msg.text".into())), "files [\"lab.proto\"]".into()),
                    (Some(symbol(name.into())), format!("files [{:?}]", reflection::$version::reflection_pb2::DESCRIPTOR.name())),
                    (Some(symbol("nope".into())), "error 5 not found".into()),
                    (
                        Some(symbol("google.protobuf.FileOptions".into())),
                        format!("files [{descriptor:?}]"),
                    ),
                    (Some(numbers("lab.Msg".into())), "numbers lab.Msg [101, 102]".into()),
                    (Some(numbers("nope".into())), "error 5 not found".into()),
                    (
                        Some(extension("lab.Msg", 101)),
                        "files [\"more.proto\", \"lab.proto\"]".into(),
                    ),
                    (Some(extension("lab.Msg", 103)), "error 5 not found".into()),
                    (Some(extension("lab.Msg", -1)), "error 5 not found".into()),
                    (Some(extension("nope", 1)), "error 5 not found".into()),
                    (None, "error 3 invalid argument".into()),
                ] {
                    let mut request = ServerReflectionRequest::new().with_host("h");
                    request.message_request = question;
                    let mut call = stub.server_reflection_info(grpc::requests([request.clone()]));
                    let response = call.next().await.expect("OK").expect("a response");
                    assert_eq!(response.valid_host, "");
                    assert_eq!(response.original_request(), &request);
                    let found = match response.message_response.expect("an answer") {
                        MessageResponse::ListServicesResponse(list) => {
                            let names = list.service.iter().map(|service| &*service.name);
                            format!("services {:?}", names.collect::<Vec<_>>())
                        }
                        MessageResponse::FileDescriptorResponse(files) => {
                            let names = files.file_descriptor_proto.iter().map(|file| {
                                let file = descriptor_pb2::FileDescriptorProto::parse(file);
                                file.expect("a descriptor").name().to_owned()
                            });
                            format!("files {:?}", names.collect::<Vec<_>>())
                        }
                        MessageResponse::AllExtensionNumbersResponse(numbers) => format!(
                            "numbers {} {:?}",
                            numbers.base_type_name, numbers.extension_number
                        ),
                        MessageResponse::ErrorResponse(error) => {
                            format!("error {} {}", error.error_code, error.error_message)
                        }
                    };
                    assert_eq!(found, answer, "{request}");
                    assert!(call.next().await.expect("OK").is_none());
                }
            }
        }
    };
}

tests!(v1);
tests!(v1alpha);

/// C29.1.
#[test]
fn names_of_the_service() {
    assert_eq!(
        reflection::SERVICE_NAME,
        "grpc.reflection.v1.ServerReflection"
    );
    assert_eq!(reflection::v1::SERVICE_NAME, reflection::SERVICE_NAME);
    assert_eq!(
        reflection::v1alpha::SERVICE_NAME,
        "grpc.reflection.v1alpha.ServerReflection"
    );
}

/// C29.15: over a server of both versions, and over one that is as old as Python's.
#[tokio::test]
async fn a_client_learns_the_schema() {
    let (_both, new) = serve(|server| {
        reflection::enable_server_reflection(["lab.Lab"], pool(), server);
    })
    .await;
    let (_alpha, old) = serve(|server| {
        use reflection::v1alpha::reflection_pb2_grpc::add_server_reflection_servicer_to_server;
        let servicer = reflection::ReflectionServicer::new(["lab.Lab"], pool());
        add_server_reflection_servicer_to_server(servicer, server);
    })
    .await;
    for channel in [new, old] {
        let database = ProtoReflectionDescriptorDatabase::new(&channel);
        assert_eq!(database.get_services().await.expect("OK"), ["lab.Lab"]);
        let found = database.find_file_by_name("more.proto").await;
        assert_eq!(found.expect("a file").name(), "more.proto");
        let found = database.find_file_containing_symbol("lab.Msg").await;
        assert_eq!(found.expect("a file").name(), "lab.proto");
        let found = database.find_file_containing_extension("lab.Msg", 101);
        assert_eq!(found.await.expect("a file").name(), "more.proto");
        let numbers = database.find_all_extension_numbers("lab.Msg").await;
        assert_eq!(numbers.expect("numbers"), [101, 102]);
        let pool = database.load(["lab.Lab", "more.a"]).await.expect("a pool");
        let service = pool.service("lab.Lab").expect("a service");
        let methods: Vec<_> = service
            .methods()
            .map(|method| method.name().to_owned())
            .collect();
        assert_eq!(methods, ["UU"]);
        assert_eq!(pool.extensions_of("lab.Msg").len(), 2);
        let missing = database
            .find_file_containing_symbol("x.Y")
            .await
            .unwrap_err();
        assert_eq!(
            (missing.code(), missing.details()),
            (StatusCode::NotFound, "not found")
        );

        let blocking = tokio::task::spawn_blocking(move || {
            let database = ProtoReflectionDescriptorDatabase::new(&grpc::Channel::from(channel));
            let services = database.get_services().expect("OK");
            database.load(services).expect("a pool")
        });
        let pool = blocking.await.expect("no panic");
        assert!(pool.message("lab.Msg").is_some());
    }
    // Whoever has no reflection says so.
    let (_none, channel) = serve(|_| {}).await;
    let database = ProtoReflectionDescriptorDatabase::new(&channel);
    let error = database.get_services().await.unwrap_err();
    assert_eq!(error.code(), StatusCode::Unimplemented);
}
