//! Starts an example's server on a free port and runs its client against it, for the examples' tests.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// A running server; it is stopped when this is dropped.
pub struct Server {
    process: Child,
    port: u16,
}

impl Server {
    /// Starts the server binary and waits until it tells its port.
    pub fn start(binary: &str) -> Self {
        let mut process = Command::new(binary)
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{binary}: {error}"));
        let stdout = process.stdout.take().expect("stdout is piped");
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            let read = BufReader::new(stdout).read_line(&mut line);
            sender.send(read.map(|_| line))
        });
        // From here on, a panic stops the process.
        let mut server = Self { process, port: 0 };
        let line = receiver
            .recv_timeout(PATIENCE)
            .expect("the server says nothing")
            .unwrap();
        let port = line
            .trim()
            .strip_prefix("Listening on port ")
            .map(str::parse);
        server.port = port
            .unwrap_or_else(|| panic!("the server says {line:?}"))
            .unwrap();
        server
    }

    /// Runs the client binary against the server and returns what it printed.
    pub fn run_client(&self, binary: &str) -> String {
        let client = Command::new(binary)
            .arg(format!("localhost:{}", self.port))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{binary}: {error}"));
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || sender.send(client.wait_with_output()));
        let output = receiver
            .recv_timeout(PATIENCE)
            .expect("the client does not end")
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "{binary}: {}\n{errors}",
            output.status
        );
        String::from_utf8(output.stdout).expect("the client prints UTF-8")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
