//! The services of the server.

use rustgrpc::health::{self, HealthServicer, ServingStatus};
use rustgrpc::protobuf::DescriptorPool;
use rustgrpc::{RpcServer, reflection};

use crate::lab::Lab;
use crate::tutorials::{
    ChatService, Echo, Greeter, HelloGreeter, NumberService, PlainGreeter, SumService, UserService,
};
use crate::{
    chat_pb2, chat_pb2_grpc, echo_pb2, echo_pb2_grpc, greet_pb2, greet_pb2_grpc, hello_pb2,
    hello_pb2_grpc, number_stream_pb2, number_stream_pb2_grpc, peer_lab_pb2, peer_lab_pb2_grpc,
    sum_stream_pb2, sum_stream_pb2_grpc, tutorial1, user_pb2, user_pb2_grpc,
};

/// Adds every service to `server`, health and reflection included.
pub(crate) fn register(server: &mut impl RpcServer) {
    greet_pb2_grpc::add_greeter_servicer_to_server(Greeter, server);
    number_stream_pb2_grpc::add_number_service_servicer_to_server(NumberService, server);
    sum_stream_pb2_grpc::add_sum_service_servicer_to_server(SumService, server);
    chat_pb2_grpc::add_chat_service_servicer_to_server(ChatService, server);
    tutorial1::hello_pb2_grpc::add_greeter_servicer_to_server(PlainGreeter, server);
    echo_pb2_grpc::add_echo_servicer_to_server(Echo, server);
    user_pb2_grpc::add_user_service_servicer_to_server(UserService, server);
    hello_pb2_grpc::add_greeter_servicer_to_server(HelloGreeter, server);
    peer_lab_pb2_grpc::add_lab_servicer_to_server(Lab::default(), server);

    let health = HealthServicer::new();
    health.set(
        user_pb2_grpc::user_service::SERVICE_NAME,
        ServingStatus::SERVING,
    );
    health.set("peer.down", ServingStatus::NOT_SERVING);
    health::add_health_servicer_to_server(health, server);

    let mut pool = DescriptorPool::new();
    for file in [
        &greet_pb2::DESCRIPTOR,
        &number_stream_pb2::DESCRIPTOR,
        &sum_stream_pb2::DESCRIPTOR,
        &chat_pb2::DESCRIPTOR,
        &tutorial1::hello_pb2::DESCRIPTOR,
        &echo_pb2::DESCRIPTOR,
        &user_pb2::DESCRIPTOR,
        &hello_pb2::DESCRIPTOR,
        &peer_lab_pb2::DESCRIPTOR,
        &health::health_pb2::DESCRIPTOR,
    ] {
        pool.add(file);
    }
    let names = [
        greet_pb2_grpc::greeter::SERVICE_NAME,
        number_stream_pb2_grpc::number_service::SERVICE_NAME,
        sum_stream_pb2_grpc::sum_service::SERVICE_NAME,
        chat_pb2_grpc::chat_service::SERVICE_NAME,
        tutorial1::hello_pb2_grpc::greeter::SERVICE_NAME,
        echo_pb2_grpc::echo::SERVICE_NAME,
        user_pb2_grpc::user_service::SERVICE_NAME,
        hello_pb2_grpc::greeter::SERVICE_NAME,
        peer_lab_pb2_grpc::lab::SERVICE_NAME,
        health::SERVICE_NAME,
        reflection::v1alpha::SERVICE_NAME,
    ];
    reflection::enable_server_reflection(names, pool, server);
}
