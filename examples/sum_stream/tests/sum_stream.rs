//! The clients' output, with servers on ports of their own.

const OUTPUT: &str = "\
Sum: 15
";

#[test]
fn the_client_prints_what_the_server_answers() {
    let server = launch::Server::start(env!("CARGO_BIN_EXE_sum-stream-server"));
    assert_eq!(
        server.run_client(env!("CARGO_BIN_EXE_sum-stream-client")),
        OUTPUT
    );
}

#[test]
fn the_synchronous_ones_do_the_same() {
    let server = launch::Server::start(env!("CARGO_BIN_EXE_sum-stream-server-sync"));
    assert_eq!(
        server.run_client(env!("CARGO_BIN_EXE_sum-stream-client-sync")),
        OUTPUT
    );
}

#[test]
fn either_talks_to_the_other() {
    let server = launch::Server::start(env!("CARGO_BIN_EXE_sum-stream-server"));
    assert_eq!(
        server.run_client(env!("CARGO_BIN_EXE_sum-stream-client-sync")),
        OUTPUT
    );
    let server = launch::Server::start(env!("CARGO_BIN_EXE_sum-stream-server-sync"));
    assert_eq!(
        server.run_client(env!("CARGO_BIN_EXE_sum-stream-client")),
        OUTPUT
    );
}
