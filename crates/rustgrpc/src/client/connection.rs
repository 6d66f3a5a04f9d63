//! One connection of a channel: what calls hold of it, and the task that runs it.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use tokio::sync::{Notify, watch};

use super::balance::{Task, View};
use super::connector::Connected;
use super::transport::Transport;
use crate::telemetry::socket::SocketTelemetry;

/// A connection in use. Whoever holds it is the picker of its channel or a call under way: the count says how many.
pub(crate) type Link = Arc<Connection>;

#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) transport: Transport,
    pub(crate) socket: SocketTelemetry,
    /// A call began since someone looked last.
    used: AtomicBool,
    life: Arc<Life>,
}

/// What is known of a connection by those who do not keep it open.
#[derive(Debug, Default)]
pub(crate) struct Life {
    /// Takes no calls any more.
    retired: AtomicBool,
    gone: Arc<Notify>,
    /// Why this side gave the connection up.
    fault: OnceLock<&'static str>,
}

impl Connection {
    pub(crate) fn note_use(&self) {
        self.used.store(true, Ordering::Relaxed);
    }

    /// Whether a call began since the last time this was asked, or runs. For the channel's picker.
    pub(crate) fn take_used(self: &Arc<Self>) -> bool {
        self.used.swap(false, Ordering::Relaxed) || Arc::strong_count(self) > 1
    }

    /// Takes no calls from now on; those that run go on.
    pub(crate) fn retire(&self) {
        self.life.retire();
    }

    /// Why this side gave the connection up, if it did.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        self.life.fault.get().copied()
    }

    /// Whether a call runs. For someone who holds the connection only to ask.
    fn has_calls(self: &Arc<Self>) -> bool {
        let picker = usize::from(!self.life.retired.load(Ordering::Relaxed));
        Arc::strong_count(self) > 1 + picker
    }
}

impl Life {
    /// Resolves when the connection takes no more calls.
    pub(crate) fn gone(&self) -> tokio::sync::futures::OwnedNotified {
        self.gone.clone().notified_owned()
    }

    fn retire(&self) {
        if !self.retired.swap(true, Ordering::AcqRel) {
            self.gone.notify_one();
        }
    }
}

/// Runs `connected` in a task until it is gone, or the channel is closed. The task keeps no channel alive: with the last
/// one, and the last call, the connection closes.
pub(crate) fn spawn(
    connected: Connected,
    views: watch::Receiver<View>,
    task: Task,
) -> (Link, Arc<Life>) {
    let life = Arc::<Life>::default();
    let link = Arc::new(Connection {
        transport: connected.transport,
        socket: connected.socket,
        used: AtomicBool::new(true),
        life: life.clone(),
    });
    let weak = Arc::downgrade(&link);
    let closed = Box::pin(closed(views));
    drop(tokio::spawn(Running {
        driver: connected.driver,
        is_busy: Box::new(move || weak.upgrade().is_some_and(|link| link.has_calls())),
        closed,
        end: End(life.clone()),
        _task: task,
    }));
    (link, life)
}

/// What runs a connection: resolves with the reason when it has to be given up, without one when it is gone.
pub(crate) type Driver =
    Box<dyn FnMut(&mut Context<'_>, &dyn Fn() -> bool) -> Poll<Option<&'static str>> + Send>;

struct Running {
    driver: Driver,
    is_busy: Box<dyn Fn() -> bool + Send>,
    closed: Pin<Box<dyn Future<Output = ()> + Send>>,
    // Last: calls learn why from it when the driver has gone.
    end: End,
    _task: Task,
}

impl Future for Running {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if let Poll::Ready(fault) = (this.driver)(cx, &*this.is_busy) {
            if let Some(fault) = fault {
                let _ = this.end.0.fault.set(fault);
            }
            // First, so that no call is opened on a connection that is known to be gone.
            this.end.0.retire();
            return Poll::Ready(());
        }
        this.closed.as_mut().poll(cx)
    }
}

/// Also when the runtime goes away under the connection.
struct End(Arc<Life>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.retire();
    }
}

async fn closed(mut views: watch::Receiver<View>) {
    // An error means that the channel is gone: calls that still run go on.
    if views
        .wait_for(|view| matches!(view, View::Closed))
        .await
        .is_err()
    {
        std::future::pending::<()>().await;
    }
}
