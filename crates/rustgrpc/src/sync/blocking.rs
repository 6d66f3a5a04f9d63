//! Waiting on a thread for what is asynchronous.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::task::coop;

use super::runtime;
use crate::{RpcError, StatusCode};

/// The result of `future`, which may use the runtime. Refused where waiting would hold up an async runtime.
pub(super) fn wait<T>(future: impl Future<Output = Result<T, RpcError>>) -> Result<T, RpcError> {
    refuse_in_task()?;
    let runtime = runtime::handle().map_err(|error| no_runtime(&error))?;
    let _entered = runtime.enter();
    block_on(future)
}

/// The same for what cannot fail: waits wherever it is called.
pub(super) fn wait_anywhere<T>(future: impl Future<Output = T>) -> T {
    // Without a runtime no call has begun, and nothing needs it.
    let _entered = runtime::handle().ok().map(Handle::enter);
    block_on(future)
}

/// Begins what nobody waits for.
pub(super) fn begin(future: impl Future<Output = ()>) {
    let _entered = runtime::handle().ok().map(Handle::enter);
    let _ = pin!(future).poll(&mut Context::from_waker(Waker::noop()));
}

/// Fails on threads that an async runtime needs for its tasks.
pub(super) fn refuse_in_task() -> Result<(), RpcError> {
    if is_in_task() {
        let text = "A blocking call inside an async runtime would hold up its tasks: use grpc::aio, or tokio::task::spawn_blocking.";
        return Err(RpcError::new(StatusCode::FailedPrecondition, text));
    }
    Ok(())
}

pub(super) fn no_runtime(error: &std::io::Error) -> RpcError {
    let text = format!("Failed to start the runtime of blocking calls: {error}");
    RpcError::new(StatusCode::ResourceExhausted, text)
}

/// The moment `timeout` from now; `None` for no timeout, and for one that never ends.
pub(super) fn deadline(timeout: Option<Duration>) -> Option<Instant> {
    timeout.and_then(|timeout| Instant::now().checked_add(timeout))
}

/// Whether tokio polls a future on this thread. A thread that has merely entered a runtime, or was made by
/// `spawn_blocking`, may block; what tells them apart is that only tasks have a budget, which ends.
fn is_in_task() -> bool {
    if Handle::try_current().is_err() {
        return false;
    }
    let mut cx = Context::from_waker(Waker::noop());
    // Gives the budget back when it is dropped.
    let Poll::Ready(_first) = coop::poll_proceed(&mut cx) else {
        return true;
    };
    (0..=u8::MAX).any(|_| match coop::poll_proceed(&mut cx) {
        Poll::Ready(more) => {
            more.made_progress();
            false
        }
        Poll::Pending => true,
    })
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let unparker = Arc::new(Unparker {
        thread: thread::current(),
        woken: AtomicBool::new(false),
    });
    let waker = Waker::from(unparker.clone());
    let mut cx = Context::from_waker(&waker);
    // The budget of a task around it would end without being renewed.
    let mut future = pin!(coop::unconstrained(future));
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut cx) {
            return value;
        }
        while !unparker.woken.swap(false, Ordering::Acquire) {
            thread::park();
        }
    }
}

struct Unparker {
    thread: Thread,
    woken: AtomicBool,
}

impl Wake for Unparker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}
