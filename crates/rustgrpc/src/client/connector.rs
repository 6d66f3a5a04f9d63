//! Opens connections.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use h2::client;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::connection::Driver;
use super::proxy::Proxy;
use super::security::{Io, Security};
use super::target::Address;
use super::transport::Transport;
use crate::telemetry::client::{ChannelTelemetry, DialTelemetry};
use crate::telemetry::socket::{Ends, SocketTelemetry};
use crate::wire::frame::Frame;
use crate::wire::gathering::Gathering;
use crate::wire::keepalive::Keepalive;
use crate::wire::settings;

/// How connections are made.
#[derive(Clone, Debug)]
pub(crate) struct Dialing {
    /// How long one attempt may take.
    pub(crate) timeout: Duration,
    pub(crate) keepalive: Option<(Duration, Duration)>,
    pub(crate) keepalive_without_calls: bool,
    /// Of the server's headers, and of its trailers.
    pub(crate) max_metadata_size: u32,
    pub(crate) security: Security,
    /// What is connected to in place of the target.
    pub(crate) proxy: Option<Arc<Proxy>>,
    /// Who the server has to prove to be.
    pub(crate) host: String,
    /// Where to connect instead of to the addresses of the target.
    #[cfg(feature = "_in_process")]
    pub(crate) in_process: Option<super::in_process::InProcess>,
    pub(crate) telemetry: ChannelTelemetry,
}

/// A new connection, and what must be polled for it to do anything.
pub(crate) struct Connected {
    pub(crate) transport: Transport,
    pub(crate) driver: Driver,
    pub(crate) socket: SocketTelemetry,
}

/// Connects, and waits until the peer speaks HTTP/2. The error is what calls end with, after words of the policy.
pub(crate) async fn connect(address: Address, dialing: Dialing) -> Result<Connected, String> {
    let attempt = Attempt {
        telemetry: dialing.telemetry.dial(&address),
        address,
        dialing,
    };
    let result = match tokio::time::timeout(attempt.dialing.timeout, attempt.connect()).await {
        Ok(result) => result,
        Err(_) => Err(format!(
            "UNAVAILABLE: {}: connection attempt timed out",
            attempt.address
        )),
    };
    if result.is_err() {
        attempt.telemetry.failed();
    }
    result
}

struct Attempt {
    address: Address,
    dialing: Dialing,
    telemetry: DialTelemetry,
}

impl Attempt {
    async fn connect(&self) -> Result<Connected, String> {
        #[cfg(feature = "_in_process")]
        if let Some(in_process) = &self.dialing.in_process {
            let io = in_process.connect().map_err(|error| {
                format!("UNKNOWN: in-process: Failed to connect: {}", reason(&error))
            })?;
            return self.handshake(io, Ends::in_process()).await;
        }
        let address = &self.address;
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
                if let Some(proxy) = &self.dialing.proxy {
                    let opened = proxy.open(&stream).await;
                    opened.map_err(|text| format!("UNKNOWN: {address}: {text}"))?;
                }
                let ends = Ends::of_tcp(&stream);
                self.handshake(stream, ends).await
            }
            #[cfg(unix)]
            Address::Unix(path) => {
                let stream = tokio::net::UnixStream::connect(path).await.map_err(|error| {
                    let error = reason(&error);
                    format!(
                        "FAILED_PRECONDITION: {address}: connect failed: addr: {address} error: {error}"
                    )
                })?;
                let ends = Ends::of_unix(&stream);
                self.handshake(stream, ends).await
            }
        }
    }

    async fn handshake<T: Io + 'static>(&self, io: T, ends: Ends) -> Result<Connected, String> {
        match &self.dialing.security {
            Security::Insecure => self.speak_http2(io, ends).await,
            security => {
                let host = &self.dialing.host;
                let io = security.secure(io, &self.address, host).await?;
                self.speak_http2(io, ends).await
            }
        }
    }

    async fn speak_http2<T: Io + 'static>(&self, io: T, ends: Ends) -> Result<Connected, String> {
        let (io, hold) = Gathering::new(io);
        let handshake = client::Builder::new()
            .enable_push(false)
            .initial_window_size(settings::STREAM_WINDOW)
            .initial_connection_window_size(settings::CONNECTION_WINDOW)
            .max_frame_size(settings::MAX_FRAME_SIZE)
            .data_frame_budget(settings::SMALL_FRAMES)
            .max_header_list_size(settings::response_header_list_size(
                self.dialing.max_metadata_size,
            ))
            .max_send_buffer_size(settings::SEND_BUFFER)
            .max_concurrent_reset_streams(settings::REMEMBERED_RESETS)
            .max_local_error_reset_streams(None)
            .initial_max_send_streams(settings::NO_SETTINGS_YET)
            .handshake::<_, Frame>(io);
        let lost = || format!("UNAVAILABLE: {}: Socket closed", self.address);
        let (sender, mut connection) = handshake.await.map_err(|_| lost())?;
        let speaks = std::future::poll_fn(|cx| poll_settings(&mut connection, cx));
        speaks.await.map_err(|()| lost())?;
        let security = self.dialing.security.name();
        let socket = self.telemetry.connected(&ends, security);
        let mut keepalive = self
            .dialing
            .keepalive
            .and_then(|times| Keepalive::new(connection.ping_pong()?, times, socket.clone()));
        let always = self.dialing.keepalive_without_calls;
        Ok(Connected {
            transport: Transport::Http2(sender),
            socket,
            driver: Box::new(move |cx, is_busy| {
                // What the turn has to say leaves at its end, in one piece.
                for held in [true, false] {
                    hold.set(held);
                    if Pin::new(&mut connection).poll(cx).is_ready() {
                        return Poll::Ready(None);
                    }
                }
                if let Some(keepalive) = &mut keepalive {
                    ready!(keepalive.poll_dead(cx, || always || is_busy()));
                    return Poll::Ready(Some("ping timeout"));
                }
                Poll::Pending
            }),
        })
    }
}

/// Ready when the peer's SETTINGS are there: it speaks HTTP/2.
fn poll_settings<T: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut client::Connection<T, Frame>,
    cx: &mut Context<'_>,
) -> Poll<Result<(), ()>> {
    let closed = Pin::new(&mut *connection).poll(cx).is_ready();
    // A peer that says hello and goodbye at once was there: its connection is lost later, without a failure to connect.
    if connection.max_concurrent_send_streams() != settings::NO_SETTINGS_YET {
        return Poll::Ready(Ok(()));
    }
    if closed {
        return Poll::Ready(Err(()));
    }
    Poll::Pending
}

/// The text of the operating system, without Rust's number behind it.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}
