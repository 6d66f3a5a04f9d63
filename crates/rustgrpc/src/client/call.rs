//! One call of the client, from its first poll to its end. Knows bytes only; the types are around it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use h2::RecvStream;
use h2::client::ResponseFuture;
use http::{HeaderMap, HeaderValue, Response, StatusCode as HttpStatus};
use tokio::time::{Instant, Sleep, sleep_until};

use super::handle::{Call, Shared};
use super::head;
use super::outcome::{Outcome, removed};
use super::security::Security;
use super::subchannel::{self, Link, Subchannel};
use super::upload::{Encode, Outgoing, Upload};
use crate::credentials::{AuthMetadataContext, CallCredentials};
use crate::wire::compression::{Compression, Enabled, Encoding};
use crate::wire::frame::Side;
use crate::wire::header::{self, GRPC_ENCODING, GRPC_STATUS};
use crate::wire::inbound::{Inbound, ReadError};
use crate::{Metadata, MethodDescriptor, RpcError, Status, StatusCode, deadline};

/// What the calls of a channel share.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) subchannel: Result<Arc<Subchannel>, Outcome>,
    pub(crate) user_agent: HeaderValue,
    pub(crate) max_receive_message_length: usize,
    pub(crate) max_send_message_length: usize,
    pub(crate) compression: Compression,
    pub(crate) enabled: Enabled,
    pub(crate) security: Security,
    /// What every call carries.
    pub(crate) credentials: Option<CallCredentials>,
}

/// Python's keyword arguments of a call.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) timeout: Option<Duration>,
    pub(crate) metadata: Metadata,
    pub(crate) wait_for_ready: bool,
    pub(crate) compression: Option<Compression>,
    pub(crate) credentials: Option<CallCredentials>,
}

pub(crate) struct ClientCall {
    stage: Stage,
    shape: Arc<Shape>,
    method: MethodDescriptor,
    pub(crate) options: Options,
    outgoing: Option<Outgoing>,
    upload: Option<Upload>,
    deadline: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
    initial: Option<HeaderMap>,
    messages: usize,
    /// The metadata of call credentials is there, or there are none.
    authorized: bool,
    handle: Option<Arc<Shared>>,
}

type Authorizing = Pin<Box<dyn Future<Output = Result<Metadata, (StatusCode, String)>> + Send>>;

enum Stage {
    Idle,
    Connecting(Pin<Box<dyn Future<Output = Result<Link, Outcome>> + Send>>),
    Connected(Link),
    Authorizing(Authorizing, Link),
    Head(ResponseFuture),
    Body(Inbound),
    Over(Outcome),
}

impl ClientCall {
    pub(crate) fn new(shape: Arc<Shape>, method: MethodDescriptor) -> Self {
        Self {
            stage: Stage::Idle,
            shape,
            method,
            options: Options::default(),
            outgoing: None,
            upload: None,
            deadline: None,
            timer: None,
            initial: None,
            messages: 0,
            authorized: false,
            handle: None,
        }
    }

    /// How the requests of this call are encoded.
    pub(crate) fn encode(&self) -> Encode {
        Encode {
            encoding: self.encoding(),
            limit: self.shape.max_send_message_length,
        }
    }

    /// Begins the call: the time runs from now on. A request that could not be encoded is its end.
    pub(crate) fn begin(&mut self, outgoing: Result<Outgoing, Status>) {
        let timeout = self.options.timeout;
        self.deadline = timeout.and_then(deadline::after);
        if let Some(handle) = &self.handle {
            handle.begin(self.deadline);
        }
        match (&self.shape.subchannel, outgoing) {
            (Err(outcome), _) => self.end(outcome.clone()),
            (_, Err(status)) => self.end(Outcome::of_status(status)),
            _ if timeout == Some(Duration::ZERO) => self.expire(),
            (Ok(subchannel), Ok(outgoing)) => {
                self.outgoing = Some(outgoing);
                match subchannel.link() {
                    Some(link) => self.stage = Stage::Connected(link),
                    None => self.connect(),
                }
            }
        }
    }

    /// The next message; `None` after the last one of a call that ended with OK.
    pub(crate) fn poll_message(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, RpcError>> {
        self.poll(cx, Self::advance_message)
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
        advance: impl Fn(&mut Self, &mut Context<'_>) -> Poll<T>,
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

    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = self.deadline else {
            return Poll::Pending;
        };
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
                Stage::Authorizing(authorizing, link) => {
                    match ready!(authorizing.as_mut().poll(cx)) {
                        Ok(metadata) => {
                            self.options.metadata.extend(metadata);
                            self.authorized = true;
                            Ok(link.clone())
                        }
                        Err((code, details)) => Err(Outcome::new(code, details)),
                    }
                }
                _ => return Poll::Ready(()),
            };
            match link {
                Ok(link) if self.is_authorized() => self.open(link, cx),
                Ok(link) => self.authorize(link),
                Err(outcome) => self.end(outcome),
            }
        }
    }

    fn advance_head(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        ready!(self.advance_open(cx));
        if let Stage::Head(response) = &mut self.stage {
            match ready!(Pin::new(response).poll(cx)) {
                Ok(response) => self.receive_head(response),
                Err(error) => self.break_off(&error),
            }
        }
        Poll::Ready(())
    }

    fn advance_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, RpcError>> {
        ready!(self.advance_head(cx));
        if let Stage::Body(inbound) = &mut self.stage {
            match ready!(inbound.poll_message(cx)) {
                Ok(Some(message)) => {
                    self.messages += 1;
                    if self.messages > 1 && !self.method.response_streaming() {
                        let text = "Received more than one response message";
                        return Poll::Ready(Err(self.refuse(StatusCode::Internal, text)));
                    }
                    return Poll::Ready(Ok(Some(message)));
                }
                Ok(None) => match ready!(inbound.poll_trailers(cx)) {
                    Ok(trailers) => {
                        let truncated = inbound.is_truncated();
                        self.receive_end(trailers, truncated);
                    }
                    Err(error) => self.break_off(&error),
                },
                Err(ReadError::Broken(error)) => self.break_off(&error),
                Err(ReadError::Refused(status)) => self.end(refused(status)),
            }
        }
        Poll::Ready(match self.outcome() {
            Some(outcome) if outcome.code == StatusCode::Ok => Ok(None),
            _ => Err(self.error()),
        })
    }

    fn connect(&mut self) {
        if let Ok(subchannel) = &self.shape.subchannel {
            let connecting = subchannel.clone().connect(self.options.wait_for_ready);
            self.stage = Stage::Connecting(Box::pin(connecting));
        }
    }

    fn is_authorized(&self) -> bool {
        let credentials = [&self.options.credentials, &self.shape.credentials];
        self.authorized || credentials.iter().all(|one| one.is_none())
    }

    /// Asks the call credentials for metadata.
    fn authorize(&mut self, link: Link) {
        let (of_channel, of_call) = (&self.shape.credentials, &self.options.credentials);
        let credentials = CallCredentials::join(of_channel.as_ref(), of_call.as_ref());
        let (Ok(subchannel), Some(credentials)) = (&self.shape.subchannel, credentials) else {
            return;
        };
        if !self.shape.security.is_sufficient() {
            let text = "Established channel does not have a sufficient security level to transfer call credential.";
            return self.end(Outcome::new(StatusCode::Unauthenticated, text));
        }
        let authority = subchannel.target().authority.as_str();
        let context = AuthMetadataContext::new(authority, self.method.path());
        self.stage = Stage::Authorizing(Box::pin(credentials.fetch(context)), link);
    }

    fn open(&mut self, mut link: Link, cx: &mut Context<'_>) {
        let (Ok(subchannel), Some(outgoing)) = (&self.shape.subchannel, self.outgoing.take())
        else {
            return;
        };
        if !link.transport.is_usable(cx) {
            subchannel.lost(&link);
            self.outgoing = Some(outgoing);
            return self.connect();
        }
        let authority = subchannel.target().authority.clone();
        let Some(uri) = head::uri(self.shape.security.scheme(), authority, self.method.path())
        else {
            return self.end(Outcome::new(StatusCode::Internal, "Invalid method name"));
        };
        let metadata = std::mem::take(&mut self.options.metadata);
        let user_agent = self.shape.user_agent.clone();
        let (encoding, enabled) = (self.encoding(), self.shape.enabled);
        let headers = head::headers(metadata, self.deadline, encoding, enabled, user_agent);
        let Ok(headers) = headers else {
            return self.end(Outcome::new(StatusCode::Internal, "Invalid metadata"));
        };
        match link.transport.open(uri, headers, outgoing) {
            Ok(opened) => {
                self.stage = Stage::Head(opened.response);
                self.upload = opened.upload;
            }
            Err(error) => self.break_off(&error),
        }
    }

    fn encoding(&self) -> Encoding {
        let compression = self.options.compression;
        let wanted = compression.unwrap_or(self.shape.compression).into();
        self.shape.enabled.or_identity(wanted)
    }

    fn receive_head(&mut self, response: Response<RecvStream>) {
        let (head, body) = response.into_parts();
        let has_status = head.headers.contains_key(GRPC_STATUS);
        if head.status != HttpStatus::OK && !has_status {
            return self.end(Outcome::of_http(head.status));
        }
        if body.is_end_stream() || head.status != HttpStatus::OK {
            return self.end(Outcome::of_trailers(head.headers));
        }
        if let Err(error) = header::check(&head.headers) {
            return self.end(removed(StatusCode::Internal, &error.into_text()));
        }
        let Some(encoding) = Encoding::of_header(head.headers.get(GRPC_ENCODING)) else {
            let text = "Error parsing 'grpc-encoding' metadata";
            return self.end(removed(StatusCode::Internal, text));
        };
        if !self.shape.enabled.contains(encoding) {
            let text = format!("Compression algorithm not supported: {}", encoding.name());
            return self.end(Outcome::new(StatusCode::Internal, text));
        }
        let limit = self.shape.max_receive_message_length;
        self.stage = Stage::Body(Inbound::new(body, encoding, limit, Side::Client));
        self.initial = Some(head.headers);
        if let Some(handle) = &self.handle {
            handle.set_initial(self.initial_metadata());
        }
    }

    fn receive_end(&mut self, trailers: Option<HeaderMap>, truncated: bool) {
        let Some(trailers) = trailers else {
            let text = "Data frame with END_STREAM flag received";
            return self.end(removed(StatusCode::Unknown, text));
        };
        let outcome = Outcome::of_trailers(trailers);
        let wrong = match outcome.code {
            StatusCode::Ok if truncated => "Received a truncated response message",
            StatusCode::Ok if self.messages == 0 && !self.method.response_streaming() => {
                "Received no response message"
            }
            _ => return self.end(outcome),
        };
        self.end(Outcome {
            code: StatusCode::Internal,
            details: wrong.to_owned(),
            ..outcome
        });
    }

    fn break_off(&mut self, error: &h2::Error) {
        let fault = self.upload.as_ref().and_then(Upload::take_fault);
        let outcome = match (fault, &self.shape.subchannel) {
            (Some(status), _) => Outcome::of_status(status),
            (None, Ok(subchannel)) if subchannel.is_closed() => subchannel::closed(),
            (None, _) => Outcome::of_h2(error),
        };
        self.end(outcome);
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
        self.stage = Stage::Over(outcome);
        self.outgoing = None;
        self.upload = None;
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

/// C-core says of a message that is too large that the stream was removed, of other faults it does not.
fn refused(status: Status) -> Outcome {
    let outcome = Outcome::of_status(status);
    if outcome.details.starts_with("CLIENT: ") {
        removed(outcome.code, &outcome.details)
    } else {
        outcome
    }
}

fn read(headers: &HeaderMap) -> Metadata {
    // Base64 is checked when headers arrive; those that fail are the end of the call.
    header::read(headers).unwrap_or_default()
}
