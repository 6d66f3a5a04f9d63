//! Opens connections.

use std::io;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use h2::client;
use tokio::net::TcpStream;

use super::security::{Io, Security};
use super::target::{Address, Target};
use super::transport::Transport;
use crate::wire::frame::Frame;
use crate::wire::keepalive::Keepalive;
use crate::wire::settings;

/// How long connecting to one address may take, C-core's.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);

/// A number of streams that no server allows: what is allowed before the server has said so.
const NOT_SAID: usize = usize::MAX - 1;

/// How connections are made.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) keepalive: Option<(Duration, Duration)>,
    pub(crate) security: Security,
    /// Who the server has to prove to be.
    pub(crate) host: String,
}

/// A new connection, and what must be polled for it to do anything; that resolves when the connection is gone.
pub(crate) type Connected = (Transport, Pin<Box<dyn Future<Output = ()> + Send>>);

/// Connects to the first address that answers. The error is what calls end with, as UNAVAILABLE.
pub(crate) async fn connect(target: &Target, options: &Options) -> Result<Connected, String> {
    let mut last = String::new();
    for address in target.resolve().await? {
        let attempt = tokio::time::timeout(CONNECT_TIMEOUT, connect_to(&address, options));
        last = match attempt.await {
            Ok(Ok(connected)) => return Ok(connected),
            Ok(Err(text)) => text,
            Err(_) => format!("UNAVAILABLE: {address}: connection attempt timed out"),
        };
    }
    Err(format!(
        "failed to connect to all addresses; last error: {last}"
    ))
}

async fn connect_to(address: &Address, options: &Options) -> Result<Connected, String> {
    match address {
        Address::Tcp(tcp) => {
            let stream = TcpStream::connect(tcp).await.map_err(|error| {
                format!(
                    "UNKNOWN: {address}: Failed to connect to remote host: {}",
                    reason(&error)
                )
            })?;
            // A socket that is gone already is found out by the handshake.
            let _ = stream.set_nodelay(true);
            handshake(stream, address, options).await
        }
        #[cfg(unix)]
        Address::Unix(path) => {
            let stream = tokio::net::UnixStream::connect(path).await.map_err(|error| {
                let error = reason(&error);
                format!(
                    "FAILED_PRECONDITION: {address}: connect failed: addr: {address} error: {error}"
                )
            })?;
            handshake(stream, address, options).await
        }
    }
}

async fn handshake<T: Io + 'static>(
    io: T,
    address: &Address,
    options: &Options,
) -> Result<Connected, String> {
    match &options.security {
        Security::Insecure => speak_http2(io, address, options).await,
        security => {
            let io = security.secure(io, address, &options.host).await?;
            speak_http2(io, address, options).await
        }
    }
}

async fn speak_http2<T: Io + 'static>(
    io: T,
    address: &Address,
    options: &Options,
) -> Result<Connected, String> {
    let closed = || format!("UNAVAILABLE: {address}: Socket closed");
    let handshake = client::Builder::new()
        .enable_push(false)
        .initial_window_size(settings::STREAM_WINDOW)
        .initial_connection_window_size(settings::CONNECTION_WINDOW)
        .max_frame_size(settings::MAX_FRAME_SIZE)
        .max_header_list_size(settings::MAX_HEADER_LIST_SIZE)
        .max_send_buffer_size(settings::SEND_BUFFER)
        .max_concurrent_reset_streams(settings::REMEMBERED_RESETS)
        .max_local_error_reset_streams(None)
        .initial_max_send_streams(NOT_SAID)
        .handshake::<T, Frame>(io);
    let (sender, mut connection) = handshake.await.map_err(|_| closed())?;
    // A server that has not sent its settings may be none, or may not want this client.
    std::future::poll_fn(|cx| match Pin::new(&mut connection).poll(cx) {
        Poll::Ready(_) => Poll::Ready(Err(closed())),
        Poll::Pending if connection.max_concurrent_send_streams() == NOT_SAID => Poll::Pending,
        Poll::Pending => Poll::Ready(Ok(())),
    })
    .await?;
    let times = options.keepalive;
    let mut keepalive = times.and_then(|times| Keepalive::new(connection.ping_pong()?, times));
    let driver = std::future::poll_fn(move |cx| {
        if Pin::new(&mut connection).poll(cx).is_ready() {
            return Poll::Ready(());
        }
        match &mut keepalive {
            Some(keepalive) => keepalive.poll_dead(cx),
            None => Poll::Pending,
        }
    });
    Ok((Transport::Http2(sender), Box::pin(driver)))
}

/// The text of the operating system, without Rust's number behind it.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}
