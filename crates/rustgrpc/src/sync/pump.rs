//! The thread that asks a caller's iterator for requests, which may take its time.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::Stream;

/// Requests that the iterator may be ahead of the transport.
const AHEAD: usize = 32;

/// The requests of an iterator as a stream. The thread begins when the stream is first asked, and ends with the iterator,
/// or after its next request when the stream is dropped.
pub(super) struct Pump<I: Iterator> {
    requests: Option<I>,
    lane: Arc<Lane<I::Item>>,
}

/// What the thread and the stream share.
struct Lane<T> {
    state: Mutex<State<T>>,
    room: Condvar,
}

struct State<T> {
    waiting: VecDeque<T>,
    /// The iterator has come to its end, or panicked.
    ended: bool,
    panic: Option<Box<dyn Any + Send>>,
    abandoned: bool,
    reader: Option<Waker>,
}

impl<I: Iterator<Item: Send + 'static> + Send + 'static> Pump<I> {
    pub(super) fn new(requests: Option<I>) -> Self {
        Self {
            requests,
            lane: Arc::new(Lane {
                state: Mutex::new(State {
                    waiting: VecDeque::new(),
                    ended: false,
                    panic: None,
                    abandoned: false,
                    reader: None,
                }),
                room: Condvar::new(),
            }),
        }
    }
}

impl<I: Iterator> Unpin for Pump<I> {}

impl<I: Iterator<Item: Send + 'static> + Send + 'static> Stream for Pump<I> {
    type Item = I::Item;

    /// Panics as the iterator did.
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<I::Item>> {
        if let Some(requests) = self.requests.take() {
            let lane = self.lane.clone();
            drop(tokio::task::spawn_blocking(move || lane.fill(requests)));
        }
        self.lane.poll_take(cx)
    }
}

impl<I: Iterator> Drop for Pump<I> {
    fn drop(&mut self) {
        self.lane.lock().abandoned = true;
        self.lane.room.notify_one();
    }
}

impl<T> Lane<T> {
    fn fill(&self, mut requests: impl Iterator<Item = T>) {
        loop {
            match catch_unwind(AssertUnwindSafe(|| requests.next())) {
                Ok(Some(request)) => {
                    if !self.push(request) {
                        return;
                    }
                }
                Ok(None) => return self.end(None),
                Err(panic) => return self.end(Some(panic)),
            }
        }
    }

    /// False when nobody wants requests any more.
    fn push(&self, request: T) -> bool {
        let mut state = self.lock();
        state.waiting.push_back(request);
        let reader = state.reader.take();
        drop(state);
        if let Some(reader) = reader {
            reader.wake();
        }
        let mut state = self.lock();
        while state.waiting.len() >= AHEAD && !state.abandoned {
            state = self
                .room
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        !state.abandoned
    }

    fn end(&self, panic: Option<Box<dyn Any + Send>>) {
        let mut state = self.lock();
        state.ended = true;
        state.panic = panic;
        let reader = state.reader.take();
        drop(state);
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    fn poll_take(&self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.lock();
        if let Some(request) = state.waiting.pop_front() {
            if state.waiting.len() == AHEAD / 2 {
                self.room.notify_one();
            }
            return Poll::Ready(Some(request));
        }
        if let Some(panic) = state.panic.take() {
            drop(state);
            resume_unwind(panic);
        }
        if state.ended {
            return Poll::Ready(None);
        }
        state.reader = Some(cx.waker().clone());
        Poll::Pending
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
