//! The programs of the tutorials.

use rustgrpc as grpc;
use rustgrpc::{MethodDescriptor, StatusCode};

use super::{channel, face};
use crate::chat_pb2::ChatRequest;
use crate::chat_pb2_grpc::ChatServiceStub;
use crate::echo_pb2::EchoRequest;
use crate::echo_pb2_grpc::EchoStub;
use crate::expected::assert_ends;
use crate::greet_pb2::{HelloReply, HelloRequest};
use crate::greet_pb2_grpc::GreeterStub;
use crate::number_stream_pb2::NumberRequest;
use crate::number_stream_pb2_grpc::NumberServiceStub;
use crate::peer::Peer;
use crate::sum_stream_pb2_grpc::SumServiceStub;
use crate::user_pb2::{CreateUserRequest, GetUserRequest, ListUsersRequest, UserResponse};
use crate::user_pb2_grpc::UserServiceStub;
use crate::{hello_pb2, hello_pb2_grpc, sum_stream_pb2, tutorial1};

pub(super) async fn greets(peer: &Peer) {
    let stub = GreeterStub::new(&channel(peer));
    let long = "a".repeat(100_000);
    for name in ["", "world", "世界", "new\nline", "nul\0", "😀", &long] {
        let reply = done!(stub.say_hello(HelloRequest::new().with_name(name)));
        assert_eq!(reply.unwrap().message, format!("Hello, {name}!"));
    }
}

pub(super) async fn greets_without_a_package(peer: &Peer) {
    let stub = tutorial1::hello_pb2_grpc::GreeterStub::new(&channel(peer));
    let request = tutorial1::hello_pb2::HelloRequest::new().with_name("World");
    assert_eq!(
        done!(stub.say_hello(request)).unwrap().message,
        "Hello, World"
    );
}

pub(super) async fn greets_with_call(peer: &Peer) {
    let stub = hello_pb2_grpc::GreeterStub::new(&channel(peer));
    let request = hello_pb2::HelloRequest::new().with_name("Alice");
    let call = stub.say_hello(request).metadata([("k", "v")]);
    let (reply, call) = done!(call.compression(grpc::Compression::Gzip).with_call()).unwrap();
    assert_eq!(reply.message, "Hello, Alice");
    assert_eq!(get!(call.code()), StatusCode::Ok);
    assert_eq!(get!(call.details()), "");
    assert!(get!(call.trailing_metadata()).is_empty());
}

pub(super) async fn counts(peer: &Peer) {
    let stub = NumberServiceStub::new(&channel(peer));
    for limit in [10, 1, 0, -3, 1000] {
        let mut call = stub.get_numbers(NumberRequest::new().with_limit(limit));
        let (responses, end) = read_all!(call);
        let numbers: Vec<_> = responses.iter().map(|response| response.number).collect();
        assert_eq!(numbers, (0..limit).collect::<Vec<_>>());
        end.unwrap();
        assert_eq!(get!(call.code()), StatusCode::Ok);
        assert_eq!(get!(call.details()), "");
    }
}

pub(super) async fn sums(peer: &Peer) {
    let stub = SumServiceStub::new(&channel(peer));
    let request = |number| sum_stream_pb2::NumberRequest::new().with_number(number);
    let five = face::requests([1, 2, 3, 4, 5].map(request));
    assert_eq!(done!(stub.calculate_sum(five)).unwrap().sum, 15);
    let none = face::requests::<sum_stream_pb2::NumberRequest, 0>([]);
    assert_eq!(done!(stub.calculate_sum(none)).unwrap().sum, 0);
    let extremes = face::requests([-1, i32::MAX, i32::MIN].map(request));
    assert_eq!(done!(stub.calculate_sum(extremes)).unwrap().sum, -2);
    let many = face::requests([7; 1000].map(request));
    assert_eq!(done!(stub.calculate_sum(many)).unwrap().sum, 7000);
}

pub(super) async fn chats(peer: &Peer) {
    let stub = ChatServiceStub::new(&channel(peer));
    let messages = ["Hello", "How are you?", "Goodbye"];
    let requests = messages.map(|message| ChatRequest::new().with_message(message));
    let mut call = stub.chat(face::requests(requests));
    let (responses, end) = read_all!(call);
    end.unwrap();
    let answers: Vec<_> = responses
        .iter()
        .map(|response| &*response.message)
        .collect();
    let expected = messages.map(|message| format!("You said: {message}"));
    assert_eq!(answers, expected);
}

pub(super) async fn answers_each_chat_at_once(peer: &Peer) {
    let mut call = ChatServiceStub::new(&channel(peer)).chat(grpc::writing());
    for number in 0..20 {
        let request = ChatRequest::new().with_message(number.to_string());
        get!(call.write(request)).unwrap();
        let response = get!(call.read()).unwrap().expect("an answer");
        assert_eq!(response.message, format!("You said: {number}"));
    }
    call.done_writing();
    assert_eq!(get!(call.read()).unwrap(), None);
    assert_eq!(get!(call.code()), StatusCode::Ok);
}

pub(super) async fn echoes(peer: &Peer) {
    let stub = EchoStub::new(&channel(peer));
    let reply = done!(stub.reply(EchoRequest::new().with_message("test-data")));
    assert_eq!(reply.unwrap().message, "You said: test-data");
}

pub(super) async fn knows_users(peer: &Peer) {
    let stub = UserServiceStub::new(&channel(peer));
    let user = done!(stub.get_user(GetUserRequest::new().with_id(1))).unwrap();
    let alice = UserResponse::new().with_id(1).with_name("Alice");
    assert_eq!(user, alice.with_email("alice@example.com"));
    let nobody = done!(stub.get_user(GetUserRequest::new().with_id(99)));
    assert_ends(nobody, StatusCode::NotFound, "User not found");
}

pub(super) async fn lists_users(peer: &Peer) {
    let stub = UserServiceStub::new(&channel(peer));
    for (page, expected) in [
        (1, &[(1, "Alice"), (2, "Bob")][..]),
        (2, &[(3, "Carol")]),
        (0, &[]),
        (9, &[]),
    ] {
        let mut call = stub.list_users(ListUsersRequest::new().with_page(page));
        let (users, end) = read_all!(call);
        end.unwrap();
        let found: Vec<_> = users.iter().map(|user| (user.id, &*user.name)).collect();
        assert_eq!(found, expected, "page {page}");
        assert!(users.iter().all(|user| user.email.is_empty()));
    }
}

pub(super) async fn creates_users(peer: &Peer) {
    let stub = UserServiceStub::new(&channel(peer));
    // The ids begin anew with each call.
    for _ in 0..2 {
        let requests = ["a", "b", "c"].map(|name| CreateUserRequest::new().with_name(name));
        let result = done!(stub.create_users(face::requests(requests))).unwrap();
        assert_eq!((result.created, &*result.ids), (3, &[101, 102, 103][..]));
    }
}

pub(super) async fn misses_a_method(peer: &Peer) {
    let channel = channel(peer);
    for path in ["/greet.Greeter/Missing", "/no.Such/Thing"] {
        let method = MethodDescriptor::new(path, false, false);
        let call = channel.unary_unary::<HelloRequest, HelloReply>(method, HelloRequest::new());
        assert_ends(done!(call), StatusCode::Unimplemented, "Method not found!");
    }
}

pub(super) async fn answers_a_one_shot_call(peer: &Peer) {
    use crate::greet_pb2_grpc::Greeter;
    let call = Greeter::say_hello(HelloRequest::new().with_name("world"), &peer.target);
    let reply = done!(face::one_shot(call));
    assert_eq!(reply.unwrap().message, "Hello, world!");
}
