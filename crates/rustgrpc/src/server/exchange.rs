//! One call on the server, as the sequence of what has to be sent. Knows nothing of the transport.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};

use http::header::{CONTENT_TYPE, HeaderMap};
use tokio::time::{Sleep, sleep_until};

use super::call::Call;
use super::halt::{Level, Watch};
use super::service::Running;
use crate::telemetry::server::CallTelemetry;
use crate::wire::compression::{Enabled, Encoding};
use crate::wire::frame::Frame;
use crate::wire::header::{self, APPLICATION_GRPC, GRPC_ACCEPT_ENCODING, GRPC_ENCODING};
use crate::{Metadata, Status, StatusCode};

/// What is to be sent next.
#[derive(Debug)]
pub(crate) enum Event {
    /// The response headers; messages or trailers follow.
    Head(HeaderMap),
    Message(Frame),
    /// The end.
    Trailers(HeaderMap),
    /// Headers and end in one.
    TrailersOnly(HeaderMap),
}

/// The trailers of a call that ended well.
static OK: LazyLock<HeaderMap> = LazyLock::new(|| {
    let mut headers = HeaderMap::with_capacity(2);
    header::write_status(StatusCode::Ok, "", &mut headers);
    headers
});

pub(crate) struct Exchange {
    call: Arc<Call>,
    running: Option<Running>,
    deadline: Option<Pin<Box<Sleep>>>,
    halt: Watch,
    head_sent: bool,
    frame: Option<Frame>,
    end: Option<HeaderMap>,
    telemetry: CallTelemetry,
}

impl Exchange {
    pub(crate) fn new(
        call: Arc<Call>,
        running: Running,
        halt: Watch,
        telemetry: CallTelemetry,
    ) -> Self {
        Self {
            call,
            running: Some(running),
            deadline: None,
            halt,
            head_sent: false,
            frame: None,
            end: None,
            telemetry,
        }
    }

    /// What is to be sent next; `None` after the end.
    pub(crate) fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        loop {
            if let Some(event) = self.ready_event() {
                return Poll::Ready(Some(event));
            }
            let Some(running) = &mut self.running else {
                return Poll::Ready(None);
            };
            match catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(cx))) {
                // The servicer may be done before its cancellation is seen here, on a thread of its own above all.
                Ok(Poll::Ready(_)) | Err(_) if self.call.is_cancel_asked() => {
                    let _ = self.interrupt(StatusCode::Cancelled, "CANCELLED");
                }
                Ok(Poll::Ready(Ok(frame))) => self.complete(frame),
                Ok(Poll::Ready(Err(status))) => self.fail(status),
                Err(panic) => self.fail(Status::raise(panic_text(&*panic))),
                Ok(Poll::Pending) => {
                    self.frame = self.call.take_frame(cx.waker());
                    if self.frame.is_some() {
                        continue;
                    }
                    if !self.head_sent && self.call.answer().initial.is_some() {
                        return Poll::Ready(Some(self.head()));
                    }
                    if self.poll_interrupt(cx).is_pending() {
                        return Poll::Pending;
                    }
                }
            }
        }
    }

    /// Ready when something ends the call whatever the servicer does: then the end is the next event.
    pub(crate) fn poll_interrupt(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.running.is_none() {
            return Poll::Ready(());
        }
        if self.call.is_cancel_asked() {
            return self.interrupt(StatusCode::Cancelled, "CANCELLED");
        }
        if let Some(deadline) = self.call.deadline {
            let sleep = self
                .deadline
                .get_or_insert_with(|| Box::pin(sleep_until(deadline)));
            if sleep.as_mut().poll(cx).is_ready() {
                return self.interrupt(StatusCode::DeadlineExceeded, "Deadline Exceeded");
            }
        }
        if self.halt.poll(cx) >= Level::Cancel {
            return self.interrupt(StatusCode::Unavailable, "Cancelling all calls");
        }
        Poll::Pending
    }

    /// Whether the call may be over as soon as it has begun: not when it streams, nor when other threads serve it.
    pub(crate) fn may_be_short(&self) -> bool {
        let method = self.call.method();
        !method.request_streaming()
            && !method.response_streaming()
            && self.call.settings.thread_pool.is_none()
    }

    /// Whether all that is left to send is known.
    pub(crate) fn is_settled(&self) -> bool {
        self.running.is_none()
    }

    fn ready_event(&mut self) -> Option<Event> {
        if !self.head_sent {
            if self.frame.is_some() || (self.end.is_some() && self.has_initial_metadata()) {
                return Some(self.head());
            }
            self.head_sent = self.end.is_some();
            return self.take_end().map(Event::TrailersOnly);
        }
        if let Some(frame) = self.frame.take() {
            self.telemetry.sent(&frame);
            return Some(Event::Message(frame));
        }
        self.take_end().map(Event::Trailers)
    }

    fn take_end(&mut self) -> Option<HeaderMap> {
        let end = self.end.take()?;
        self.telemetry.complete();
        Some(end)
    }

    fn has_initial_metadata(&self) -> bool {
        self.call
            .answer()
            .initial
            .as_ref()
            .is_some_and(|headers| !headers.is_empty())
    }

    fn head(&mut self) -> Event {
        self.head_sent = true;
        let encoding = self.call.encoding();
        let mut headers = self.call.settings.head();
        if let Some(encoding) = encoding.header() {
            headers = HeaderMap::with_capacity(3);
            headers.insert(CONTENT_TYPE, APPLICATION_GRPC);
            headers.insert(GRPC_ENCODING, encoding);
            headers.insert(GRPC_ACCEPT_ENCODING, self.call.settings.enabled.header());
        }
        let mut answer = self.call.answer();
        answer.head_sent = true;
        if let Some(initial) = answer.initial.take() {
            headers.extend(initial);
        }
        Event::Head(headers)
    }

    fn complete(&mut self, frame: Option<Frame>) {
        let mut answer = self.call.answer();
        if let Some(aborted) = answer.aborted.take() {
            drop(answer);
            return self.fail(aborted);
        }
        let code = answer.code.unwrap_or(StatusCode::Ok);
        let details = answer.details.take().unwrap_or_default();
        let trailing = std::mem::take(&mut answer.trailing);
        drop(answer);
        if code == StatusCode::Ok {
            self.frame = frame;
        }
        self.end(code, &details, trailing);
    }

    fn fail(&mut self, status: Status) {
        let raised = status.is_raised();
        let (mut code, mut details, mut trailing) = status.into_parts();
        {
            let mut answer = self.call.answer();
            if raised {
                // As in Python, what the servicer has set wins over what an exception says.
                code = answer.code.unwrap_or(code);
                details = answer
                    .details
                    .take()
                    .unwrap_or_else(|| self.exception_text(&details));
            }
            if trailing.is_empty() {
                trailing = std::mem::take(&mut answer.trailing);
            }
        }
        if code == StatusCode::Ok {
            (code, details) = (StatusCode::Unknown, String::new());
        }
        self.end(code, &details, trailing);
    }

    fn exception_text(&self, text: &str) -> String {
        if self.call.method().response_streaming() {
            format!("Exception iterating responses: {text}")
        } else {
            format!("Exception calling application: {text}")
        }
    }

    fn interrupt(&mut self, code: StatusCode, details: &str) -> Poll<()> {
        self.end(code, details, Metadata::new());
        Poll::Ready(())
    }

    fn end(&mut self, mut code: StatusCode, details: &str, trailing: Metadata) {
        let mut headers = self.trailers(code, details);
        if header::write(trailing, &mut headers).is_err() {
            code = StatusCode::Internal;
            self.frame = None;
            headers = self.trailers(code, "Invalid metadata");
        }
        self.telemetry.settle(code);
        self.end = Some(headers);
        self.call.finish();
        self.running = None;
    }

    /// The status, which begins with the content type where nothing has been sent before it.
    fn trailers(&self, code: StatusCode, details: &str) -> HeaderMap {
        let first = !self.head_sent && self.frame.is_none() && !self.has_initial_metadata();
        if !first && code == StatusCode::Ok && details.is_empty() {
            return OK.clone();
        }
        let mut headers = HeaderMap::with_capacity(4);
        if first {
            headers.insert(CONTENT_TYPE, APPLICATION_GRPC);
        }
        header::write_status(code, details, &mut headers);
        headers
    }
}

impl Drop for Exchange {
    /// A call that is dropped before its end was cancelled: whoever looks sees that before the servicer's future goes.
    fn drop(&mut self) {
        self.call.finish();
    }
}

/// The headers that end a call before it has begun.
pub(crate) fn refusal(code: StatusCode, details: &str) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(3);
    headers.insert(CONTENT_TYPE, APPLICATION_GRPC);
    header::write_status(code, details, &mut headers);
    headers
}

/// [`refusal`] of requests that are compressed in a way that is not in use.
pub(crate) fn disabled(encoding: Encoding, enabled: Enabled) -> HeaderMap {
    let text = format!("Compression algorithm '{}' is disabled.", encoding.name());
    let mut headers = refusal(StatusCode::Unimplemented, &text);
    headers.insert(GRPC_ACCEPT_ENCODING, enabled.header());
    headers
}

pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> &str {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text,
        _ => "panic",
    }
}
