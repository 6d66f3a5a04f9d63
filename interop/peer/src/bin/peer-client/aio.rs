//! The checks with calls that are awaited.

/// What a call of one response ends with.
macro_rules! done {
    ($call:expr) => {
        $call.await
    };
}

/// What a method of a call object gives that waits.
macro_rules! get {
    ($method:expr) => {
        $method.await
    };
}

#[allow(clippy::duplicate_mod, reason = "mounted once for each face")]
#[path = "checks/mod.rs"]
mod checks;
mod tasks;

use std::pin::Pin;
use std::sync::LazyLock;

use tokio::runtime::Runtime;

use crate::runner::{Check, checks};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::new().expect("threads can be started"));

pub(crate) fn checks() -> Vec<Check> {
    let mut all = checks::all();
    all.extend(checks![
        tasks: are_cancelled_by_dropping_them, change_the_state, read_streams, write_to_channels;
    ]);
    all
}

fn drive(check: Pin<Box<dyn Future<Output = ()>>>) {
    RUNTIME.block_on(check);
}

/// What differs from the blocking face beside `await`.
mod face {
    use std::time::Duration;

    use rustgrpc as grpc;
    use rustgrpc::RpcError;
    use rustgrpc::aio::{Call, UnaryUnaryCall};
    pub(crate) use rustgrpc::aio::{Channel, insecure_channel, secure_channel};
    use tokio::task::JoinHandle;

    /// Requests for a stub.
    pub(crate) fn requests<T, const N: usize>(
        requests: [T; N],
    ) -> grpc::Requests<std::array::IntoIter<T, N>> {
        grpc::requests(requests)
    }

    pub(crate) async fn close(channel: &Channel) {
        channel.close(None).await;
    }

    pub(crate) async fn channel_ready(channel: &Channel) {
        channel.channel_ready().await.expect("a server is there");
    }

    pub(crate) async fn pause(time: Duration) {
        tokio::time::sleep(time).await;
    }

    /// Cancels the call when its initial metadata is there.
    pub(crate) fn cancel_when_begun(call: Call) {
        drop(tokio::spawn(async move {
            call.initial_metadata().await;
            call.cancel();
        }));
    }

    /// Begins a call without waiting for it.
    pub(crate) fn begin<Req, Rep>(
        call: UnaryUnaryCall<Req, Rep>,
    ) -> JoinHandle<Result<Rep, RpcError>>
    where
        UnaryUnaryCall<Req, Rep>:
            IntoFuture<Output = Result<Rep, RpcError>, IntoFuture: Send + 'static>,
        Rep: Send + 'static,
    {
        tokio::spawn(call.into_future())
    }

    /// What a call that was begun ends with.
    pub(crate) async fn finish<Rep>(
        call: JoinHandle<Result<Rep, RpcError>>,
    ) -> Result<Rep, RpcError> {
        call.await.expect("the task ends by itself")
    }

    /// A call of Python's one-shot class, for this face.
    pub(crate) fn one_shot<Req, Rep>(call: UnaryUnaryCall<Req, Rep>) -> UnaryUnaryCall<Req, Rep> {
        call
    }
}
