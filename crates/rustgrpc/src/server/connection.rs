//! One connection of a server, from the handshake to its end.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use h2::server::{self, SendResponse};
use h2::{Reason, RecvStream};
use http::{HeaderMap, Request};
use tokio::io::{AsyncRead, AsyncWrite};

use super::answer::{self, Answer};
use super::eager::Eager;
use super::exchange;
use super::halt::{Halt, Level, Watch};
use super::lifetime::{Lifetime, Term};
use super::linger::Lingering;
use super::route::{Refusal, Router, Routes};
use super::security::{Address, AuthContext, Peer, Security};
use crate::telemetry::socket::SocketTelemetry;
use crate::wire::frame::Frame;
use crate::wire::gathering::{Gathering, Hold};
use crate::wire::keepalive::Keepalive;
use crate::wire::settings;

/// How long a stopping server waits for the beginning of a connection that it has accepted.
const ON_ITS_WAY: Duration = Duration::from_millis(100);

/// Calls that a connection begins before other tasks get their turn.
const CALLS_PER_TURN: usize = 128;

/// The error code of the GOAWAY for a connection without calls, C-core's.
const IDLE: Reason = Reason::INTERNAL_ERROR;

/// Serves the calls that come over `io`, until the peer or `halt` ends the connection.
pub(crate) async fn serve<T>(
    io: T,
    address: Address,
    socket: SocketTelemetry,
    security: Arc<Security>,
    router: Arc<Router>,
    halt: Arc<Halt>,
) where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    // What a connection begins with, TLS above all, is larger than what it needs afterwards: it is given back.
    let beginning = Box::pin(begin(io, address, socket, security, router, halt));
    if let Some(connection) = beginning.await {
        connection.await;
    }
}

/// A connection that speaks HTTP/2.
type Speaking = Pin<Box<dyn Future<Output = ()> + Send>>;

async fn begin<T>(
    io: T,
    address: Address,
    socket: SocketTelemetry,
    security: Arc<Security>,
    router: Arc<Router>,
    halt: Arc<Halt>,
) -> Option<Speaking>
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    #[cfg_attr(not(feature = "tls"), expect(unused_mut))]
    let mut watch = Watch::new(halt);
    #[cfg(feature = "tls")]
    let timeout = router.settings.limits.handshake;
    let auth = match &*security {
        Security::Insecure => AuthContext::insecure(),
        Security::Local(kind) if kind.holds(address.ip()) => AuthContext::local(),
        Security::Local(_) => return None,
        #[cfg(feature = "tls")]
        Security::Tls(tls) => {
            let accept = tls.accept(io);
            let (io, auth) = until_halted(&mut watch, timeout, accept).await?.ok()?;
            let peer = Peer {
                address,
                auth,
                socket,
            };
            return speak_http2(io, peer, router, watch).await;
        }
    };
    let peer = Peer {
        address,
        auth,
        socket,
    };
    speak_http2(io, peer, router, watch).await
}

async fn speak_http2<T>(
    io: T,
    peer: Peer,
    router: Arc<Router>,
    mut watch: Watch,
) -> Option<Speaking>
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = router.settings.limits;
    let (io, hold) = Gathering::new(Lingering::new(io));
    let mut builder = server::Builder::new();
    if let Some(count) = limits.concurrent_streams {
        builder.max_concurrent_streams(count);
    }
    let handshake = builder
        .initial_window_size(settings::STREAM_WINDOW)
        .initial_connection_window_size(settings::CONNECTION_WINDOW)
        .max_frame_size(settings::MAX_FRAME_SIZE)
        .data_frame_budget(settings::SMALL_FRAMES)
        .max_header_list_size(settings::header_list_size(limits.metadata_size))
        .max_send_buffer_size(settings::SEND_BUFFER)
        .max_concurrent_reset_streams(settings::REMEMBERED_RESETS)
        .max_pending_accept_reset_streams(settings::UNSEEN_RESETS)
        .handshake::<_, Frame>(io);
    let timeout = limits.handshake;
    let connection = until_halted(&mut watch, timeout, handshake).await?;
    let mut connection = connection.ok()?;
    let keepalive = router.settings.keepalive;
    let keepalive = keepalive
        .and_then(|times| Keepalive::new(connection.ping_pong()?, times, peer.socket.clone()));
    Some(Box::pin(Connection {
        connection,
        keepalive,
        lifetime: Lifetime::new(limits),
        routes: router.routes(),
        router,
        peer: Arc::new(peer),
        watch,
        calls: Arc::default(),
        eager: Eager::new(),
        hold,
        draining: false,
    }))
}

/// A step of the beginning of a connection; `None` when it takes too long. Once the server stops, only what is on its
/// way is waited for: the calls behind it are answered as those of older connections are.
async fn until_halted<F: Future>(
    watch: &mut Watch,
    timeout: Duration,
    step: F,
) -> Option<F::Output> {
    let mut step = Box::pin(tokio::time::timeout(timeout, step));
    let mut last_wait = None;
    std::future::poll_fn(|cx| {
        let level = watch.poll(cx);
        if level >= Level::Cancel {
            return Poll::Ready(None);
        }
        if let Poll::Ready(done) = step.as_mut().poll(cx) {
            return Poll::Ready(done.ok());
        }
        if level >= Level::Drain {
            let wait = last_wait.get_or_insert_with(|| Box::pin(tokio::time::sleep(ON_ITS_WAY)));
            ready!(wait.as_mut().poll(cx));
            return Poll::Ready(None);
        }
        Poll::Pending
    })
    .await
}

struct Connection<T> {
    connection: server::Connection<Gathering<Lingering<T>>, Frame>,
    keepalive: Option<Keepalive>,
    lifetime: Option<Lifetime>,
    router: Arc<Router>,
    routes: Arc<Routes>,
    peer: Arc<Peer>,
    watch: Watch,
    /// Reaches the calls of this connection.
    calls: Arc<Halt>,
    eager: Eager,
    /// What a turn has to say leaves at its end.
    hold: Hold,
    draining: bool,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Connection<T> {
    fn begin(
        &mut self,
        request: Request<RecvStream>,
        mut respond: SendResponse<Frame>,
        cx: &mut Context<'_>,
    ) {
        match self
            .router
            .begin(&self.routes, request, &self.peer, &self.calls)
        {
            Ok(exchange) => {
                let may_be_short = exchange.may_be_short();
                let answer = Answer::new(exchange, respond);
                let answer = if may_be_short {
                    self.eager.begin(answer, cx)
                } else {
                    Some(answer)
                };
                if let Some(answer) = answer {
                    drop(tokio::spawn(answer));
                }
            }
            Err(Refusal::Reset(reason)) => respond.send_reset(reason),
            Err(Refusal::Status(code, details)) => {
                refuse(&mut respond, exchange::refusal(code, &details));
            }
            Err(Refusal::Disabled(encoding)) => {
                let enabled = self.router.settings.enabled;
                refuse(&mut respond, exchange::disabled(encoding, enabled));
            }
        }
    }
}

fn refuse(respond: &mut SendResponse<Frame>, headers: HeaderMap) {
    // Fails only when the caller has gone.
    let _ = respond.send_response(answer::head(headers), true);
}

impl<T: AsyncRead + AsyncWrite + Unpin> Future for Connection<T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let level = this.watch.poll(cx);
        if level >= Level::Drain && !this.draining {
            this.draining = true;
            this.connection.graceful_shutdown();
        }
        if level >= Level::Cancel && this.calls.level() < Level::Cancel {
            this.calls.raise(Level::Cancel);
        }
        if level >= Level::Close {
            return Poll::Ready(());
        }
        let mut begun = 0;
        this.eager.begin_turn();
        this.hold.set(true);
        loop {
            match this.connection.poll_accept(cx) {
                Poll::Ready(Some(Ok((request, respond)))) => {
                    this.begin(request, respond, cx);
                    this.hold.set(true);
                    begun += 1;
                    if begun == CALLS_PER_TURN {
                        cx.waker().wake_by_ref();
                        break;
                    }
                }
                Poll::Ready(_) => return Poll::Ready(()),
                // Now it is flushed.
                Poll::Pending if this.hold.is_held() => this.hold.set(false),
                Poll::Pending => break,
            }
        }
        let is_busy = begun > 0 || Arc::strong_count(&this.calls) > 1;
        if let Some(lifetime) = &mut this.lifetime
            && let Poll::Ready(term) = lifetime.poll(cx, is_busy)
        {
            match term {
                Term::Idle => this.connection.abrupt_shutdown(IDLE),
                Term::Aged => this.connection.graceful_shutdown(),
                Term::Overdue => return Poll::Ready(()),
            }
            // The connection has something to say.
            cx.waker().wake_by_ref();
        }
        if let Some(keepalive) = &mut this.keepalive
            && keepalive.poll_dead(cx, || true).is_ready()
        {
            this.connection.abrupt_shutdown(Reason::NO_ERROR);
            return Poll::Ready(());
        }
        Poll::Pending
    }
}
