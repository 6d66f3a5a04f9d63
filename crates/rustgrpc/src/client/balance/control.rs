//! The task that keeps a channel connected. It lives from the first wish for a connection until the channel is idle or
//! closed, and keeps no channel alive.

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::{Balancer, LoadBalancing, Setup, View, pick_first, round_robin};
use crate::client::connection::{self, Life, Link};
use crate::client::connector::{self, Connected};
use crate::client::target::Address;

/// A channel that someone wants connected at any time is not connected again in less than this.
const RECONNECT_PAUSE: Duration = Duration::from_millis(200);

/// Whatever the options say: attempts that fail at once are no busy loop.
const SHORTEST_BACKOFF: Duration = Duration::from_millis(10);

/// Looks at the use of connections per idle timeout.
const LOOKS: u32 = 4;

pub(super) type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

pub(super) struct Control {
    balancer: Weak<Balancer>,
    pub(super) setup: Arc<Setup>,
    views: watch::Receiver<View>,
    tasks: Arc<watch::Sender<usize>>,
    /// The channel knows that this task connects it no more.
    settled: AtomicBool,
    _task: Task,
}

/// Keeps the channel connected by its policy.
pub(super) async fn run(control: Control) {
    let balancer = control.balancer.clone();
    let mut views = control.views.clone();
    let closed = async {
        // An error means that the channel is gone, and every call with it.
        let _ = views
            .wait_for(|view| matches!(view, View::Closing | View::Closed))
            .await;
    };
    let policy = async {
        match control.setup.policy {
            LoadBalancing::PickFirst => pick_first::run(&control).await,
            LoadBalancing::RoundRobin => round_robin::run(&control).await,
        }
        pause_for_subscribers(&balancer).await;
    };
    race(closed, policy).await;
    drop(control);
    if let Some(balancer) = balancer.upgrade()
        && balancer.listeners.want_connection()
    {
        balancer.wake();
    }
}

impl Control {
    pub(super) fn new(balancer: &Arc<Balancer>) -> Self {
        Self {
            balancer: Arc::downgrade(balancer),
            setup: balancer.setup.clone(),
            views: balancer.view.subscribe(),
            tasks: balancer.tasks.clone(),
            settled: AtomicBool::new(false),
            _task: Task::begin(&balancer.tasks),
        }
    }

    /// The addresses of the channel's target.
    pub(super) async fn resolve(&self) -> Result<Vec<Address>, String> {
        let proxy = self.setup.dialing.proxy.as_ref();
        let target = proxy.map_or(&self.setup.target, |proxy| &proxy.target);
        let addresses = target.resolve().await?;
        self.setup.dialing.telemetry.set_addresses(&addresses);
        Ok(addresses)
    }

    pub(super) fn dial(&self, address: Address) -> Later<'static, Result<Connected, String>> {
        Box::pin(connector::connect(address, self.setup.dialing.clone()))
    }

    /// Runs a connection from now on.
    pub(super) fn adopt(&self, connected: Connected) -> (Link, Arc<Life>) {
        let task = Task::begin(&self.tasks);
        connection::spawn(connected, self.views.clone(), task)
    }

    pub(super) fn publish(&self, view: View) {
        if let Some(balancer) = self.balancer.upgrade() {
            balancer.change(|_| Some(view));
        }
    }

    /// Makes the channel idle, unless a call waits for a connection in the place of one that was lost.
    pub(super) fn rest(&self) -> bool {
        let Some(balancer) = self.balancer.upgrade() else {
            return true;
        };
        let resting =
            balancer.change(|view| (!matches!(view, View::Connecting)).then_some(View::Idle));
        self.settled.fetch_or(resting, Ordering::AcqRel);
        resting || balancer.is_closed()
    }

    /// Whether a call wanted a connection, or used one, since the last time this was asked.
    pub(super) fn take_wanted(&self) -> bool {
        self.balancer.upgrade().is_some_and(|balancer| {
            let used = balancer.view.borrow().take_used();
            balancer.wanted.swap(false, Ordering::Relaxed) | used
        })
    }

    /// Makes the channel idle. A call that came in between begins again.
    pub(super) fn end(&self) {
        self.settled.store(true, Ordering::Release);
        self.publish(View::Idle);
    }

    /// Resolves when there was no call for the idle timeout.
    pub(super) async fn idle(&self) {
        let Some(timeout) = self.setup.idle_timeout else {
            return std::future::pending().await;
        };
        let look = (timeout / LOOKS).max(Duration::from_millis(1));
        let mut unused = 0;
        while unused < LOOKS {
            sleep(look).await;
            unused = if self.take_wanted() { 0 } else { unused + 1 };
        }
    }

    /// Waits until the next attempt to connect is due; false when nobody has wanted one for long.
    pub(super) async fn pause(&self, failures: u32, wanted_at: &mut Instant) -> bool {
        if self.take_wanted() {
            *wanted_at = Instant::now();
        }
        let idle = self.setup.idle_timeout;
        if idle.is_some_and(|timeout| wanted_at.elapsed() > timeout) {
            return false;
        }
        sleep(self.backoff(failures)).await;
        true
    }

    pub(super) fn backoff(&self, failures: u32) -> Duration {
        self.setup.backoff.pause(failures).max(SHORTEST_BACKOFF)
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        // The runtime went away under the task: the next call begins again.
        if !*self.settled.get_mut()
            && let Some(balancer) = self.balancer.upgrade()
        {
            balancer.change(|_| Some(View::Idle));
        }
    }
}

/// One of the tasks that a closing channel waits for.
#[derive(Debug)]
pub(crate) struct Task(Arc<watch::Sender<usize>>);

impl Task {
    fn begin(tasks: &Arc<watch::Sender<usize>>) -> Self {
        tasks.send_modify(|count| *count += 1);
        Self(tasks.clone())
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// Resolves with the first of two futures; true for `one`.
pub(super) async fn race(one: impl Future<Output = ()>, other: impl Future<Output = ()>) -> bool {
    let mut one = pin!(one);
    let mut other = pin!(other);
    std::future::poll_fn(|cx| {
        if one.as_mut().poll(cx).is_ready() {
            return Poll::Ready(true);
        }
        other.as_mut().poll(cx).map(|()| false)
    })
    .await
}

async fn pause_for_subscribers(balancer: &Weak<Balancer>) {
    let wanted = balancer
        .upgrade()
        .is_some_and(|balancer| balancer.listeners.want_connection());
    if wanted {
        sleep(RECONNECT_PAUSE).await;
    }
}
