//! The client's checks against the server, without TLS: what needs no other implementation.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A server that is stopped when this is dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn check(server: &[&str], client: &[&str]) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_peer-server"))
        .args(server)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the server starts");
    let stdout = process.stdout.take().expect("stdout is piped");
    let _server = Server(process);
    let mut ports = String::new();
    BufReader::new(stdout)
        .read_line(&mut ports)
        .expect("the server tells its ports");
    let port: String = ports.chars().filter(char::is_ascii_digit).collect();
    let output = Command::new(env!("CARGO_BIN_EXE_peer-client"))
        .args([
            "--target",
            &format!("127.0.0.1:{port}"),
            "--flavour",
            "sync",
        ])
        .args(client)
        .output()
        .expect("the client starts");
    let lines = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{lines}\n{errors}");
    assert!(lines.contains(" passed, 0 failed, 14 skipped"), "{lines}");
}

#[test]
fn a_blocking_client_and_an_awaited_server() {
    check(&[], &["--sync"]);
}

#[test]
fn an_awaited_client_and_a_blocking_server() {
    check(&["--sync"], &[]);
}
