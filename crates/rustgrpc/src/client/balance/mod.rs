//! The connections of a channel: a policy keeps them, calls pick one.

mod control;
mod pick_first;
mod round_robin;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;

use self::control::Control;
pub(crate) use self::control::Task;
use super::backoff::Backoff;
use super::connection::Link;
use super::connectivity::{Callback, ChannelConnectivity, Listeners, Subscription};
use super::connector::Dialing;
use super::outcome::Outcome;
use super::target::Target;
use crate::StatusCode;

/// How the calls of a channel are spread over the addresses of its target. Python's `grpc.lb_policy_name`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LoadBalancing {
    /// All calls go to the first address that answers.
    #[default]
    PickFirst,
    /// Calls go to all addresses that answer, in turn.
    RoundRobin,
}

/// What a balancer is made of.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) target: Target,
    pub(crate) policy: LoadBalancing,
    pub(crate) dialing: Dialing,
    pub(crate) backoff: Backoff,
    pub(crate) idle_timeout: Option<Duration>,
    /// How long the first address is tried before the next.
    pub(crate) attempt_delay: Duration,
    /// The name is not looked up more often.
    pub(crate) resolution_pause: Duration,
}

#[derive(Debug)]
pub(crate) struct Balancer {
    setup: Arc<Setup>,
    view: watch::Sender<View>,
    /// A call wanted a connection since someone looked last.
    wanted: AtomicBool,
    listeners: Listeners,
    /// The tasks that run for this channel.
    tasks: Arc<watch::Sender<usize>>,
}

/// What calls see of the connections.
#[derive(Debug)]
pub(crate) enum View {
    Idle,
    Connecting,
    Ready(Picker),
    /// The text is what calls end with that do not wait.
    Failed(Arc<str>),
    /// No new calls; those that run may finish.
    Closing,
    Closed,
}

#[derive(Debug)]
pub(crate) enum Picker {
    One(Link),
    Many { links: Vec<Link>, next: AtomicUsize },
}

impl Balancer {
    pub(crate) fn new(setup: Setup) -> Arc<Self> {
        Arc::new(Self {
            setup: Arc::new(setup),
            view: watch::Sender::new(View::Idle),
            wanted: AtomicBool::new(false),
            listeners: Listeners::default(),
            tasks: Arc::new(watch::Sender::new(0)),
        })
    }

    pub(crate) fn target(&self) -> &Target {
        &self.setup.target
    }

    /// The connection for a call, when one is there.
    pub(crate) fn pick(&self) -> Option<Link> {
        match &*self.view.borrow() {
            View::Ready(picker) => Some(picker.pick()),
            _ => None,
        }
    }

    /// A connection, made if none is there. Without `wait_for_ready` one failure is the end.
    pub(crate) async fn connect(self: Arc<Self>, wait_for_ready: bool) -> Result<Link, Outcome> {
        let mut views = self.view.subscribe();
        loop {
            self.wanted.store(true, Ordering::Relaxed);
            self.wake();
            match &*views.borrow_and_update() {
                View::Ready(picker) => return Ok(picker.pick()),
                View::Closing | View::Closed => return Err(closed()),
                View::Failed(details) if !wait_for_ready => {
                    return Err(Outcome::new(StatusCode::Unavailable, &**details));
                }
                View::Failed(_) | View::Idle | View::Connecting => {}
            }
            // Fails only without a sender, which is `self`.
            let _ = views.changed().await;
        }
    }

    /// A call found out that `link` takes no more calls.
    pub(crate) fn lost(&self, link: &Link) {
        self.change(|view| {
            let View::Ready(picker) = view else {
                return None;
            };
            let links = picker.links();
            let others: Vec<_> = links
                .iter()
                .filter(|other| !Arc::ptr_eq(other, link))
                .cloned()
                .collect();
            (others.len() < links.len()).then(|| View::of(others))
        });
        link.retire();
    }

    /// Closes all connections at once.
    pub(crate) fn close(&self) {
        self.change(|_| Some(View::Closed));
    }

    /// Takes no calls from now on, and closes the connections when those that run are over, at the latest after `grace`.
    pub(crate) async fn close_after(&self, grace: Duration) {
        let mut tasks = self.tasks.subscribe();
        if !grace.is_zero() {
            self.change(|view| (!matches!(view, View::Closed)).then_some(View::Closing));
            // Either way the rest is closed.
            let _ = tokio::time::timeout(grace, tasks.wait_for(|count| *count == 0)).await;
        }
        self.close();
        let _ = tasks.wait_for(|count| *count == 0).await;
    }

    pub(crate) fn is_closed(&self) -> bool {
        matches!(*self.view.borrow(), View::Closed)
    }

    pub(crate) fn connectivity(&self) -> ChannelConnectivity {
        self.view.borrow().connectivity()
    }

    /// Resolves when the state is another than `last`.
    pub(crate) async fn wait_for_change(&self, last: ChannelConnectivity) {
        // Fails only without a sender, which is `self`.
        let _ = self
            .view
            .subscribe()
            .wait_for(|view| view.connectivity() != last)
            .await;
    }

    pub(crate) fn subscribe(
        self: &Arc<Self>,
        try_to_connect: bool,
        callback: Callback,
    ) -> Subscription {
        let mut id = 0;
        let mut callback = Some(callback);
        // Under the lock of the view, so that the callback misses no state and hears none twice.
        self.view.send_if_modified(|view| {
            if let Some(callback) = callback.take() {
                id = self
                    .listeners
                    .add(callback, try_to_connect, view.connectivity());
            }
            false
        });
        self.listeners.tell();
        if try_to_connect {
            self.wake();
        }
        Subscription::new(Arc::downgrade(self), id)
    }

    pub(crate) fn listeners(&self) -> &Listeners {
        &self.listeners
    }

    /// Begins to connect, if nothing has been done about it. Does nothing outside a tokio runtime.
    pub(crate) fn wake(self: &Arc<Self>) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        if self.change(|view| matches!(view, View::Idle).then_some(View::Connecting)) {
            drop(runtime.spawn(control::run(Control::new(self))));
        }
    }

    /// Replaces the view, and tells. Nothing comes after closed, and only that after closing.
    fn change(&self, next: impl FnOnce(&View) -> Option<View>) -> bool {
        let changed = self.view.send_if_modified(|view| {
            let Some(next) = next(view) else {
                return false;
            };
            match view {
                View::Closed => return false,
                View::Closing if !matches!(next, View::Closed) => return false,
                View::Ready(picker) if !matches!(next, View::Ready(_)) => {
                    picker.links().iter().for_each(|link| link.retire());
                }
                _ => {}
            }
            if view.connectivity() != next.connectivity() {
                self.listeners.note(next.connectivity());
                self.setup.dialing.telemetry.set_state(next.connectivity());
            }
            *view = next;
            true
        });
        if changed {
            self.listeners.tell();
        }
        changed
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        // Those who watch keep the last view; it must not keep a connection.
        if let View::Ready(picker) = self.view.send_replace(View::Closing) {
            picker.links().iter().for_each(|link| link.retire());
        }
    }
}

impl View {
    fn of(mut links: Vec<Link>) -> Self {
        match links.len() {
            0 => Self::Connecting,
            1 => Self::Ready(Picker::One(links.swap_remove(0))),
            _ => Self::Ready(Picker::Many {
                links,
                next: AtomicUsize::new(0),
            }),
        }
    }

    fn connectivity(&self) -> ChannelConnectivity {
        match self {
            Self::Idle => ChannelConnectivity::Idle,
            Self::Connecting => ChannelConnectivity::Connecting,
            Self::Ready(_) => ChannelConnectivity::Ready,
            Self::Failed(_) => ChannelConnectivity::TransientFailure,
            Self::Closing | Self::Closed => ChannelConnectivity::Shutdown,
        }
    }

    /// Whether a call began on a connection since the last time this was asked, or runs.
    fn take_used(&self) -> bool {
        match self {
            // No short circuit: each connection is asked.
            Self::Ready(picker) => picker
                .links()
                .iter()
                .fold(false, |used, link| link.take_used() | used),
            _ => false,
        }
    }
}

impl Picker {
    fn pick(&self) -> Link {
        match self {
            Self::One(link) => link.clone(),
            Self::Many { links, next } => {
                links[next.fetch_add(1, Ordering::Relaxed) % links.len()].clone()
            }
        }
    }

    fn links(&self) -> &[Link] {
        match self {
            Self::One(link) => std::slice::from_ref(link),
            Self::Many { links, .. } => links,
        }
    }
}

/// What calls on a closed channel end with.
pub(crate) fn closed() -> Outcome {
    Outcome::new(StatusCode::Cancelled, "Channel closed!")
}
