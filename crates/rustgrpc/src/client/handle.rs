//! A call seen from outside: what other tasks can ask and do.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::{Metadata, RpcError, StatusCode, deadline};

/// A call that runs or is over: its metadata, its status, its cancellation. Python's `grpc.aio.Call`.
///
/// A clone is the same call. Dropping it does nothing to the call; what it tells comes when whoever awaits the call
/// has got so far.
#[derive(Clone)]
pub struct Call {
    shared: Arc<Shared>,
}

#[derive(Default)]
pub(crate) struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    deadline: Option<Instant>,
    initial: Option<Metadata>,
    end: Option<End>,
    cancel_asked: bool,
    callbacks: Vec<Box<dyn FnOnce() + Send>>,
    waker: Option<Waker>,
}

#[derive(Clone)]
struct End {
    code: StatusCode,
    details: String,
    trailing: Metadata,
}

impl Call {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// What the server sent before its first response. Waits for it; empty when the call ended without.
    pub async fn initial_metadata(&self) -> Metadata {
        self.until(|state| {
            let over = state.end.is_some();
            state.initial.clone().or_else(|| over.then(Metadata::new))
        })
        .await
    }

    /// What the server sent with the status. Waits for the end of the call.
    pub async fn trailing_metadata(&self) -> Metadata {
        self.end().await.trailing
    }

    /// The code that the call ended with. Waits for the end of the call.
    pub async fn code(&self) -> StatusCode {
        self.end().await.code
    }

    /// The details that the call ended with. Waits for the end of the call.
    pub async fn details(&self) -> String {
        self.end().await.details
    }

    /// The code and the details as one line of text, empty for OK. Waits for the end of the call.
    pub async fn debug_error_string(&self) -> String {
        let end = self.end().await;
        match end.code {
            StatusCode::Ok => String::new(),
            code => format!("{}:{}", code.name(), end.details),
        }
    }

    /// Whether the call is over. Does not wait.
    pub fn done(&self) -> bool {
        !self.is_active()
    }

    /// Whether the call ended with CANCELLED. Does not wait.
    pub fn cancelled(&self) -> bool {
        let state = self.shared.lock();
        let code = state.end.as_ref().map(|end| end.code);
        code == Some(StatusCode::Cancelled)
    }

    /// Cancels the call: the server sees that, whoever awaits the call gets CANCELLED. False when the call is over.
    pub fn cancel(&self) -> bool {
        let waker = {
            let mut state = self.shared.lock();
            if state.end.is_some() || state.cancel_asked {
                return false;
            }
            state.cancel_asked = true;
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
        true
    }

    /// Whether the call is not over.
    pub fn is_active(&self) -> bool {
        self.shared.lock().end.is_none()
    }

    /// The time until the deadline, zero when it has passed; `None` without one, and before the call has begun.
    pub fn time_remaining(&self) -> Option<Duration> {
        self.shared.lock().deadline.map(deadline::remaining)
    }

    /// Calls `callback` at the end of the call, at once when it is over.
    pub fn add_done_callback(&self, callback: impl FnOnce() + Send + 'static) {
        let mut state = self.shared.lock();
        if state.end.is_none() {
            state.callbacks.push(Box::new(callback));
        } else {
            drop(state);
            callback();
        }
    }

    async fn end(&self) -> End {
        self.until(|state| state.end.clone()).await
    }

    async fn until<T>(&self, mut look: impl FnMut(&State) -> Option<T>) -> T {
        loop {
            let mut changed = std::pin::pin!(self.shared.changed.notified());
            changed.as_mut().enable();
            if let Some(seen) = look(&self.shared.lock()) {
                return seen;
            }
            changed.await;
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.shared.lock();
        let mut call = f.debug_struct("Call");
        if let Some(end) = &state.end {
            call.field("code", &end.code).field("details", &end.details);
        }
        call.finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn begin(&self, deadline: Option<Instant>) {
        self.lock().deadline = deadline;
    }

    /// Whether someone asked for cancellation; `waker` is woken when someone does.
    pub(crate) fn is_cancel_asked(&self, waker: &Waker) -> bool {
        let mut state = self.lock();
        state.waker = Some(waker.clone());
        state.cancel_asked
    }

    pub(crate) fn set_initial(&self, metadata: Metadata) {
        self.lock().initial = Some(metadata);
        self.changed.notify_waiters();
    }

    /// The call is over; an error of a call that was OK for the server counts.
    pub(crate) fn finish(&self, result: &Result<(String, Metadata), RpcError>) {
        let end = match result {
            Ok((details, trailing)) => End {
                code: StatusCode::Ok,
                details: details.clone(),
                trailing: trailing.clone(),
            },
            Err(error) => End {
                code: error.code(),
                details: error.details().to_owned(),
                trailing: error.trailing_metadata().clone(),
            },
        };
        let callbacks = {
            let mut state = self.lock();
            if state.end.is_some() {
                return;
            }
            state.end = Some(end);
            std::mem::take(&mut state.callbacks)
        };
        self.changed.notify_waiters();
        callbacks.into_iter().for_each(|callback| callback());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
