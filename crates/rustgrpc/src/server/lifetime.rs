//! How long a connection of a server may last.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::jitter::jitter;
use crate::wire::settings;

/// The share of its age by which a connection lives longer or shorter, C-core's.
const JITTER: f64 = 0.1;

/// What is set about the connections of a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) age: Option<Duration>,
    pub(crate) age_grace: Option<Duration>,
    pub(crate) idle: Option<Duration>,
    pub(crate) concurrent_streams: Option<u32>,
    /// Of one call.
    pub(crate) metadata_size: u32,
    /// Until a new connection speaks HTTP/2.
    pub(crate) handshake: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            age: None,
            age_grace: None,
            idle: None,
            concurrent_streams: None,
            metadata_size: settings::MAX_METADATA_SIZE,
            handshake: settings::HANDSHAKE_TIMEOUT,
        }
    }
}

/// What a connection has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Term {
    /// It had no call for too long.
    Idle,
    /// It takes no more calls.
    Aged,
    /// Calls that still run have had their grace.
    Overdue,
}

/// The times of one connection.
#[derive(Debug)]
pub(super) struct Lifetime {
    idle: Option<Duration>,
    /// When the last call was seen.
    busy_at: Instant,
    /// The next term of the age.
    age: Option<(Instant, Term)>,
    grace: Option<Duration>,
    timer: Pin<Box<Sleep>>,
}

impl Lifetime {
    /// `None` when nothing is set.
    pub(super) fn new(limits: Limits) -> Option<Self> {
        if limits.age.is_none() && limits.idle.is_none() {
            return None;
        }
        let now = Instant::now();
        let age = limits
            .age
            .and_then(|age| now.checked_add(jitter(age, JITTER)));
        Some(Self {
            idle: limits.idle,
            busy_at: now,
            age: age.map(|at| (at, Term::Aged)),
            grace: limits.age_grace,
            timer: Box::pin(sleep_until(now)),
        })
    }

    /// Ready when a term has come. `is_busy`: calls run, or one has begun.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, is_busy: bool) -> Poll<Term> {
        loop {
            let now = Instant::now();
            if is_busy {
                self.busy_at = now;
            }
            let idle = self.idle.and_then(|idle| self.busy_at.checked_add(idle));
            let next = [idle.map(|at| (at, Term::Idle)), self.age];
            let next = next.into_iter().flatten().min_by_key(|(at, _)| *at);
            let Some((at, term)) = next else {
                return Poll::Pending;
            };
            if at <= now {
                self.pass(term, now);
                return Poll::Ready(term);
            }
            if self.timer.deadline() != at {
                self.timer.as_mut().reset(at);
            }
            ready!(self.timer.as_mut().poll(cx));
        }
    }

    fn pass(&mut self, term: Term, now: Instant) {
        // Whatever it was, it is the last that the connection idles.
        self.idle = None;
        self.age = match (term, self.grace) {
            (Term::Aged, Some(grace)) => now.checked_add(grace).map(|at| (at, Term::Overdue)),
            _ => None,
        };
    }
}
