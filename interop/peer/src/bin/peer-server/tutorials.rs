//! The services of the tutorials.

use rustgrpc as grpc;
use rustgrpc::{RequestIterator, ServicerContext, Status, StatusCode, Stream};

use crate::chat_pb2::{ChatRequest, ChatResponse};
use crate::chat_pb2_grpc::ChatServiceServicer;
use crate::echo_pb2::{EchoReply, EchoRequest};
use crate::echo_pb2_grpc::EchoServicer;
use crate::number_stream_pb2::{NumberRequest, NumberResponse};
use crate::number_stream_pb2_grpc::NumberServiceServicer;
use crate::sum_stream_pb2::SumResponse;
use crate::sum_stream_pb2_grpc::SumServiceServicer;
use crate::user_pb2::{
    BatchResult, CreateUserRequest, GetUserRequest, ListUsersRequest, UserResponse,
};
use crate::user_pb2_grpc::UserServiceServicer;
use crate::{greet_pb2, greet_pb2_grpc, hello_pb2, hello_pb2_grpc, sum_stream_pb2, tutorial1};

const USERS: [(i32, &str, &str); 3] = [
    (1, "Alice", "alice@example.com"),
    (2, "Bob", "bob@example.com"),
    (3, "Carol", "carol@example.com"),
];
const PAGE_SIZE: usize = 2;
const FIRST_NEW_ID: i32 = 101;

/// `greet.Greeter`.
pub(crate) struct Greeter;

impl greet_pb2_grpc::GreeterServicer for Greeter {
    async fn say_hello(
        &self,
        request: greet_pb2::HelloRequest,
        _context: ServicerContext,
    ) -> Result<greet_pb2::HelloReply, Status> {
        let message = format!("Hello, {}!", request.name);
        Ok(greet_pb2::HelloReply::new().with_message(message))
    }
}

/// `Greeter`, in no package.
pub(crate) struct PlainGreeter;

impl tutorial1::hello_pb2_grpc::GreeterServicer for PlainGreeter {
    async fn say_hello(
        &self,
        request: tutorial1::hello_pb2::HelloRequest,
        _context: ServicerContext,
    ) -> Result<tutorial1::hello_pb2::HelloReply, Status> {
        let message = format!("Hello, {}", request.name);
        Ok(tutorial1::hello_pb2::HelloReply::new().with_message(message))
    }
}

/// `hello.Greeter`.
pub(crate) struct HelloGreeter;

impl hello_pb2_grpc::GreeterServicer for HelloGreeter {
    async fn say_hello(
        &self,
        request: hello_pb2::HelloRequest,
        _context: ServicerContext,
    ) -> Result<hello_pb2::HelloReply, Status> {
        let message = format!("Hello, {}", request.name);
        Ok(hello_pb2::HelloReply::new().with_message(message))
    }
}

pub(crate) struct NumberService;

impl NumberServiceServicer for NumberService {
    fn get_numbers(
        &self,
        request: NumberRequest,
        _context: ServicerContext,
    ) -> impl Stream<Item = Result<NumberResponse, Status>> + Send {
        grpc::stream! {
            for number in 0..request.limit {
                yield NumberResponse::new().with_number(number);
            }
        }
    }
}

pub(crate) struct SumService;

impl SumServiceServicer for SumService {
    async fn calculate_sum(
        &self,
        mut request_iterator: RequestIterator<sum_stream_pb2::NumberRequest>,
        _context: ServicerContext,
    ) -> Result<SumResponse, Status> {
        let mut sum = 0_i32;
        while let Some(request) = request_iterator.next().await? {
            let next = sum.checked_add(request.number);
            sum = next.ok_or("the sum does not fit into int32")?;
        }
        Ok(SumResponse::new().with_sum(sum))
    }
}

pub(crate) struct ChatService;

impl ChatServiceServicer for ChatService {
    fn chat(
        &self,
        mut request_iterator: RequestIterator<ChatRequest>,
        _context: ServicerContext,
    ) -> impl Stream<Item = Result<ChatResponse, Status>> + Send {
        grpc::stream! {
            while let Some(request) = request_iterator.next().await? {
                let message = format!("You said: {}", request.message);
                yield ChatResponse::new().with_message(message);
            }
        }
    }
}

pub(crate) struct Echo;

impl EchoServicer for Echo {
    async fn reply(
        &self,
        request: EchoRequest,
        _context: ServicerContext,
    ) -> Result<EchoReply, Status> {
        let message = format!("You said: {}", request.message);
        Ok(EchoReply::new().with_message(message))
    }
}

pub(crate) struct UserService;

impl UserServiceServicer for UserService {
    async fn get_user(
        &self,
        request: GetUserRequest,
        context: ServicerContext,
    ) -> Result<UserResponse, Status> {
        let Some((id, name, email)) = USERS.into_iter().find(|(id, ..)| *id == request.id) else {
            return context.abort(StatusCode::NotFound, "User not found");
        };
        let user = UserResponse::new().with_id(id).with_name(name);
        Ok(user.with_email(email))
    }

    fn list_users(
        &self,
        request: ListUsersRequest,
        _context: ServicerContext,
    ) -> impl Stream<Item = Result<UserResponse, Status>> + Send {
        grpc::stream! {
            let pages = USERS.chunks(PAGE_SIZE).zip(1..);
            for (users, _) in pages.filter(|(_, page)| *page == request.page) {
                for (id, name, _) in users {
                    yield UserResponse::new().with_id(*id).with_name(*name);
                }
            }
        }
    }

    async fn create_users(
        &self,
        mut request_iterator: RequestIterator<CreateUserRequest>,
        _context: ServicerContext,
    ) -> Result<BatchResult, Status> {
        let mut created = 0;
        while request_iterator.next().await?.is_some() {
            created += 1;
        }
        let ids = FIRST_NEW_ID..FIRST_NEW_ID + created;
        Ok(BatchResult::new().with_created(created).with_ids(ids))
    }
}
