//! The connection of a channel: made when it is needed, made again when it is lost.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, Weak};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::connector;
use super::outcome::Outcome;
use super::target::Target;
use super::transport::Transport;
use crate::StatusCode;

/// C-core's delays between attempts to connect.
const FIRST_BACKOFF: Duration = Duration::from_secs(1);
const LONGEST_BACKOFF: Duration = Duration::from_secs(120);
const BACKOFF_FACTOR: f64 = 1.6;
const BACKOFF_JITTER: f64 = 0.2;

#[derive(Debug)]
pub(crate) struct Subchannel {
    target: Target,
    options: connector::Options,
    state: watch::Sender<State>,
}

#[derive(Clone, Debug)]
enum State {
    Idle,
    Connecting,
    Ready(Link),
    Failed {
        details: String,
        failures: u32,
        retry_at: Instant,
    },
    Closed,
}

/// A connection in use.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) transport: Transport,
    /// Tells this connection from those before and after it.
    id: u64,
}

impl Subchannel {
    pub(crate) fn new(target: Target, options: connector::Options) -> Arc<Self> {
        Arc::new(Self {
            target,
            options,
            state: watch::Sender::new(State::Idle),
        })
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// The connection that is there.
    pub(crate) fn link(&self) -> Option<Link> {
        match &*self.state.borrow() {
            State::Ready(link) => Some(link.clone()),
            _ => None,
        }
    }

    /// A connection, made if none is there. Without `wait_for_ready` one failure is the end.
    pub(crate) async fn connect(self: Arc<Self>, wait_for_ready: bool) -> Result<Link, Outcome> {
        let mut states = self.state.subscribe();
        loop {
            self.start_connecting();
            let state = states.borrow_and_update().clone();
            let retry_at = match state {
                State::Ready(link) => return Ok(link),
                State::Closed => return Err(closed()),
                State::Failed { details, .. } if !wait_for_ready => {
                    return Err(Outcome::new(StatusCode::Unavailable, details));
                }
                State::Failed { retry_at, .. } => Some(retry_at),
                State::Idle | State::Connecting => None,
            };
            let changed = states.changed();
            match retry_at {
                // Out of time is as good as changed: the next attempt is due.
                Some(at) => drop(tokio::time::timeout_at(at, changed).await),
                None => drop(changed.await),
            }
        }
    }

    /// A call found out that the connection takes no more calls.
    pub(crate) fn lost(&self, link: &Link) {
        self.forget(link.id);
    }

    pub(crate) fn close(&self) {
        self.state.send_replace(State::Closed);
    }

    pub(crate) fn is_closed(&self) -> bool {
        matches!(*self.state.borrow(), State::Closed)
    }

    fn start_connecting(self: &Arc<Self>) {
        let now = Instant::now();
        let mut failures = 0;
        let due = self.state.send_if_modified(|state| {
            failures = match state {
                State::Idle => 0,
                State::Failed {
                    failures, retry_at, ..
                } if *retry_at <= now => *failures,
                _ => return false,
            };
            *state = State::Connecting;
            true
        });
        if due {
            let subchannel = Arc::downgrade(self);
            drop(tokio::spawn(attempt(Connecting {
                subchannel,
                failures,
                settled: false,
            })));
        }
    }

    fn settle(&self, state: State) {
        self.state.send_if_modified(|old| {
            let connecting = matches!(old, State::Connecting);
            if connecting {
                *old = state;
            }
            connecting
        });
    }

    fn forget(&self, id: u64) {
        self.state.send_if_modified(|state| {
            let current = matches!(state, State::Ready(link) if link.id == id);
            if current {
                *state = State::Idle;
            }
            current
        });
    }
}

/// What calls on a closed channel end with.
pub(crate) fn closed() -> Outcome {
    Outcome::new(StatusCode::Cancelled, "Channel closed!")
}

/// Connects, and stays until the connection is gone. Keeps no channel alive: with the last one, and the last call, the
/// connection closes.
async fn attempt(connecting: Connecting) {
    let Some(subchannel) = connecting.subchannel.upgrade() else {
        return;
    };
    let connected = connector::connect(&subchannel.target, &subchannel.options).await;
    let (transport, mut driver) = match connected {
        Ok(connected) => connected,
        Err(details) => {
            let failures = connecting.failures;
            let retry_at = Instant::now() + backoff(failures);
            return connecting.settle(State::Failed {
                details,
                failures: failures + 1,
                retry_at,
            });
        }
    };
    let id = random();
    let mut states = subchannel.state.subscribe();
    let weak = connecting.subchannel.clone();
    connecting.settle(State::Ready(Link { transport, id }));
    drop(subchannel);
    let mut closing = Box::pin(async move {
        // An error means that the channel is gone: calls that still run go on.
        if states
            .wait_for(|state| matches!(state, State::Closed))
            .await
            .is_err()
        {
            std::future::pending::<()>().await;
        }
    });
    std::future::poll_fn(|cx| match driver.as_mut().poll(cx) {
        Poll::Ready(()) => Poll::Ready(()),
        Poll::Pending => closing.as_mut().poll(cx),
    })
    .await;
    // First, so that no call is opened on a connection that is known to be gone.
    if let Some(subchannel) = weak.upgrade() {
        subchannel.forget(id);
    }
    drop(driver);
}

/// An attempt that has not come to its end. When its runtime goes away under it, the next call begins another one.
struct Connecting {
    subchannel: Weak<Subchannel>,
    failures: u32,
    settled: bool,
}

impl Connecting {
    fn settle(mut self, state: State) {
        self.settled = true;
        if let Some(subchannel) = self.subchannel.upgrade() {
            subchannel.settle(state);
        }
    }
}

impl Drop for Connecting {
    fn drop(&mut self) {
        if let Some(subchannel) = self.subchannel.upgrade().filter(|_| !self.settled) {
            subchannel.settle(State::Idle);
        }
    }
}

fn backoff(failures: u32) -> Duration {
    let exponent = i32::try_from(failures.min(32)).unwrap_or(32);
    let delay = FIRST_BACKOFF
        .mul_f64(BACKOFF_FACTOR.powi(exponent))
        .min(LONGEST_BACKOFF);
    let unit = random() as f64 / u64::MAX as f64;
    delay.mul_f64(1.0 + BACKOFF_JITTER * (2.0 * unit - 1.0))
}

/// The standard library's hasher keys are its only source of randomness.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
