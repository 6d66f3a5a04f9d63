//! The client's output, with the server on a port of its own.

#[test]
fn the_client_prints_what_the_server_answers() {
    let server = launch::Server::start(env!("CARGO_BIN_EXE_user-server"));
    let output = server.run_client(env!("CARGO_BIN_EXE_user-client"));
    assert_eq!(
        output,
        "\
User: Alice <alice@example.com>
Listed: Alice
Listed: Bob
Created 3 users: [101, 102, 103]
StatusCode.NOT_FOUND: User not found
"
    );
}
