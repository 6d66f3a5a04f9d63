//! The client's output, with the server on a port of its own.

#[test]
fn the_client_prints_what_the_server_answers() {
    let server = launch::Server::start(env!("CARGO_BIN_EXE_number-stream-server"));
    let output = server.run_client(env!("CARGO_BIN_EXE_number-stream-client"));
    assert_eq!(
        output,
        "\
Received number: 0
Received number: 1
Received number: 2
Received number: 3
Received number: 4
Received number: 5
Received number: 6
Received number: 7
Received number: 8
Received number: 9
"
    );
}
