//! A server for clients of any implementation: the services of the tutorials, `peer.v1.Lab`, health and reflection.
//!
//! ```text
//! peer-server [--host 127.0.0.1] [--port 0] [--certs DIR [--tls-port 0] [--mtls-port 0]] [--sync]
//! ```
//!
//! `--sync` runs the same servicers on the threads of a blocking server. The first line on stdout is a JSON object with
//! the ports: `{"insecure": 50051, "tls": null, "mtls": null}`.

mod arguments;
mod cancellations;
mod lab;
mod register;
mod tutorials;

use std::error::Error;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use grpc::ServerCredentials;
use rustgrpc as grpc;

use arguments::Arguments;

rustgrpc::include_protos!();

/// As many calls run at once on a blocking server.
const THREADS: usize = 64;

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(error) => {
            eprintln!("peer-server: {error}");
            return ExitCode::from(2);
        }
    };
    let served = match arguments.sync {
        true => serve_on_threads(&arguments),
        false => serve(&arguments),
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("peer-server: {error}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn serve(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let mut server = grpc::aio::server();
    register::register(&mut server);
    let ports = listen(arguments, |address, credentials| {
        server.add_secure_port(address, credentials)
    })?;
    server.start().await?;
    println!("{ports}");
    server.wait_for_termination().await;
    Ok(())
}

fn serve_on_threads(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let mut server = grpc::server(grpc::ThreadPoolExecutor::new(THREADS));
    register::register(&mut server);
    let ports = listen(arguments, |address, credentials| {
        server.add_secure_port(address, credentials)
    })?;
    server.start()?;
    println!("{ports}");
    server.wait_for_termination();
    Ok(())
}

/// Adds the ports with `add`, and describes them.
fn listen(
    arguments: &Arguments,
    mut add: impl FnMut(String, ServerCredentials) -> io::Result<u16>,
) -> io::Result<String> {
    let host = &arguments.host;
    let mut add = |port: u16, credentials| add(format!("{host}:{port}"), credentials);
    let insecure = add(arguments.port, grpc::insecure_server_credentials())?;
    let (mut tls, mut mtls) = ("null".to_owned(), "null".to_owned());
    if let Some(certs) = &arguments.certs {
        tls = add(arguments.tls_port, credentials(certs, false)?)?.to_string();
        mtls = add(arguments.mtls_port, credentials(certs, true)?)?.to_string();
    }
    Ok(format!(
        r#"{{"insecure": {insecure}, "tls": {tls}, "mtls": {mtls}}}"#
    ))
}

/// TLS with the certificates in `certs`; `mutual` asks callers for one that `ca.crt` has signed.
fn credentials(certs: &Path, mutual: bool) -> io::Result<ServerCredentials> {
    let read = |name: &str| {
        let path = certs.join(name);
        std::fs::read(&path)
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
    };
    let pair = (read("server.key")?, read("server.crt")?);
    let roots = mutual.then(|| read("ca.crt")).transpose()?;
    grpc::ssl_server_credentials([pair], roots.as_deref(), mutual)
}
