//! The requests that a caller streams.

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

use crate::{RpcError, StatusCode};

/// The requests of an iterator, as a stream: `stub.calculate_sum(grpc::requests([…]))`.
///
/// ```no_run
/// use rustgrpc as grpc;
/// use rustgrpc::protobuf::google::protobuf::Int64Value;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let channel = grpc::aio::insecure_channel("localhost:50051");
/// // What the stub's method `stub.calculate_sum(grpc::requests(…))` does:
/// let method = grpc::MethodDescriptor::stream_unary("/sum.SumService/CalculateSum");
/// let numbers = (1..=3).map(|number| Int64Value::new().with_value(number));
/// let sum: Int64Value = channel.stream_unary(method, grpc::requests(numbers)).await?;
/// # drop(sum);
/// # Ok(())
/// # }
/// ```
pub fn requests<I: IntoIterator>(iterator: I) -> Requests<I::IntoIter> {
    Requests {
        iterator: iterator.into_iter(),
    }
}

/// See [`requests`].
#[derive(Clone, Debug)]
pub struct Requests<I> {
    iterator: I,
}

impl<I: Iterator + Unpin> Stream for Requests<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.iterator.next())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.iterator.size_hint()
    }
}

/// Requests that are written while the call runs, by any task: hand the receiver to the stub, write to the writer.
///
/// The request stream ends with [`RequestWriter::done_writing`] or when the writer is dropped.
///
/// ```no_run
/// use rustgrpc as grpc;
/// use rustgrpc::protobuf::google::protobuf::StringValue;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let channel = grpc::aio::insecure_channel("localhost:50051");
/// let method = grpc::MethodDescriptor::stream_stream("/chat.ChatService/Chat");
/// let (writer, requests) = grpc::request_channel();
/// let mut call = channel.stream_stream(method, requests);
/// writer.write(StringValue::from("hello".to_owned())).await?;
/// let answer: Option<StringValue> = call.next().await?;
/// writer.done_writing();
/// # drop(answer);
/// # Ok(())
/// # }
/// ```
pub fn request_channel<T>() -> (RequestWriter<T>, RequestReceiver<T>) {
    let queue = Arc::new(Queue::new());
    (
        RequestWriter {
            queue: queue.clone(),
        },
        RequestReceiver {
            queue,
            by_call: false,
        },
    )
}

/// Requests that are written through the call object itself, as in Python when a call is made without an iterator:
/// `let mut call = stub.calculate_sum(grpc::writing()); call.write(request).await?; call.done_writing();`.
pub fn writing<T>() -> RequestReceiver<T> {
    RequestReceiver {
        queue: Arc::new(Queue::new()),
        by_call: true,
    }
}

/// The writing end of [`request_channel`].
pub struct RequestWriter<T> {
    queue: Arc<Queue<T>>,
}

impl<T> RequestWriter<T> {
    /// Sends a request, and waits until the call has taken it. Before the call has begun, it returns at once.
    ///
    /// Fails when the call is over or after [`done_writing`](Self::done_writing).
    pub async fn write(&self, request: T) -> Result<(), RpcError> {
        self.queue.push(request)?;
        if !self.queue.lock().begun {
            // A writer that never waits would leave the call no time to begin.
            tokio::task::yield_now().await;
        }
        std::future::poll_fn(|cx| self.queue.poll_taken(cx)).await
    }

    /// Ends the request stream.
    pub fn done_writing(&self) {
        self.queue.close();
    }
}

impl<T> Drop for RequestWriter<T> {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl<T> fmt::Debug for RequestWriter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestWriter").finish_non_exhaustive()
    }
}

/// The reading end of [`request_channel`], a stream of requests for a stub.
pub struct RequestReceiver<T> {
    queue: Arc<Queue<T>>,
    by_call: bool,
}

impl<T> Stream for RequestReceiver<T> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.queue.poll_take(cx)
    }
}

impl<T> Drop for RequestReceiver<T> {
    fn drop(&mut self) {
        self.queue.abandon();
    }
}

impl<T> fmt::Debug for RequestReceiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestReceiver").finish_non_exhaustive()
    }
}

/// The queue behind `requests`, when they are to be written through the call object.
pub(crate) fn queue_of<T: 'static>(requests: &dyn Any) -> Option<Arc<Queue<T>>> {
    let receiver = requests.downcast_ref::<RequestReceiver<T>>()?;
    receiver.by_call.then(|| receiver.queue.clone())
}

pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
}

struct State<T> {
    waiting: VecDeque<T>,
    /// Writers wait for the call.
    begun: bool,
    closed: bool,
    abandoned: bool,
    reader: Option<Waker>,
    writers: Vec<Waker>,
}

impl<T> Queue<T> {
    fn new() -> Self {
        let state = State {
            waiting: VecDeque::new(),
            begun: false,
            closed: false,
            abandoned: false,
            reader: None,
            writers: Vec::new(),
        };
        Self {
            state: Mutex::new(state),
        }
    }

    pub(crate) fn push(&self, request: T) -> Result<(), RpcError> {
        let mut state = self.lock();
        if state.abandoned {
            return Err(finished());
        }
        if state.closed {
            let text = "RPC is half closed after calling \"done_writing\".";
            return Err(RpcError::new(StatusCode::FailedPrecondition, text));
        }
        state.waiting.push_back(request);
        state.wake_reader();
        Ok(())
    }

    /// The call takes what is written, sooner or later: from now on writers wait for it.
    pub(crate) fn begin(&self) {
        self.lock().begun = true;
    }

    /// Ready when the call has taken all that was written.
    pub(crate) fn poll_taken(&self, cx: &mut Context<'_>) -> Poll<Result<(), RpcError>> {
        let mut state = self.lock();
        if state.waiting.is_empty() || (!state.begun && !state.abandoned) {
            return Poll::Ready(Ok(()));
        }
        if state.abandoned {
            return Poll::Ready(Err(finished()));
        }
        if !state
            .writers
            .iter()
            .any(|waker| waker.will_wake(cx.waker()))
        {
            state.writers.push(cx.waker().clone());
        }
        Poll::Pending
    }

    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.wake_reader();
    }

    fn poll_take(&self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.lock();
        state.begun = true;
        if let Some(request) = state.waiting.pop_front() {
            if state.waiting.is_empty() {
                state.wake_writers();
            }
            return Poll::Ready(Some(request));
        }
        if state.closed {
            return Poll::Ready(None);
        }
        state.reader = Some(cx.waker().clone());
        Poll::Pending
    }

    fn abandon(&self) {
        let mut state = self.lock();
        state.abandoned = true;
        state.wake_writers();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    fn wake_reader(&mut self) {
        if let Some(waker) = self.reader.take() {
            waker.wake();
        }
    }

    fn wake_writers(&mut self) {
        self.writers.drain(..).for_each(Waker::wake);
    }
}

fn finished() -> RpcError {
    RpcError::new(StatusCode::FailedPrecondition, "RPC already finished.")
}
