//! One call of the client, from its first poll to its end. Knows bytes only; the types are around it.

mod attempts;
mod authorize;
mod interception;
mod reception;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use bytes::buf::Take;
use h2::client::ResponseFuture;
use http::{HeaderMap, HeaderValue};
use tokio::time::{Instant, Sleep, sleep_until};

use super::balance::Balancer;
use super::connection::Link;
use super::handle::{Call, Shared};
use super::head;
use super::interceptor::Interceptors;
use super::outcome::{Outcome, removed};
use super::retry::{Attempts, Reach, Retry};
use super::security::Security;
use super::service_config::{MethodRules, Rules};
use super::upload::{Encode, Outgoing, Upload};
use crate::credentials::CallCredentials;
use crate::telemetry::client::{CallTelemetry, ChannelTelemetry};
use crate::telemetry::socket::Meter;
use crate::wire::compression::{Compression, Enabled, Encoding};
use crate::wire::frame::Spare;
use crate::wire::header::{self, GRPC_PREVIOUS_RPC_ATTEMPTS};
use crate::wire::inbound::{Inbound, whole};
use crate::{Metadata, MethodDescriptor, RpcError, Status, StatusCode, deadline};

/// What the calls of a channel share.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) balancer: Result<Arc<Balancer>, Outcome>,
    pub(crate) user_agent: HeaderValue,
    pub(crate) max_receive_message_length: usize,
    pub(crate) max_send_message_length: usize,
    /// Of the server's headers, and of its trailers.
    pub(crate) max_metadata_size: u32,
    pub(crate) compression: Compression,
    pub(crate) enabled: Enabled,
    pub(crate) security: Security,
    /// What every call carries.
    pub(crate) credentials: Option<CallCredentials>,
    pub(crate) rules: Rules,
    /// Bytes of a call's requests that are kept to be sent again.
    pub(crate) retry_buffer: usize,
    pub(crate) telemetry: ChannelTelemetry,
}

/// Python's keyword arguments of a call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) timeout: Option<Duration>,
    pub(crate) metadata: Metadata,
    pub(crate) wait_for_ready: Option<bool>,
    pub(crate) compression: Option<Compression>,
    pub(crate) credentials: Option<CallCredentials>,
}

pub(crate) struct ClientCall {
    stage: Stage,
    shape: Arc<Shape>,
    method: MethodDescriptor,
    interceptors: Interceptors,
    rules: Option<Arc<MethodRules>>,
    pub(crate) options: Options,
    outgoing: Option<Outgoing>,
    /// The one request, for another attempt.
    spare: Option<Spare>,
    attempts: Attempts,
    committed: bool,
    /// The metadata of call credentials, for one attempt.
    authorization: Option<Metadata>,
    upload: Option<Upload>,
    /// The connection that the call runs on.
    link: Option<Link>,
    deadline: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
    initial: Option<HeaderMap>,
    messages: usize,
    handle: Option<Arc<Shared>>,
    telemetry: CallTelemetry,
    /// Of the attempt that runs.
    meter: Meter,
}

enum Stage {
    Idle,
    Intercepted(Box<interception::Interception>),
    Connecting(Pin<Box<dyn Future<Output = Result<Link, Outcome>> + Send>>),
    Connected(Link),
    Authorizing(Box<authorize::Authorizing>),
    Pausing(Box<attempts::Pausing>),
    Head(ResponseFuture),
    Body(Inbound),
    Over(Outcome),
}

impl ClientCall {
    pub(crate) fn new(shape: Arc<Shape>, method: MethodDescriptor) -> Self {
        Self {
            stage: Stage::Idle,
            rules: shape.rules.of(&method),
            shape,
            method,
            interceptors: Interceptors::default(),
            options: Options::default(),
            outgoing: None,
            spare: None,
            attempts: Attempts::default(),
            committed: false,
            authorization: None,
            upload: None,
            link: None,
            deadline: None,
            timer: None,
            initial: None,
            messages: 0,
            handle: None,
            telemetry: CallTelemetry::default(),
            meter: Meter::default(),
        }
    }

    /// How the requests of this call are encoded.
    pub(crate) fn encode(&self) -> Encode {
        self.encode_for_interceptors().unwrap_or_else(|| Encode {
            encoding: self.encoding(),
            limit: self
                .rules
                .as_ref()
                .map_or(usize::MAX, |rules| rules.max_request)
                .min(self.shape.max_send_message_length),
        })
    }

    /// Begins the call: the time runs from now on. A request that could not be encoded is its end.
    pub(crate) fn begin(&mut self, outgoing: Result<Outgoing, Status>) {
        let of_method = self.rules.as_ref().and_then(|rules| rules.timeout);
        let timeout = match (self.options.timeout, of_method) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.deadline = timeout.and_then(deadline::after);
        if let Some(handle) = &self.handle {
            handle.begin(self.deadline);
        }
        match (&self.shape.balancer, outgoing) {
            (_, Ok(outgoing)) if !self.interceptors.is_empty() => self.intercept(outgoing),
            (Err(outcome), _) => self.end(outcome.clone()),
            (_, Err(status)) => self.end(Outcome::of_status(status)),
            (Ok(_), Ok(outgoing)) => {
                self.telemetry = self.shape.telemetry.begin(&self.method);
                if timeout == Some(Duration::ZERO) {
                    return self.expire();
                }
                self.outgoing = Some(outgoing);
                self.depart();
            }
        }
    }

    /// The next message; `None` after the last one of a call that ended with OK.
    pub(crate) fn poll_message(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, RpcError>> {
        self.poll_read(cx, whole)
    }

    /// [`poll_message`](Self::poll_message), as `read` reads it.
    pub(crate) fn poll_read<R>(
        &mut self,
        cx: &mut Context<'_>,
        mut read: impl FnMut(Take<&mut Bytes>) -> R,
    ) -> Poll<Result<Option<R>, RpcError>> {
        self.poll(cx, |call, cx| call.advance_message(cx, &mut read))
    }

    /// Ready when the server's headers are there, or the call is over.
    pub(crate) fn poll_initial(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.poll(cx, Self::advance_head)
    }

    /// Ready when the requests are on their way, or the call is over.
    pub(crate) fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.poll(cx, Self::advance_open)
    }

    /// Ends the call from this side. False when it is over.
    pub(crate) fn cancel(&mut self) -> bool {
        let active = self.is_active();
        if active {
            self.end(locally_cancelled());
        }
        active
    }

    /// Ends the call with what is wrong with a response.
    pub(crate) fn refuse(&mut self, code: StatusCode, details: &str) -> RpcError {
        self.end(Outcome::new(code, details));
        self.error()
    }

    pub(crate) fn is_active(&self) -> bool {
        !matches!(self.stage, Stage::Over(_))
    }

    pub(crate) fn is_begun(&self) -> bool {
        !matches!(self.stage, Stage::Idle)
    }

    pub(crate) fn time_remaining(&self) -> Option<Duration> {
        match self.stage {
            Stage::Idle => self.options.timeout,
            _ => self.deadline.map(deadline::remaining),
        }
    }

    pub(crate) fn initial_metadata(&self) -> Metadata {
        self.initial.as_ref().map(read).unwrap_or_default()
    }

    /// How the call ended; `None` as long as it has not.
    pub(crate) fn outcome(&self) -> Option<&Outcome> {
        match &self.stage {
            Stage::Over(outcome) => Some(outcome),
            _ => None,
        }
    }

    pub(crate) fn trailing_metadata(&self) -> Metadata {
        self.outcome()
            .map(|outcome| read(&outcome.trailers))
            .unwrap_or_default()
    }

    /// What the call has failed with; `None` as long as it has not.
    pub(crate) fn failure(&self) -> Option<RpcError> {
        self.result()?.err()
    }

    pub(crate) fn end_details(&self) -> String {
        let outcome = self.outcome();
        outcome.map_or_else(String::new, |outcome| outcome.details.clone())
    }

    /// The call for other tasks.
    pub(crate) fn handle(&mut self) -> Call {
        if self.handle.is_none() {
            let shared = Arc::<Shared>::default();
            shared.begin(self.deadline);
            if self.initial.is_some() {
                shared.set_initial(self.initial_metadata());
            }
            if let Some(result) = self.result() {
                shared.finish(&result);
            }
            self.handle = Some(shared);
        }
        Call::new(self.handle.clone().unwrap_or_default())
    }

    fn poll<T>(
        &mut self,
        cx: &mut Context<'_>,
        mut advance: impl FnMut(&mut Self, &mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        if self.is_active() {
            if self
                .handle
                .as_ref()
                .is_some_and(|handle| handle.is_cancel_asked(cx.waker()))
            {
                self.end(locally_cancelled());
            }
            let streaming = self.method.request_streaming() || self.method.response_streaming();
            if streaming && self.poll_deadline(cx).is_ready() {
                self.expire();
            }
        }
        if let Poll::Ready(value) = advance(self, cx) {
            return Poll::Ready(value);
        }
        if self.poll_deadline(cx).is_ready() {
            self.expire();
            return advance(self, cx);
        }
        Poll::Pending
    }

    #[inline]
    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self.deadline {
            Some(deadline) => self.poll_timer(deadline, cx),
            None => Poll::Pending,
        }
    }

    fn poll_timer(&mut self, deadline: Instant, cx: &mut Context<'_>) -> Poll<()> {
        if matches!(self.stage, Stage::Intercepted(_)) {
            // The interceptors may have changed it: it is that of the call that they make.
            return Poll::Pending;
        }
        self.timer
            .get_or_insert_with(|| Box::pin(sleep_until(deadline)))
            .as_mut()
            .poll(cx)
    }

    fn advance_open(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let link = match &mut self.stage {
                Stage::Connected(link) => Ok(link.clone()),
                Stage::Connecting(connecting) => ready!(connecting.as_mut().poll(cx)),
                Stage::Authorizing(_) => {
                    ready!(self.advance_authorizing(cx));
                    continue;
                }
                Stage::Intercepted(interception) => return interception.poll_open(cx),
                Stage::Pausing(_) => {
                    ready!(self.advance_pause(cx));
                    continue;
                }
                _ => return Poll::Ready(()),
            };
            match link {
                Ok(link) if self.is_authorized() => self.open(link, cx),
                Ok(link) => self.authorize(link),
                Err(outcome) => self.conclude(outcome, Reach::Servicer),
            }
        }
    }

    fn advance_head(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.advance_open(cx));
            ready!(self.advance_intercepted_head(cx));
            let Stage::Head(response) = &mut self.stage else {
                return Poll::Ready(());
            };
            match ready!(Pin::new(response).poll(cx)) {
                Ok(response) => self.receive_head(response),
                Err(error) => self.break_off(&error),
            }
        }
    }

    fn depart(&mut self) {
        let Ok(balancer) = &self.shape.balancer else {
            return;
        };
        self.authorization = None;
        self.telemetry.begin_attempt();
        self.stage = match balancer.pick() {
            Some(link) => Stage::Connected(link),
            None => {
                let of_method = self.rules.as_ref().and_then(|rules| rules.wait_for_ready);
                let wait_for_ready = self.options.wait_for_ready.or(of_method);
                let connecting = balancer.clone().connect(wait_for_ready.unwrap_or(false));
                Stage::Connecting(Box::pin(connecting))
            }
        };
    }

    fn open(&mut self, link: Link, cx: &mut Context<'_>) {
        let (Ok(balancer), Some(outgoing)) = (&self.shape.balancer, self.outgoing.take()) else {
            return;
        };
        let mut transport = link.transport.clone();
        if !transport.is_usable(cx) {
            return self.conclude_stale(link, outgoing);
        }
        let authority = balancer.target().authority.clone();
        let scheme = self.shape.security.scheme();
        let Some(uri) = head::uri(scheme, authority, &self.method) else {
            return self.end(Outcome::new(StatusCode::Internal, "Invalid method name"));
        };
        let user_agent = self.shape.user_agent.clone();
        let metadata = [Some(&self.options.metadata), self.authorization.as_ref()];
        let compression = (self.encoding(), self.shape.enabled);
        let headers = head::headers(metadata, self.deadline, compression, user_agent);
        let Ok(mut headers) = headers else {
            return self.end(Outcome::new(StatusCode::Internal, "Invalid metadata"));
        };
        if self.attempts.counted > 0 {
            headers.insert(GRPC_PREVIOUS_RPC_ATTEMPTS, self.attempts.counted.into());
        }
        link.note_use();
        self.meter = self.telemetry.open(&link.socket);
        self.link = Some(link);
        self.keep_spare(&outgoing);
        let mut outgoing = Some(outgoing);
        let opened = transport.open(uri, headers, &mut outgoing, self.keep(), self.meter.clone());
        // What could not be sent is still there for another attempt.
        self.outgoing = outgoing;
        match opened {
            Ok(opened) => {
                self.stage = Stage::Head(opened.response);
                self.upload = opened.upload;
            }
            Err(error) => self.break_off(&error),
        }
    }

    fn retry(&self) -> Option<&Retry> {
        self.rules.as_ref().and_then(|rules| rules.retry.as_ref())
    }

    fn encoding(&self) -> Encoding {
        let compression = self.options.compression;
        let wanted = compression.unwrap_or(self.shape.compression).into();
        self.shape.enabled.or_identity(wanted)
    }

    fn expire(&mut self) {
        let (code, text) = (StatusCode::DeadlineExceeded, "Deadline Exceeded");
        let begun = self.initial.is_some();
        self.end(if begun {
            removed(code, text)
        } else {
            Outcome::new(code, text)
        });
    }

    /// Lets go of the stream, which resets it unless it is complete, and tells who listens.
    fn end(&mut self, outcome: Outcome) {
        self.telemetry.end(outcome.code);
        self.stage = Stage::Over(outcome);
        self.outgoing = None;
        self.spare = None;
        self.upload = None;
        self.link = None;
        self.timer = None;
        if let (Some(handle), Some(result)) = (&self.handle, self.result()) {
            handle.finish(&result);
        }
    }

    fn result(&self) -> Option<Result<(String, Metadata), RpcError>> {
        let outcome = self.outcome()?;
        Some(match outcome.code {
            StatusCode::Ok => Ok((outcome.details.clone(), self.trailing_metadata())),
            _ => Err(self.error()),
        })
    }

    fn error(&self) -> RpcError {
        match self.outcome() {
            Some(outcome) => RpcError::new(outcome.code, outcome.details.clone())
                .with_metadata(self.initial_metadata(), self.trailing_metadata()),
            None => RpcError::new(StatusCode::Internal, "The call has not begun"),
        }
    }
}

impl Drop for ClientCall {
    fn drop(&mut self) {
        if self.handle.is_some() {
            self.cancel();
        }
    }
}

fn locally_cancelled() -> Outcome {
    Outcome::new(StatusCode::Cancelled, "Locally cancelled by application!")
}

fn read(headers: &HeaderMap) -> Metadata {
    // Base64 is checked when headers arrive; those that fail are the end of the call.
    header::read(headers).unwrap_or_default()
}
