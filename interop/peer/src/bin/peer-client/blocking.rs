//! The checks with calls that block. They are `async` in name only: nothing in them is awaited that has to wait.

/// What a call of one response ends with.
macro_rules! done {
    ($call:expr) => {
        $call.wait()
    };
}

/// What a method of a call object gives that waits.
macro_rules! get {
    ($method:expr) => {
        $method
    };
}

#[allow(clippy::duplicate_mod, reason = "mounted once for each face")]
#[path = "checks/mod.rs"]
mod checks;
mod futures;
mod iterators;

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::runner::{Check, checks};

pub(crate) fn checks() -> Vec<Check> {
    let mut all = checks::all();
    all.extend(checks![
        futures: give_results, are_cancelled, fail;
        iterators: of_requests_may_block, of_responses_end_once, cannot_block_tasks;
    ]);
    all
}

fn drive(mut check: Pin<Box<dyn Future<Output = ()>>>) {
    let mut cx = Context::from_waker(Waker::noop());
    assert_eq!(check.as_mut().poll(&mut cx), Poll::Ready(()));
}

/// What differs from the awaited face beside `wait`.
mod face {
    use std::thread;
    use std::time::Duration;

    use rustgrpc::{Call, CallFuture, FutureError, UnaryUnaryCall, aio};
    pub(crate) use rustgrpc::{Channel, insecure_channel, secure_channel};

    /// Requests for a stub.
    pub(crate) fn requests<T, const N: usize>(requests: [T; N]) -> [T; N] {
        requests
    }

    pub(crate) async fn close(channel: &Channel) {
        channel.close();
    }

    pub(crate) async fn channel_ready(channel: &Channel) {
        channel.channel_ready(None).expect("a server is there");
    }

    pub(crate) async fn pause(time: Duration) {
        thread::sleep(time);
    }

    /// Cancels the call when its initial metadata is there.
    pub(crate) fn cancel_when_begun(call: Call) {
        thread::spawn(move || {
            call.initial_metadata();
            call.cancel();
        });
    }

    /// Begins a call without waiting for it.
    pub(crate) fn begin<Req, Rep: Send + 'static>(
        call: UnaryUnaryCall<Req, Rep>,
    ) -> CallFuture<Rep> {
        call.future()
    }

    /// What a call that was begun ends with.
    pub(crate) async fn finish<Rep: Clone>(call: CallFuture<Rep>) -> Result<Rep, FutureError> {
        call.result(None)
    }

    /// A call of Python's one-shot class, for this face.
    pub(crate) fn one_shot<Req, Rep>(
        call: aio::UnaryUnaryCall<Req, Rep>,
    ) -> UnaryUnaryCall<Req, Rep> {
        call.blocking()
    }
}
