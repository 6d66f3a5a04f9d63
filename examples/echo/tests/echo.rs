//! The client's output, with the server on a port of its own.

#[test]
fn the_client_prints_what_the_server_answers() {
    let server = launch::Server::start(env!("CARGO_BIN_EXE_echo-server"));
    let output = server.run_client(env!("CARGO_BIN_EXE_echo-client"));
    assert_eq!(
        output,
        "\
You said: test-data
"
    );
}
