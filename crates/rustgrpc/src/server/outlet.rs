//! Where a handler's responses go: over the wire, or to the handler that wraps it.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;

use super::ServicerContext;
use super::call::Call;
use crate::Status;
use crate::wire::frame::Frame;

pub(crate) struct Outlet {
    call: Arc<Call>,
    /// `None`: over the wire.
    wrapper: Option<Arc<Slot>>,
}

/// The response that a wrapped handler gave last.
#[derive(Default)]
pub(crate) struct Slot(Mutex<Option<Bytes>>);

impl Outlet {
    pub(crate) fn wire(call: Arc<Call>) -> Self {
        Self {
            call,
            wrapper: None,
        }
    }

    pub(crate) fn wrapper(call: Arc<Call>, slot: Arc<Slot>) -> Self {
        Self {
            call,
            wrapper: Some(slot),
        }
    }

    pub(crate) fn call(&self) -> &Arc<Call> {
        &self.call
    }

    pub(crate) fn context(&self) -> ServicerContext {
        ServicerContext::new(self.call.clone())
    }

    /// The response of a method that gives one, as what the handler resolves to.
    pub(crate) fn only(&self, message: Bytes) -> Result<Option<Frame>, Status> {
        match &self.wrapper {
            None => self.call.frame(message).map(Some),
            Some(slot) => {
                slot.put(message);
                Ok(None)
            }
        }
    }

    /// One of the responses of a stream. The handler gives way with [`Handover`] afterwards.
    pub(crate) fn send(&self, message: Bytes) -> Result<(), Status> {
        match &self.wrapper {
            None => self.call.hand_over(self.call.frame(message)?),
            Some(slot) => slot.put(message),
        }
        Ok(())
    }

    /// Whether responses may wait for each other: not on a thread that a servicer may block, nor on their way to another handler.
    pub(crate) fn gathers(&self) -> bool {
        self.wrapper.is_none() && self.call.settings.thread_pool.is_none()
    }
}

impl Slot {
    pub(crate) fn take(&self) -> Option<Bytes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put(&self, message: Bytes) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(message);
    }
}

/// Gives way once, to what drives the handler: it takes the response and comes back without being woken.
pub(crate) struct Handover {
    pending: bool,
}

impl Handover {
    pub(crate) fn new() -> Self {
        Self { pending: true }
    }
}

impl Future for Handover {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::take(&mut self.pending) {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    }
}
