//! The clients' output, with servers on ports of their own.

const OUTPUT: &str = "\
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
";

#[test]
fn the_client_prints_what_the_server_answers() {
    let server = launch::Server::start(env!("CARGO_BIN_EXE_number-stream-server"));
    assert_eq!(
        server.run_client(env!("CARGO_BIN_EXE_number-stream-client")),
        OUTPUT
    );
}

#[test]
fn the_synchronous_ones_do_the_same() {
    let server = launch::Server::start(env!("CARGO_BIN_EXE_number-stream-server-sync"));
    assert_eq!(
        server.run_client(env!("CARGO_BIN_EXE_number-stream-client-sync")),
        OUTPUT
    );
}

#[test]
fn either_talks_to_the_other() {
    let server = launch::Server::start(env!("CARGO_BIN_EXE_number-stream-server"));
    assert_eq!(
        server.run_client(env!("CARGO_BIN_EXE_number-stream-client-sync")),
        OUTPUT
    );
    let server = launch::Server::start(env!("CARGO_BIN_EXE_number-stream-server-sync"));
    assert_eq!(
        server.run_client(env!("CARGO_BIN_EXE_number-stream-client")),
        OUTPUT
    );
}
