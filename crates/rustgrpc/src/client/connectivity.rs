//! The states of a channel, and who wants to hear of them.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::balance::Balancer;

/// What a channel is about. Python's `grpc.ChannelConnectivity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChannelConnectivity {
    /// Not connected, and not trying to be.
    #[doc(alias = "IDLE")]
    Idle,
    /// On the way to a connection.
    #[doc(alias = "CONNECTING")]
    Connecting,
    /// Connected: calls go out at once.
    #[doc(alias = "READY")]
    Ready,
    /// No connection could be made; the next attempt comes by itself.
    #[doc(alias = "TRANSIENT_FAILURE")]
    TransientFailure,
    /// Closed for good.
    #[doc(alias = "SHUTDOWN")]
    Shutdown,
}

impl ChannelConnectivity {
    /// The name in Python: `READY`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idle => "IDLE",
            Self::Connecting => "CONNECTING",
            Self::Ready => "READY",
            Self::TransientFailure => "TRANSIENT_FAILURE",
            Self::Shutdown => "SHUTDOWN",
        }
    }
}

impl fmt::Display for ChannelConnectivity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChannelConnectivity.{}", self.name())
    }
}

/// A callback that hears of a channel's states, until this is dropped. Python's `channel.unsubscribe(callback)`.
#[must_use = "the callback hears nothing after this is dropped"]
pub struct Subscription {
    balancer: Weak<Balancer>,
    id: u64,
}

impl Subscription {
    pub(crate) fn new(balancer: Weak<Balancer>, id: u64) -> Self {
        Self { balancer, id }
    }

    /// Of a channel that never changes its state.
    pub(crate) fn none() -> Self {
        Self::new(Weak::new(), 0)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(balancer) = self.balancer.upgrade() {
            balancer.listeners().remove(self.id);
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

pub(crate) type Callback = Box<dyn FnMut(ChannelConnectivity) + Send>;

/// Tells every callback every state, in order, one at a time, with no lock held that a callback could want.
#[derive(Default)]
pub(crate) struct Listeners {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    listeners: Vec<Listener>,
    untold: VecDeque<(Option<u64>, ChannelConnectivity)>,
    telling: bool,
    next_id: u64,
}

struct Listener {
    id: u64,
    try_to_connect: bool,
    callback: Arc<Mutex<Callback>>,
}

impl Listeners {
    /// The new listener is told the state `now` first.
    pub(crate) fn add(
        &self,
        callback: Callback,
        try_to_connect: bool,
        now: ChannelConnectivity,
    ) -> u64 {
        let mut state = self.lock();
        state.next_id += 1;
        let id = state.next_id;
        state.listeners.push(Listener {
            id,
            try_to_connect,
            callback: Arc::new(Mutex::new(callback)),
        });
        state.untold.push_back((Some(id), now));
        id
    }

    pub(crate) fn remove(&self, id: u64) {
        let mut state = self.lock();
        let at = state
            .listeners
            .iter()
            .position(|listener| listener.id == id);
        let gone = at.map(|at| state.listeners.swap_remove(at));
        drop(state);
        // What the callback holds may want the lock when it goes.
        drop(gone);
    }

    /// Notes a state; [`tell`](Self::tell) must follow.
    pub(crate) fn note(&self, connectivity: ChannelConnectivity) {
        let mut state = self.lock();
        if !state.listeners.is_empty() {
            state.untold.push_back((None, connectivity));
        }
    }

    /// Tells what has been noted, unless someone is at it.
    pub(crate) fn tell(&self) {
        let mut state = self.lock();
        if state.telling {
            return;
        }
        state.telling = true;
        while let Some((only, connectivity)) = state.untold.pop_front() {
            let callbacks: Vec<_> = state
                .listeners
                .iter()
                .filter(|listener| only.is_none_or(|id| id == listener.id))
                .map(|listener| listener.callback.clone())
                .collect();
            drop(state);
            for callback in callbacks {
                let mut callback = callback.lock().unwrap_or_else(PoisonError::into_inner);
                // A callback that panics has its message on stderr; the others still hear.
                let _ = catch_unwind(AssertUnwindSafe(|| (*callback)(connectivity)));
            }
            state = self.lock();
        }
        state.telling = false;
    }

    /// Whether someone wants the channel to be connected always.
    pub(crate) fn want_connection(&self) -> bool {
        self.lock()
            .listeners
            .iter()
            .any(|listener| listener.try_to_connect)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Listeners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listeners").finish_non_exhaustive()
    }
}
