//! The server that the checks start, break and stop: `faults-server aio|sync PORT KEEPALIVE_MS TIMEOUT_MS`, 0 for no keepalive.
//!
//! Prints its port. A line `stop MILLISECONDS` on stdin stops it with that grace; it ends at once when stdin does.

use std::io::{BufRead, stdin};
use std::time::Duration;

use faults::Failure;
use faults::faults_pb2_grpc::add_faults_servicer_to_server;
use faults::servicer::Service;
use rustgrpc as grpc;

/// Threads of the blocking server.
const WORKERS: usize = 128;

fn main() -> Result<(), Failure> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [face, port, keepalive, timeout] = &arguments[..] else {
        return Err("faults-server aio|sync PORT KEEPALIVE_MS TIMEOUT_MS".into());
    };
    let address = format!("127.0.0.1:{port}");
    let keepalive = Duration::from_millis(keepalive.parse()?);
    let timeout = Duration::from_millis(timeout.parse()?);
    if face == "sync" {
        on_threads(&address, keepalive, timeout)
    } else {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.enable_all().build()?;
        runtime.block_on(on_runtime(&address, keepalive, timeout))
    }
}

async fn on_runtime(address: &str, keepalive: Duration, timeout: Duration) -> Result<(), Failure> {
    let builder = grpc::aio::Server::builder();
    let mut server = builder.keepalive(keepalive, timeout).build();
    add_faults_servicer_to_server(Service, &mut server);
    let port = server.add_insecure_port(address)?;
    server.start().await?;
    println!("Listening on port {port}");
    let grace = tokio::task::spawn_blocking(grace).await?;
    server.stop(grace?).await;
    Ok(())
}

fn on_threads(address: &str, keepalive: Duration, timeout: Duration) -> Result<(), Failure> {
    let builder = grpc::Server::builder(grpc::ThreadPoolExecutor::new(WORKERS));
    let mut server = builder.keepalive(keepalive, timeout).build();
    add_faults_servicer_to_server(Service, &mut server);
    let port = server.add_insecure_port(address)?;
    server.start()?;
    println!("Listening on port {port}");
    server.stop(grace()?).wait();
    Ok(())
}

/// Waits for the order to stop.
fn grace() -> Result<Duration, Failure> {
    let mut line = String::new();
    stdin().lock().read_line(&mut line)?;
    let Some(milliseconds) = line.trim().strip_prefix("stop ") else {
        std::process::exit(0);
    };
    Ok(Duration::from_millis(milliseconds.parse()?))
}
