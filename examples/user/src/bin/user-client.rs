//! Calls every method of the user service, and one of them for a user who is not there.

use std::error::Error;

use rustgrpc as grpc;
use user_pb2::{CreateUserRequest, GetUserRequest, ListUsersRequest};
use user_pb2_grpc::UserServiceStub;

rustgrpc::include_protos!();

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args().nth(1).unwrap_or("localhost:50051".into());
    let channel = grpc::aio::insecure_channel(&target);
    let stub = UserServiceStub::new(&channel);
    let user = stub
        .get_user(GetUserRequest {
            id: 1,
            ..Default::default()
        })
        .await?;
    println!("User: {} <{}>", user.name, user.email);

    let mut users = stub.list_users(ListUsersRequest {
        page: 1,
        ..Default::default()
    });
    while let Some(user) = users.next().await? {
        println!("Listed: {}", user.name);
    }

    let names = ["Dave", "Erin", "Frank"];
    let requests = names.map(|name| CreateUserRequest {
        name: name.into(),
        ..Default::default()
    });
    let result = stub.create_users(grpc::requests(requests)).await?;
    println!("Created {} users: {:?}", result.created, result.ids);

    if let Err(error) = stub
        .get_user(GetUserRequest {
            id: 99,
            ..Default::default()
        })
        .await
    {
        println!("{}: {}", error.code(), error.details());
    }
    Ok(())
}
