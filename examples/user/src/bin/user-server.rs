//! A server with users: unary with an error, server streaming, client streaming.

use std::error::Error;

use grpc::{RequestIterator, ServicerContext, Status, StatusCode, Stream};
use rustgrpc as grpc;
use user_pb2::{BatchResult, CreateUserRequest, GetUserRequest, ListUsersRequest, UserResponse};
use user_pb2_grpc::{UserServiceServicer, add_user_service_servicer_to_server};

rustgrpc::include_protos!();

const USERS: [(i32, &str, &str); 3] = [
    (1, "Alice", "alice@example.com"),
    (2, "Bob", "bob@example.com"),
    (3, "Carol", "carol@example.com"),
];
const PAGE_SIZE: usize = 2;

struct UserService;

impl UserServiceServicer for UserService {
    async fn get_user(
        &self,
        request: GetUserRequest,
        context: ServicerContext,
    ) -> Result<UserResponse, Status> {
        let Some((id, name, email)) = USERS.into_iter().find(|(id, ..)| *id == request.id) else {
            return context.abort(StatusCode::NotFound, "User not found");
        };
        let (name, email) = (name.into(), email.into());
        Ok(UserResponse {
            id,
            name,
            email,
            ..Default::default()
        })
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
                    yield UserResponse { id: *id, name: (*name).into(), ..Default::default() };
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
        let ids = (101..101 + created).collect();
        Ok(BatchResult {
            created,
            ids,
            ..Default::default()
        })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:50051".into());
    let mut server = grpc::aio::server();
    add_user_service_servicer_to_server(UserService, &mut server);
    let port = server.add_insecure_port(&address)?;
    server.start().await?;
    println!("Listening on port {port}");
    server.wait_for_termination().await;
    Ok(())
}
