//! Credentials of callers that block, and the options of security and compression by their names in Python: B3, C17, C20.

use rustgrpc as grpc;
use rustgrpc::{OptionValue, StatusCode, ThreadPoolExecutor};

use crate::certificates::Authority;
use crate::greet_pb2_grpc::{GreeterStub, add_greeter_servicer_to_server};
use crate::lab::{Lab, request};

fn serve(options: &[(&str, i32)], credentials: grpc::ServerCredentials) -> (grpc::Server, u16) {
    let builder = grpc::Server::builder(ThreadPoolExecutor::new(4));
    let mut server = builder.options(options.iter().copied()).unwrap().build();
    add_greeter_servicer_to_server(Lab::default(), &mut server);
    let port = server.add_secure_port("127.0.0.1:0", credentials).unwrap();
    server.start().unwrap();
    (server, port)
}

/// C20.5-7, C20.24.
#[test]
fn callers_that_block() {
    let ca = Authority::new("Lab CA");
    let pair = ca.named("other.example");
    let server = grpc::ssl_server_credentials(pair.one(), None, false).unwrap();
    let (_server, port) = serve(&[], server);
    let target = format!("127.0.0.1:{port}");
    let credentials = grpc::ssl_channel_credentials().root_certificates(&ca.certificate);
    let stub = GreeterStub::new(&grpc::secure_channel(&target, credentials.clone()));
    let error = stub.say_hello(request("", 0)).wait().unwrap_err();
    assert_eq!(error.code(), StatusCode::Unavailable);
    for name in ["grpc.ssl_target_name_override", "grpc.default_authority"] {
        let builder = grpc::Channel::builder(&target).credentials(credentials.clone());
        let channel = builder.options([(name, "other.example")]).unwrap().build();
        let token = grpc::access_token_call_credentials("tok123");
        let call = GreeterStub::new(&channel).say_hello(request("invocation", 0));
        assert_eq!(
            call.credentials(token).wait().unwrap().message,
            "authorization: Bearer tok123\n"
        );
    }
}

/// C17.10, C17.14.
#[test]
fn enabled_algorithms() {
    let identity = ("grpc.compression_enabled_algorithms_bitset", 1);
    let (_server, port) = serve(&[identity], grpc::insecure_server_credentials());
    let call = |options: &[(&str, i32)]| {
        let builder = grpc::Channel::builder(format!("127.0.0.1:{port}"));
        let channel = builder.options(options.iter().copied()).unwrap().build();
        GreeterStub::new(&channel).say_hello(request("", 0)).wait()
    };
    let error = call(&[("grpc.default_compression_algorithm", 2)]).unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (
            StatusCode::Unimplemented,
            "Compression algorithm 'gzip' is disabled."
        )
    );
    // What the channel has switched off it does not send.
    call(&[("grpc.default_compression_algorithm", 2), identity]).unwrap();
    let wrong: [(&str, OptionValue); 1] = [(identity.0, 8.into())];
    let error = grpc::Channel::builder("localhost:1")
        .options(wrong)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "`grpc.compression_enabled_algorithms_bitset` is a sum of 1 (identity), 2 (deflate) and 4 (gzip), not 8"
    );
}
