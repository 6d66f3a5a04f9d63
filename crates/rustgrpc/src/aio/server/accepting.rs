//! The connections that come to a listening socket.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
#[cfg(unix)]
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;

use super::Task;
use crate::server::connection;
use crate::server::halt::{Halt, Level, Watch};
use crate::server::port::Listener;
use crate::server::route::Router;
use crate::server::security::{Address, Security};
use crate::telemetry::server::ListenTelemetry;
use crate::telemetry::socket::Ends;

/// A pause after an error that accepting again at once would only repeat (too many open files).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// More connections do not wait to be accepted: the kernel's own bound.
#[cfg(unix)]
const MAX_WAITING: usize = 4096;

/// A listening socket.
pub(super) enum Acceptor {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener, Option<std::path::PathBuf>),
}

/// Accepts until the server stops.
pub(super) struct Accepting {
    pub(super) acceptor: Acceptor,
    pub(super) security: Arc<Security>,
    pub(super) router: Arc<Router>,
    pub(super) halt: Arc<Halt>,
    pub(super) tasks: Arc<watch::Sender<usize>>,
    pub(super) _listening: ListenTelemetry,
}

impl Acceptor {
    /// Must be called inside a tokio runtime.
    pub(super) fn new(listener: Listener) -> io::Result<Self> {
        match listener {
            Listener::Tcp(listener) => Ok(Self::Tcp(TcpListener::from_std(listener)?)),
            #[cfg(unix)]
            Listener::Unix(listener) => {
                let path = listener.local_addr()?.as_pathname().map(ToOwned::to_owned);
                Ok(Self::Unix(UnixListener::from_std(listener)?, path))
            }
        }
    }
}

impl Accepting {
    pub(super) async fn run(self, _task: Task) {
        let mut watch = Watch::new(self.halt.clone());
        loop {
            let accepted = std::future::poll_fn(|cx| match watch.poll(cx) {
                Level::Run => self.poll_accept(cx).map(Some),
                _ => Poll::Ready(None),
            });
            match accepted.await {
                Some(Ok(())) => {}
                Some(Err(_)) => tokio::time::sleep(ACCEPT_PAUSE).await,
                None => break,
            }
        }
        #[cfg(unix)]
        if self.halt.level() < Level::Close {
            // Who cannot be served any more finds the connection closed.
            let _ = self.serve_waiting();
        }
    }

    /// Serves the connections that were made before the server stopped: their callers may have sent calls.
    #[cfg(unix)]
    fn serve_waiting(&self) -> io::Result<()> {
        use std::os::fd::AsFd as _;
        use std::os::unix::net;

        match &self.acceptor {
            Acceptor::Tcp(listener) => {
                let listener = std::net::TcpListener::from(listener.as_fd().try_clone_to_owned()?);
                for _ in 0..MAX_WAITING {
                    let (stream, address) = listener.accept()?;
                    stream.set_nonblocking(true)?;
                    self.serve_tcp(TcpStream::from_std(stream)?, address);
                }
            }
            Acceptor::Unix(listener, _) => {
                let listener = listener.as_fd().try_clone_to_owned()?;
                let listener = net::UnixListener::from(listener);
                for _ in 0..MAX_WAITING {
                    let (stream, _) = listener.accept()?;
                    stream.set_nonblocking(true)?;
                    self.serve_unix(UnixStream::from_std(stream)?);
                }
            }
        }
        Ok(())
    }

    fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &self.acceptor {
            Acceptor::Tcp(listener) => listener
                .poll_accept(cx)
                .map_ok(|(stream, address)| self.serve_tcp(stream, address)),
            #[cfg(unix)]
            Acceptor::Unix(listener, _) => listener
                .poll_accept(cx)
                .map_ok(|(stream, _)| self.serve_unix(stream)),
        }
    }

    fn serve_tcp(&self, stream: TcpStream, address: SocketAddr) {
        // A socket that is gone already is found out by reading.
        let _ = stream.set_nodelay(true);
        let ends = Ends::of_tcp(&stream);
        self.serve(stream, Address::Tcp(address), &ends);
    }

    #[cfg(unix)]
    fn serve_unix(&self, stream: UnixStream) {
        let ends = Ends::of_unix(&stream);
        self.serve(stream, Address::Unix, &ends);
    }

    fn serve<T>(&self, io: T, address: Address, ends: &Ends)
    where
        T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        let task = Task::begin(&self.tasks);
        let (security, router) = (self.security.clone(), self.router.clone());
        let socket = router.telemetry.connected(ends, security.name());
        let halt = self.halt.clone();
        let serving = connection::serve(io, address, socket, security, router, halt);
        let serving: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(serving);
        drop(tokio::spawn(async move {
            serving.await;
            drop(task);
        }));
    }
}

#[cfg(unix)]
impl Drop for Acceptor {
    fn drop(&mut self) {
        if let Self::Unix(_, Some(path)) = self {
            // Someone else may have removed it.
            let _ = std::fs::remove_file(path);
        }
    }
}
