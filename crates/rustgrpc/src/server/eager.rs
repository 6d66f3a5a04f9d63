//! Which calls begin in the task of their connection: those that are likely to be over at once need none of their own.

use std::pin::Pin;
use std::task::Context;
use std::time::{Duration, Instant};

use tokio::runtime::{Handle, RuntimeFlavor};

/// With more threads than one, calls beyond these that arrive together are shared among them.
const AT_ONCE: u32 = 8;

/// A servicer that works longer than this before it first waits holds up its connection.
const SHORT: Duration = Duration::from_micros(100);

/// Calls that get tasks of their own after one that was not short.
const WARY: u32 = 256;

#[derive(Debug)]
pub(super) struct Eager {
    /// Whether another thread could do the work meanwhile.
    parallel: bool,
    /// Calls that may still begin here in this turn.
    left: u32,
    /// Calls that get a task of their own before the next one is tried here.
    wary: u32,
}

impl Eager {
    /// For the runtime of this task.
    pub(super) fn new() -> Self {
        let flavor = Handle::current().runtime_flavor();
        Self {
            parallel: flavor != RuntimeFlavor::CurrentThread,
            left: 0,
            wary: 0,
        }
    }

    /// The connection's task has been woken.
    pub(super) fn begin_turn(&mut self) {
        self.left = if self.parallel { AT_ONCE } else { u32::MAX };
    }

    /// Begins `call` here, if that is good; gives it back unless it is over.
    pub(super) fn begin<F>(&mut self, mut call: F, cx: &mut Context<'_>) -> Option<F>
    where
        F: Future<Output = ()> + Unpin,
    {
        if self.wary > 0 {
            self.wary -= 1;
            return Some(call);
        }
        if self.left == 0 {
            return Some(call);
        }
        self.left -= 1;
        let began = self.parallel.then(Instant::now);
        let is_over = Pin::new(&mut call).poll(cx).is_ready();
        if began.is_some_and(|began| began.elapsed() > SHORT) {
            self.wary = WARY;
        }
        (!is_over).then_some(call)
    }
}
