//! A level that rises and wakes everyone who watches it: how a stopping server reaches its connections,
//! and a connection its calls.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Waker};

/// What a stopping server asks for; each level includes those below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Level {
    Run,
    /// Take no new calls, finish those that run.
    Drain,
    /// End the calls that run.
    Cancel,
    /// Let go of the connection.
    Close,
}

#[derive(Debug, Default)]
pub(crate) struct Halt {
    level: AtomicU8,
    watchers: Mutex<Watchers>,
}

#[derive(Debug, Default)]
struct Watchers {
    wakers: Vec<Option<Waker>>,
    free: Vec<usize>,
}

impl Halt {
    pub(crate) fn level(&self) -> Level {
        match self.level.load(Ordering::Acquire) {
            0 => Level::Run,
            1 => Level::Drain,
            2 => Level::Cancel,
            _ => Level::Close,
        }
    }

    pub(crate) fn raise(&self, level: Level) {
        self.level.fetch_max(level as u8, Ordering::AcqRel);
        let wakers: Vec<Waker> = {
            let watchers = self.watchers.lock().unwrap_or_else(PoisonError::into_inner);
            watchers.wakers.iter().flatten().cloned().collect()
        };
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// One who watches. Costs nothing until it has to wait.
#[derive(Debug)]
pub(crate) struct Watch {
    halt: Arc<Halt>,
    slot: Option<usize>,
    registered: Option<Waker>,
}

impl Watch {
    pub(crate) fn new(halt: Arc<Halt>) -> Self {
        Self {
            halt,
            slot: None,
            registered: None,
        }
    }

    /// The level now; the task is woken when it rises.
    pub(crate) fn poll(&mut self, cx: &Context<'_>) -> Level {
        if !self
            .registered
            .as_ref()
            .is_some_and(|waker| waker.will_wake(cx.waker()))
        {
            let mut watchers = self
                .halt
                .watchers
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let slot = *self.slot.get_or_insert_with(|| {
                watchers.free.pop().unwrap_or_else(|| {
                    watchers.wakers.push(None);
                    watchers.wakers.len() - 1
                })
            });
            watchers.wakers[slot] = Some(cx.waker().clone());
            self.registered = Some(cx.waker().clone());
        }
        self.halt.level()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(slot) = self.slot {
            let mut watchers = self
                .halt
                .watchers
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            watchers.wakers[slot] = None;
            watchers.free.push(slot);
        }
    }
}
