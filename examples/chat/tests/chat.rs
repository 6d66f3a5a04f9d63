//! The clients' output, with servers on ports of their own.

const OUTPUT: &str = "\
Received: You said: Hello
Received: You said: How are you?
Received: You said: Goodbye
";

#[test]
fn the_client_prints_what_the_server_answers() {
    let server = launch::Server::start(env!("CARGO_BIN_EXE_chat-server"));
    assert_eq!(server.run_client(env!("CARGO_BIN_EXE_chat-client")), OUTPUT);
}

#[test]
fn the_synchronous_ones_do_the_same() {
    let server = launch::Server::start(env!("CARGO_BIN_EXE_chat-server-sync"));
    assert_eq!(
        server.run_client(env!("CARGO_BIN_EXE_chat-client-sync")),
        OUTPUT
    );
}

#[test]
fn either_talks_to_the_other() {
    let server = launch::Server::start(env!("CARGO_BIN_EXE_chat-server"));
    assert_eq!(
        server.run_client(env!("CARGO_BIN_EXE_chat-client-sync")),
        OUTPUT
    );
    let server = launch::Server::start(env!("CARGO_BIN_EXE_chat-server-sync"));
    assert_eq!(server.run_client(env!("CARGO_BIN_EXE_chat-client")), OUTPUT);
}
