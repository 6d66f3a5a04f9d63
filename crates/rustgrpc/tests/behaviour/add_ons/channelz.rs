//! What a process tells about its channels and servers: C31.

use rustgrpc::aio::{Channel, Server};
use rustgrpc::channelz::channelz_pb2::channel_connectivity_state::State;
use rustgrpc::channelz::channelz_pb2::{
    self, GetChannelRequest, GetServerRequest, GetServerSocketsRequest, GetServersRequest,
    GetSocketRequest, GetSubchannelRequest, GetTopChannelsRequest, SocketRef, address,
};
use rustgrpc::channelz::{self, ChannelzStub};
use rustgrpc::{RpcError, StatusCode};

use crate::greet_pb2_grpc::{GreeterStub, add_greeter_servicer_to_server};
use crate::lab::{Lab, request};

/// The process as a server tells it, and a lab on that server.
struct Process {
    server: Server,
    port: u16,
    stub: ChannelzStub,
}

async fn process() -> Process {
    let mut server = Server::builder().build();
    add_greeter_servicer_to_server(Lab::default(), &mut server);
    channelz::add_channelz_servicer(&mut server);
    let port = server.add_insecure_port("127.0.0.1:0").expect("a port");
    server.start().await.expect("a server");
    // What asks does not show up in what is told.
    let channel = Channel::builder(format!("127.0.0.1:{port}"));
    let channel = channel.enable_channelz(false).build();
    Process {
        server,
        port,
        stub: ChannelzStub::new(&channel),
    }
}

impl Process {
    fn target(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    async fn channels(&self) -> Vec<channelz_pb2::Channel> {
        let mut channels = Vec::new();
        let mut next = 0;
        loop {
            let request = GetTopChannelsRequest::new().with_start_channel_id(next);
            let page = self.stub.get_top_channels(request.with_max_results(2));
            let page = page.await.expect("channels");
            next = page.channel.last().map_or(0, |it| it.r#ref().channel_id) + 1;
            channels.extend(page.channel);
            if page.end {
                let target = format!("dns:///{}", self.target());
                channels.retain(|channel| channel.data().target == target);
                return channels;
            }
        }
    }

    async fn socket(&self, socket: &SocketRef) -> channelz_pb2::Socket {
        let request = GetSocketRequest::new().with_socket_id(socket.socket_id);
        let response = self.stub.get_socket(request).await.expect("a socket");
        response.socket.expect("a socket")
    }

    /// The server of this process that listens on this port.
    async fn server(&self) -> channelz_pb2::Server {
        let servers = self.stub.get_servers(GetServersRequest::new());
        for server in servers.await.expect("servers").server {
            let name = format!("ipv4:{}", self.target());
            // Those of other tests may be gone by now.
            if let Some(listener) = server.listen_socket.iter().find(|it| it.name == name) {
                let socket = self.socket(listener).await;
                let Some(address::Address::TcpipAddress(local)) = &socket.local().address else {
                    panic!("no address of {name}");
                };
                assert_eq!(local.port, i32::from(self.port));
                assert_eq!(*local.ip_address, [127, 0, 0, 1]);
                assert!(socket.remote.is_none());
                return server;
            }
        }
        panic!("no server listens on {}", self.port);
    }
}

/// C31.1.
#[tokio::test]
async fn calls_are_counted_everywhere() {
    let process = process().await;
    assert!(process.channels().await.is_empty());
    let channel = rustgrpc::aio::insecure_channel(process.target());
    let idle = process.channels().await.pop().expect("the channel");
    assert_eq!(idle.data().state().state, State::IDLE);
    let stub = GreeterStub::new(&channel);
    stub.say_hello(request("", 0)).await.unwrap();
    let error = stub.say_hello(request("abort", 5)).await.unwrap_err();
    assert_eq!(error.code(), StatusCode::NotFound);
    let mut replies = stub.lots_of_replies(request("", 3));
    while replies.next().await.unwrap().is_some() {}
    let mut cancelled = stub.lots_of_replies(request("wait", 1));
    cancelled.next().await.unwrap();
    cancelled.cancel();

    let told = process.channels().await.pop().expect("the channel");
    let data = told.data();
    assert_eq!(data.state().state, State::READY);
    assert_eq!(counts(data), [4, 2, 2]);
    let began = data.last_call_started_timestamp();
    let created = data.trace().creation_timestamp();
    assert!((began.seconds, began.nanos) > (created.seconds, created.nanos));
    let events: Vec<_> = data
        .trace()
        .events
        .iter()
        .map(|it| &*it.description)
        .collect();
    assert_eq!(
        events,
        [
            "Channel created",
            "State change to CONNECTING",
            "State change to READY"
        ]
    );
    let id = told.r#ref().channel_id;
    let request = GetChannelRequest::new().with_channel_id(id);
    let same = process.stub.get_channel(request).await.unwrap();
    assert_eq!(same.channel().r#ref(), told.r#ref());

    let [subchannel] = &*told.subchannel_ref else {
        panic!("{:?}", told.subchannel_ref);
    };
    assert_eq!(subchannel.name, format!("ipv4:{}", process.target()));
    let request = GetSubchannelRequest::new().with_subchannel_id(subchannel.subchannel_id);
    let subchannel = process.stub.get_subchannel(request).await.unwrap();
    let subchannel = subchannel.subchannel();
    assert_eq!(counts(subchannel.data()), [4, 2, 2]);
    let socket = process.socket(&subchannel.socket_ref[0]).await;
    let data = socket.data();
    let streams = [
        data.streams_started,
        data.streams_succeeded,
        data.streams_failed,
    ];
    assert_eq!(streams, [4, 3, 1]);
    assert_eq!([data.messages_sent, data.messages_received], [4, 5]);
    assert!(data.last_local_stream_created_timestamp.is_some());
    let Some(address::Address::TcpipAddress(near)) = socket.local().address.clone() else {
        panic!("{socket:?}");
    };

    // The server sees a cancellation when it comes.
    let server = process.server().await;
    let id = server.r#ref().server_id;
    for _ in 0..500 {
        let request = GetServerSocketsRequest::new().with_server_id(id);
        let sockets = process.stub.get_server_sockets(request).await.unwrap();
        assert!(sockets.end);
        let mut seen = Vec::new();
        for socket in &sockets.socket_ref {
            let socket = process.socket(socket).await;
            if socket.remote().address == Some(address::Address::TcpipAddress(near.clone())) {
                let data = socket.data.expect("data");
                assert_eq!([data.messages_sent, data.messages_received], [5, 4]);
                assert!(data.last_remote_stream_created_timestamp.is_some());
                seen = vec![
                    data.streams_started,
                    data.streams_succeeded,
                    data.streams_failed,
                ];
            }
        }
        if seen == [4, 3, 1] {
            let request = GetServerRequest::new().with_server_id(id);
            let server = process.stub.get_server(request).await.unwrap();
            let data = server.server().data();
            // What this test asks is counted, too.
            assert!(data.calls_started > 4 && data.calls_succeeded > 2);
            assert_eq!(data.calls_failed, 2);
            drop(channel);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the server never saw the cancellation");
}

#[tokio::test]
async fn what_is_gone_is_told_no_more() {
    let process = process().await;
    let channel = rustgrpc::aio::insecure_channel(process.target());
    GreeterStub::new(&channel)
        .say_hello(request("", 0))
        .await
        .unwrap();
    let told = process.channels().await.pop().expect("the channel");
    let ids = [
        told.r#ref().channel_id,
        told.subchannel_ref[0].subchannel_id,
    ];
    channel.close(None).await;
    let told = process.channels().await.pop().expect("the channel");
    assert_eq!(told.data().state().state, State::SHUTDOWN);
    drop(channel);
    assert!(process.channels().await.is_empty());
    let subchannel = GetSubchannelRequest::new().with_subchannel_id(ids[1]);
    let error = process.stub.get_subchannel(subchannel).await.unwrap_err();
    assert_eq!(error.code(), StatusCode::NotFound);
    let other = self::process().await;
    let server = GetServerRequest::new().with_server_id(other.server().await.r#ref().server_id);
    let told = process.stub.get_server(server.clone()).await.unwrap();
    assert_eq!(told.server().listen_socket.len(), 1);
    other.server.stop(None).await;
    let told = process.stub.get_server(server.clone()).await.unwrap();
    assert!(told.server().listen_socket.is_empty());
    drop(other);
    let error = process.stub.get_server(server).await.unwrap_err();
    assert_eq!(error.code(), StatusCode::NotFound);
}

/// C31.1.
#[tokio::test]
async fn numbers_that_are_none() {
    let process = process().await;
    let id = i64::MAX;
    let missing =
        |what| format!("Failed to get the {what}, please ensure your {what}_id=={id} is valid");
    let stub = &process.stub;
    let told = |error: RpcError| (error.code(), error.details().to_owned());
    let error = stub
        .get_channel(GetChannelRequest::new().with_channel_id(id))
        .await;
    assert_eq!(
        told(error.unwrap_err()),
        (StatusCode::NotFound, missing("channel"))
    );
    let error = stub
        .get_subchannel(GetSubchannelRequest::new().with_subchannel_id(id))
        .await;
    assert_eq!(
        told(error.unwrap_err()),
        (StatusCode::NotFound, missing("subchannel"))
    );
    let error = stub
        .get_server(GetServerRequest::new().with_server_id(id))
        .await;
    assert_eq!(
        told(error.unwrap_err()),
        (StatusCode::NotFound, missing("server"))
    );
    let error = stub
        .get_socket(GetSocketRequest::new().with_socket_id(id))
        .await;
    assert_eq!(
        told(error.unwrap_err()),
        (StatusCode::NotFound, missing("socket"))
    );
    let request = GetServerSocketsRequest::new().with_server_id(id);
    let error = stub.get_server_sockets(request).await.unwrap_err();
    let text = format!(
        "Failed to get server sockets, please ensure your server_id=={id} and start_socket_id==0 and max_results==0 is valid"
    );
    assert_eq!(told(error), (StatusCode::NotFound, text));
    // A channel is no server.
    let channel = rustgrpc::aio::insecure_channel(process.target());
    let channel_id = process.channels().await[0].r#ref().channel_id;
    let error = stub
        .get_server(GetServerRequest::new().with_server_id(channel_id))
        .await;
    assert_eq!(error.unwrap_err().code(), StatusCode::NotFound);
    drop(channel);
}

fn counts(data: &channelz_pb2::ChannelData) -> [i64; 3] {
    [data.calls_started, data.calls_succeeded, data.calls_failed]
}
