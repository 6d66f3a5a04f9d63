//! The official interop server: `interop-server --port=PORT`, port 0 for a free one.
//!
//! `--use_tls=true --tls_cert_file=… --tls_key_file=…` secures it. `--face=sync` runs the servicer on threads.
//! `--watch_compression=true` serves through axum, where a layer can see which requests are compressed:
//! `client_compressed_*` need that.

use axum::middleware;
use interop::flags::Flags;
use interop::servicer::TestService;
use interop::test_pb2_grpc::add_test_service_servicer_to_server;
use interop::{Failure, compression};
use rustgrpc as grpc;

const FLAGS: &[&str] = &[
    "port",
    "use_tls",
    "tls_cert_file",
    "tls_key_file",
    "face",
    "watch_compression",
];

fn main() -> Result<(), Failure> {
    let flags = Flags::parse(std::env::args().skip(1), FLAGS)?;
    let address = format!("127.0.0.1:{}", flags.get("port", 0_u16)?);
    let is_secure = flags.get("use_tls", false)?;
    match flags.text("face").unwrap_or("aio") {
        "aio" if flags.get("watch_compression", false)? => {
            if is_secure {
                return Err("--watch_compression has no TLS".into());
            }
            run(through_axum(&address))
        }
        "aio" => run(on_runtime(&address, credentials(&flags, is_secure)?)),
        "sync" => on_threads(&address, credentials(&flags, is_secure)?),
        other => Err(format!("--face={other}: aio or sync").into()),
    }
}

fn credentials(flags: &Flags, is_secure: bool) -> Result<grpc::ServerCredentials, Failure> {
    if !is_secure {
        return Ok(grpc::insecure_server_credentials());
    }
    let key = std::fs::read(flags.need("tls_key_file")?)?;
    let certificate = std::fs::read(flags.need("tls_cert_file")?)?;
    Ok(grpc::ssl_server_credentials(
        [(key, certificate)],
        None,
        false,
    )?)
}

fn run(serving: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.enable_all().build()?.block_on(serving)
}

async fn on_runtime(address: &str, credentials: grpc::ServerCredentials) -> Result<(), Failure> {
    let mut server = grpc::aio::server();
    add_test_service_servicer_to_server(TestService, &mut server);
    let port = server.add_secure_port(address, credentials)?;
    server.start().await?;
    announce(port);
    server.wait_for_termination().await;
    Ok(())
}

fn on_threads(address: &str, credentials: grpc::ServerCredentials) -> Result<(), Failure> {
    let mut server = grpc::server(grpc::ThreadPoolExecutor::new(10));
    add_test_service_servicer_to_server(TestService, &mut server);
    let port = server.add_secure_port(address, credentials)?;
    server.start()?;
    announce(port);
    server.wait_for_termination();
    Ok(())
}

async fn through_axum(address: &str) -> Result<(), Failure> {
    let mut server = grpc::aio::server();
    add_test_service_servicer_to_server(TestService, &mut server);
    let app = axum::Router::new()
        .fallback_service(server.into_service())
        .layer(middleware::from_fn(compression::watch));
    let listener = tokio::net::TcpListener::bind(address).await?;
    announce(listener.local_addr()?.port());
    Ok(axum::serve(listener, app).await?)
}

fn announce(port: u16) {
    println!("Listening on port {port}");
}
