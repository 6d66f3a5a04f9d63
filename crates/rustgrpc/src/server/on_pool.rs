//! A servicer at work on a thread of a pool, seen by what drives the call as any other servicer at work.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use tokio::runtime::Handle;

use super::call::Call;
use super::exchange::panic_text;
use super::pool::ThreadPoolExecutor;
use super::service::Running;
use crate::wire::frame::Frame;
use crate::{Status, StatusCode};

/// What a servicer's stream may be ahead of the transport before its thread has to wait: messages, and bytes.
const MESSAGES_AHEAD: usize = 64;
const BYTES_AHEAD: usize = 256 << 10;

/// `running`, on a thread of `pool`. Dropping it takes the call out of the queue; a servicer that has begun is dropped
/// at its next `await`, as what blocks cannot be interrupted.
pub(crate) fn run_on_pool(pool: ThreadPoolExecutor, running: Running, call: Arc<Call>) -> Running {
    Box::pin(OnPool {
        pool,
        shift: Arc::new(Shift {
            call,
            state: Mutex::new(State {
                queued: Some(running),
                ..State::default()
            }),
            changed: Condvar::new(),
        }),
        submitted: false,
    })
}

struct OnPool {
    pool: ThreadPoolExecutor,
    shift: Arc<Shift>,
    submitted: bool,
}

/// What the pool's thread and the driver of the call share.
struct Shift {
    call: Arc<Call>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The servicer until a thread takes it.
    queued: Option<Running>,
    /// The servicer's future was woken.
    woken: bool,
    /// The thread waits until the driver has sent of what the servicer gave.
    ahead: bool,
    /// Nobody waits for the result any more.
    gone: bool,
    driver: Option<Waker>,
    result: Option<Result<Option<Frame>, Status>>,
}

impl Future for OnPool {
    type Output = Result<Option<Frame>, Status>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if !self.submitted {
            self.submitted = true;
            self.shift.lock().driver = Some(cx.waker().clone());
            let shift = self.shift.clone();
            // Servicers may use timers, sockets and tasks of the runtime that drives the call.
            let runtime = Handle::current();
            let job = Box::new(move || {
                let _entered = runtime.enter();
                shift.work();
            });
            return match self.pool.submit(job) {
                Ok(()) => Poll::Pending,
                Err(error) => {
                    let text = format!("Failed to start a thread: {error}");
                    Poll::Ready(Err(Status::new(StatusCode::ResourceExhausted, text)))
                }
            };
        }
        let mut state = self.shift.lock();
        let (messages, bytes) = self.shift.call.backlog();
        if state.ahead && messages <= MESSAGES_AHEAD / 2 && bytes <= BYTES_AHEAD / 2 {
            state.ahead = false;
            self.shift.changed.notify_one();
        }
        if messages > 0 {
            // They are taken before anything else.
            return Poll::Pending;
        }
        if let Some(result) = state.result.take() {
            return Poll::Ready(result);
        }
        match &mut state.driver {
            Some(known) => known.clone_from(cx.waker()),
            empty => *empty = Some(cx.waker().clone()),
        }
        Poll::Pending
    }
}

impl Drop for OnPool {
    fn drop(&mut self) {
        let queued = {
            let mut state = self.shift.lock();
            state.gone = true;
            state.queued.take()
        };
        self.shift.changed.notify_one();
        drop(queued);
    }
}

impl Shift {
    /// Runs the servicer on this thread, to its end or until nobody waits for it.
    fn work(self: &Arc<Self>) {
        let Some(mut running) = self.lock().queued.take() else {
            return;
        };
        let waker = Waker::from(self.clone());
        let mut cx = Context::from_waker(&waker);
        let result = loop {
            match catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(&mut cx))) {
                Ok(Poll::Ready(result)) => break result,
                Err(panic) => break Err(Status::raise(panic_text(&*panic))),
                Ok(Poll::Pending) if self.pause() => {}
                Ok(Poll::Pending) => return,
            }
        };
        drop(running);
        self.hand_in(result);
    }

    fn hand_in(&self, result: Result<Option<Frame>, Status>) {
        let driver = {
            let mut state = self.lock();
            state.result = Some(result);
            state.driver.take()
        };
        if let Some(driver) = driver {
            driver.wake();
        }
    }

    /// Waits until the servicer can go on; false when it need not.
    fn pause(&self) -> bool {
        let mut state = if self.call.take_handed_over() {
            let driver = self.lock().driver.take();
            if let Some(driver) = driver {
                driver.wake();
            }
            {
                let mut state = self.lock();
                let (messages, bytes) = self.call.backlog();
                state.ahead = messages >= MESSAGES_AHEAD || bytes >= BYTES_AHEAD;
            }
            self.wait_while(|state| state.ahead && !state.gone)
        } else {
            self.wait_while(|state| !state.woken && !state.gone)
        };
        state.woken = false;
        !state.gone
    }

    fn wait_while(&self, mut condition: impl FnMut(&State) -> bool) -> MutexGuard<'_, State> {
        self.changed
            .wait_while(self.lock(), |state| condition(state))
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Shift {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.lock().woken = true;
        self.changed.notify_one();
    }
}
