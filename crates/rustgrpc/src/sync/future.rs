//! A call that runs by itself.

use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::blocking::{deadline, no_runtime, refuse_in_task, wait_anywhere};
use super::runtime;
use crate::{Metadata, RpcError, StatusCode, aio};

/// A call of one response that runs while its caller does other things. Python's `grpc.Future`.
///
/// A clone is the same call. Dropping the last one cancels the call.
///
/// ```no_run
/// use rustgrpc as grpc;
/// use rustgrpc::health::{HealthCheckRequest, HealthStub};
/// use std::time::Duration;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let stub = HealthStub::new(&grpc::insecure_channel("localhost:50051"));
/// let future = stub.check(HealthCheckRequest::new()).future();
/// future.add_done_callback(|| println!("there is a response"));
/// let response = future.result(Duration::from_secs(1))?;
/// # drop(response);
/// # Ok(())
/// # }
/// ```
#[doc(alias = "Future")]
pub struct CallFuture<Rep> {
    owner: Arc<Owner<Rep>>,
}

/// Why a [`CallFuture`] has no result.
#[derive(Clone, Debug)]
pub enum FutureError {
    /// The call was not over in time. Python's `grpc.FutureTimeoutError`.
    Timeout,
    /// The call was cancelled by [`CallFuture::cancel`]. Python's `grpc.FutureCancelledError`.
    Cancelled,
    /// The call did not end with OK, or cannot be waited for here.
    Rpc(RpcError),
}

/// What the handles share; its end is the call's.
struct Owner<Rep> {
    call: aio::Call,
    shared: Arc<Shared<Rep>>,
}

struct Shared<Rep> {
    state: Mutex<State<Rep>>,
    changed: Condvar,
}

struct State<Rep> {
    result: Option<Result<Rep, FutureError>>,
    callbacks: Vec<Callback>,
}

type Callback = Box<dyn FnOnce() + Send>;

impl<Rep: Send + 'static> CallFuture<Rep> {
    /// Begins the call, which `call` tells about.
    pub(super) fn begin<F>(call: aio::Call, begin: impl FnOnce() -> F) -> Self
    where
        F: Future<Output = Result<Rep, RpcError>> + Send + 'static,
    {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                result: None,
                callbacks: Vec::new(),
            }),
            changed: Condvar::new(),
        });
        match runtime::handle() {
            Ok(runtime) => {
                let _entered = runtime.enter();
                let response = begin();
                let task = Task(shared.clone());
                drop(runtime.spawn(async move { task.0.finish(response.await) }));
            }
            Err(error) => shared.finish(Err(no_runtime(&error))),
        }
        Self {
            owner: Arc::new(Owner { call, shared }),
        }
    }
}

impl<Rep> CallFuture<Rep> {
    /// Waits for the response, at most for `timeout`; `None` waits as long as the call takes.
    pub fn result(&self, timeout: impl Into<Option<Duration>>) -> Result<Rep, FutureError>
    where
        Rep: Clone,
    {
        self.settled(timeout.into(), Clone::clone)?
    }

    /// Waits for the end of the call as [`result`](Self::result) does, and returns its error; `None` when it ended with OK.
    /// Errors of Rust have no traceback.
    #[doc(alias = "traceback")]
    pub fn exception(
        &self,
        timeout: impl Into<Option<Duration>>,
    ) -> Result<Option<RpcError>, FutureError> {
        let error = self.settled(timeout.into(), |result| result.as_ref().err().cloned())?;
        match error {
            None => Ok(None),
            Some(FutureError::Rpc(error)) => Ok(Some(error)),
            Some(cancelled) => Err(cancelled),
        }
    }

    /// Whether the call is over.
    pub fn done(&self) -> bool {
        self.owner.shared.lock().result.is_some()
    }

    /// Whether the call is not over.
    pub fn running(&self) -> bool {
        !self.done()
    }

    /// Whether the call was cancelled by [`cancel`](Self::cancel).
    pub fn cancelled(&self) -> bool {
        let state = self.owner.shared.lock();
        matches!(state.result, Some(Err(FutureError::Cancelled)))
    }

    /// Cancels the call, which is over then. False when it was over.
    pub fn cancel(&self) -> bool {
        let active = self.owner.shared.settle(Err(FutureError::Cancelled));
        self.owner.call.cancel();
        active
    }

    /// Calls `callback` when the call is over, on a thread where it may block; at once, on this one, when it is over
    /// already.
    #[doc(alias = "add_callback")]
    pub fn add_done_callback(&self, callback: impl FnOnce() + Send + 'static) {
        let mut state = self.owner.shared.lock();
        if state.result.is_none() {
            state.callbacks.push(Box::new(callback));
        } else {
            drop(state);
            callback();
        }
    }

    /// The code that the call ended with. Waits for the end of the call.
    pub fn code(&self) -> StatusCode {
        self.until_over(|result| match result {
            Ok(_) => StatusCode::Ok,
            Err(FutureError::Rpc(error)) => error.code(),
            Err(_) => StatusCode::Cancelled,
        })
    }

    /// The details that the call ended with. Waits for the end of the call.
    pub fn details(&self) -> String {
        let details = self.until_over(|result| match result {
            Ok(_) => None,
            Err(FutureError::Rpc(error)) => Some(error.details().to_owned()),
            Err(_) => Some("Locally cancelled by application!".to_owned()),
        });
        details.unwrap_or_else(|| wait_anywhere(self.owner.call.details()))
    }

    /// What the server sent before its first response. Waits for it; empty when the call ended without.
    pub fn initial_metadata(&self) -> Metadata {
        if self.cancelled() {
            return Metadata::new();
        }
        wait_anywhere(self.owner.call.initial_metadata())
    }

    /// What the server sent with the status. Waits for the end of the call.
    pub fn trailing_metadata(&self) -> Metadata {
        let metadata = self.until_over(|result| match result {
            Ok(_) => None,
            Err(FutureError::Rpc(error)) => Some(error.trailing_metadata().clone()),
            Err(_) => Some(Metadata::new()),
        });
        metadata.unwrap_or_else(|| wait_anywhere(self.owner.call.trailing_metadata()))
    }

    /// Whether the call is not over.
    pub fn is_active(&self) -> bool {
        self.running()
    }

    /// The time until the deadline, zero when it has passed; `None` without one.
    pub fn time_remaining(&self) -> Option<Duration> {
        self.owner.call.time_remaining()
    }

    fn settled<T>(
        &self,
        timeout: Option<Duration>,
        look: impl FnOnce(&Result<Rep, FutureError>) -> T,
    ) -> Result<T, FutureError> {
        if !self.done() && timeout != Some(Duration::ZERO) {
            refuse_in_task().map_err(FutureError::Rpc)?;
        }
        let shared = &self.owner.shared;
        let look = shared.wait(deadline(timeout), look);
        look.ok_or(FutureError::Timeout)
    }

    fn until_over<T>(&self, look: impl FnOnce(&Result<Rep, FutureError>) -> T) -> T {
        let seen = self.owner.shared.wait(None, look);
        seen.unwrap_or_else(|| unreachable!("without a deadline there is a result"))
    }
}

impl<Rep> Clone for CallFuture<Rep> {
    fn clone(&self) -> Self {
        Self {
            owner: self.owner.clone(),
        }
    }
}

impl<Rep> fmt::Debug for CallFuture<Rep> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallFuture")
            .field("done", &self.done())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for FutureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("the call was not over in time"),
            Self::Cancelled => f.write_str("the call was cancelled"),
            Self::Rpc(error) => error.fmt(f),
        }
    }
}

impl Error for FutureError {}

impl<Rep> Drop for Owner<Rep> {
    fn drop(&mut self) {
        self.call.cancel();
    }
}

/// Ends the call even when its task goes without a result.
struct Task<Rep>(Arc<Shared<Rep>>);

impl<Rep> Drop for Task<Rep> {
    fn drop(&mut self) {
        let lost = RpcError::new(StatusCode::Internal, "The call was lost");
        self.0.finish(Err(lost));
    }
}

impl<Rep> Shared<Rep> {
    fn finish(&self, result: Result<Rep, RpcError>) {
        self.settle(result.map_err(|error| FutureError::Rpc(error.rendezvous())));
    }

    /// False when there was a result.
    fn settle(&self, result: Result<Rep, FutureError>) -> bool {
        let mut state = self.lock();
        if state.result.is_some() {
            return false;
        }
        state.result = Some(result);
        let callbacks = std::mem::take(&mut state.callbacks);
        drop(state);
        self.changed.notify_all();
        if !callbacks.is_empty() {
            run(callbacks);
        }
        true
    }

    /// What `look` sees when there is a result; `None` when there is none at the deadline.
    fn wait<T>(
        &self,
        deadline: Option<Instant>,
        look: impl FnOnce(&Result<Rep, FutureError>) -> T,
    ) -> Option<T> {
        let mut state = self.lock();
        loop {
            if let Some(result) = &state.result {
                return Some(look(result));
            }
            state = match deadline {
                None => self
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return None;
                    }
                    let waited = self.changed.wait_timeout(state, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<Rep>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Calls back on a thread that may block, each whatever the others do.
fn run(callbacks: Vec<Callback>) {
    let run = move || {
        for callback in callbacks {
            drop(catch_unwind(AssertUnwindSafe(callback)));
        }
    };
    match runtime::handle() {
        Ok(runtime) => drop(runtime.spawn_blocking(run)),
        Err(_) => run(),
    }
}
