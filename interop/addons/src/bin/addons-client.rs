//! Asks a server with all add-ons and prints what it tells: `addons-client TARGET`.

use std::error::Error;

use addons::lab_pb2::{self, FailRequest, SetHealthRequest};
use addons::lab_pb2_grpc::LabStub;
use rustgrpc as grpc;
use rustgrpc::channelz::ChannelzStub;
use rustgrpc::channelz::channelz_pb2::{
    GetServerSocketsRequest, GetServersRequest, GetSocketRequest, GetTopChannelsRequest,
};
use rustgrpc::health::{HealthCheckRequest, HealthStub, ServingStatus};
use rustgrpc::protobuf::Message;
use rustgrpc::protobuf::google::protobuf::FileDescriptorProto;
use rustgrpc::reflection::v1alpha::reflection_pb2::ServerReflectionRequest;
use rustgrpc::reflection::v1alpha::reflection_pb2::server_reflection_response::MessageResponse;
use rustgrpc::reflection::v1alpha::reflection_pb2_grpc::ServerReflectionStub;
use rustgrpc::rich_status::{self, error_details_pb2::ErrorInfo};

type Outcome = Result<(), Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome {
    let target = std::env::args().nth(1).ok_or("no target")?;
    let channel = grpc::aio::insecure_channel(target);
    health(&channel).await?;
    reflection(&channel).await?;
    rich_status(&channel).await?;
    channelz(&channel).await
}

async fn health(channel: &grpc::aio::Channel) -> Outcome {
    let (stub, lab) = (HealthStub::new(channel), LabStub::new(channel));
    let service = |name: &str| HealthCheckRequest::new().with_service(name);
    println!("health: {:?}", stub.check(service("")).await?.status);
    let unknown = stub.check(service("addons.Lab")).await;
    let error = unknown.err().ok_or("known already")?;
    println!("unknown: {} {:?}", error.code(), error.details());
    let mut watch = stub.watch(service("addons.Lab"));
    for status in [ServingStatus::SERVING, ServingStatus::NOT_SERVING] {
        let told = watch.next().await?.ok_or("no status")?;
        println!("watched: {:?}", told.status);
        let request = SetHealthRequest::new().with_service("addons.Lab");
        lab.set_health(request.with_status(status.0)).await?;
    }
    let told = watch.next().await?.ok_or("no status")?;
    println!("watched: {:?}", told.status);
    Ok(())
}

async fn reflection(channel: &grpc::aio::Channel) -> Outcome {
    let stub = ServerReflectionStub::new(channel);
    let request = ServerReflectionRequest::new;
    let requests = [
        request().with_list_services(""),
        request().with_file_containing_symbol("addons.Lab"),
        request().with_all_extension_numbers_of_type("addons.FailRequest"),
        request().with_file_by_filename("no/such.proto"),
    ];
    let mut responses = stub.server_reflection_info(grpc::requests(requests));
    while let Some(response) = responses.next().await? {
        match response.message_response.ok_or("no response")? {
            MessageResponse::ListServicesResponse(services) => {
                let mut names: Vec<_> = services.service.iter().map(|it| &*it.name).collect();
                names.sort_unstable();
                println!("services: {}", names.join(" "));
            }
            MessageResponse::FileDescriptorResponse(files) => {
                let mut names = Vec::new();
                for file in &files.file_descriptor_proto {
                    names.push(FileDescriptorProto::parse(file)?.name().to_owned());
                }
                println!("files: {}", names.join(" "));
            }
            MessageResponse::AllExtensionNumbersResponse(numbers) => {
                println!("extensions: {:?}", numbers.extension_number);
            }
            MessageResponse::ErrorResponse(error) => println!("no file: {}", error.error_code),
        }
    }
    Ok(())
}

async fn rich_status(channel: &grpc::aio::Channel) -> Outcome {
    let mut request = FailRequest::new()
        .with_code(8)
        .with_message("too many, 太多");
    lab_pb2::HINT.set(&mut request, "quota".to_owned());
    let call = LabStub::new(channel).fail(request).await;
    let error = call.err().ok_or("it did not fail")?;
    let status = rich_status::from_error(&error)?.ok_or("no details")?;
    let info: ErrorInfo = status.details[0].unpack()?;
    println!(
        "failed: {} {:?} {}",
        error.code(),
        status.message,
        info.reason
    );
    Ok(())
}

async fn channelz(channel: &grpc::aio::Channel) -> Outcome {
    let stub = ChannelzStub::new(channel);
    let channels = stub.get_top_channels(GetTopChannelsRequest::new()).await?;
    println!("channels: {}", channels.channel.len());
    let servers = stub.get_servers(GetServersRequest::new()).await?.server;
    let server = servers.first().ok_or("no server")?;
    let (data, id) = (server.data(), server.r#ref().server_id);
    println!("failed calls: {}", data.calls_failed);
    let request = GetServerSocketsRequest::new().with_server_id(id);
    let sockets = stub.get_server_sockets(request).await?.socket_ref;
    let socket = sockets.first().ok_or("no socket")?;
    let request = GetSocketRequest::new().with_socket_id(socket.socket_id);
    let response = stub.get_socket(request).await?;
    let data = response.socket().data();
    println!(
        "messages: {}",
        data.messages_received > 8 && data.messages_sent > 8
    );
    let missing = GetSocketRequest::new().with_socket_id(99_999);
    let error = stub.get_socket(missing).await.err().ok_or("a socket")?;
    println!("missing: {} {}", error.code(), error.details());
    Ok(())
}
