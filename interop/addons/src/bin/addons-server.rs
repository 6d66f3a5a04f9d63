//! A server with all add-ons: `addons-server [--sync] ADDRESS`.

use std::error::Error;

use addons::lab_pb2::{self, FailReply, FailRequest, SetHealthReply, SetHealthRequest};
use addons::lab_pb2_grpc::{LabServicer, add_lab_servicer_to_server, lab};
use rustgrpc as grpc;
use rustgrpc::health::{self, HealthServicer, ServingStatus};
use rustgrpc::protobuf::DescriptorPool;
use rustgrpc::protobuf::google::protobuf::Any;
use rustgrpc::rich_status::{self, error_details_pb2::ErrorInfo, status_pb2};
use rustgrpc::{RpcServer, ServicerContext, Status, channelz, reflection};

struct Lab {
    health: HealthServicer,
}

impl LabServicer for Lab {
    async fn fail(
        &self,
        request: FailRequest,
        context: ServicerContext,
    ) -> Result<FailReply, Status> {
        let hint = lab_pb2::HINT.get(&request);
        let status = status_pb2::Status::new()
            .with_code(request.code())
            .with_message(request.message())
            .with_details([Any::pack(&ErrorInfo::new().with_reason(hint))]);
        context.abort_with_status(rich_status::to_status(&status)?)
    }

    async fn set_health(
        &self,
        request: SetHealthRequest,
        _context: ServicerContext,
    ) -> Result<SetHealthReply, Status> {
        let status = ServingStatus(request.status());
        self.health.set(request.service(), status);
        Ok(SetHealthReply::default())
    }
}

fn add(server: &mut impl RpcServer) {
    let health = HealthServicer::new();
    health::add_health_servicer_to_server(health.clone(), server);
    channelz::add_channelz_servicer(server);
    add_lab_servicer_to_server(Lab { health }, server);
    let mut pool = DescriptorPool::new();
    for file in [
        &lab_pb2::DESCRIPTOR,
        &health::health_pb2::DESCRIPTOR,
        &channelz::channelz_pb2::DESCRIPTOR,
    ] {
        pool.add(file);
    }
    let names = [
        lab::SERVICE_NAME,
        health::SERVICE_NAME,
        channelz::SERVICE_NAME,
        reflection::SERVICE_NAME,
    ];
    reflection::enable_server_reflection(names, pool, server);
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<_> = std::env::args().skip(1).collect();
    let sync = arguments.iter().any(|argument| argument == "--sync");
    arguments.retain(|argument| argument != "--sync");
    let address = arguments.pop().ok_or("no address")?;
    if sync {
        let mut server = grpc::server(grpc::ThreadPoolExecutor::new(10));
        add(&mut server);
        let port = server.add_insecure_port(&address)?;
        server.start()?;
        println!("Listening on port {port}");
        server.wait_for_termination();
        return Ok(());
    }
    tokio::runtime::Runtime::new()?.block_on(async {
        let mut server = grpc::aio::server();
        add(&mut server);
        let port = server.add_insecure_port(&address)?;
        server.start().await?;
        println!("Listening on port {port}");
        server.wait_for_termination().await;
        Ok(())
    })
}
