//! The state of one call, shared by the servicer's context and by what drives the call.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Waker;

use bytes::{Buf, Bytes};
use http::HeaderMap;
use prost::Message;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::route::Settings;
use super::security::Peer;
use crate::wire::batch::Batch;
use crate::wire::compression::{Compression, CompressionLevel, Enabled, Encoding};
use crate::wire::frame::{Frame, Side};
use crate::wire::header::{self, GRPC_ACCEPT_ENCODING};
use crate::{Metadata, MethodDescriptor, Status, StatusCode};

const OVER: u8 = 1;
const CANCEL_ASKED: u8 = 2;
const COMPRESSION_SET: u8 = 4;
/// Someone is to be told the end.
const WATCHED: u8 = 8;

pub(crate) struct Call {
    method: MethodDescriptor,
    /// What an interceptor or a generic handler made of the method.
    resolved: OnceLock<MethodDescriptor>,
    pub(crate) headers: HeaderMap,
    pub(crate) peer: Arc<Peer>,
    pub(crate) deadline: Option<Instant>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) invocation_metadata: OnceLock<Metadata>,
    /// Settled with the first message or the headers, whichever is earlier.
    encoding: OnceLock<Encoding>,
    flags: AtomicU8,
    answer: Mutex<Answer>,
    over: Notify,
}

/// What the servicer has set so far.
#[derive(Default)]
pub(crate) struct Answer {
    /// Initial metadata that was asked to be sent.
    pub(crate) initial: Option<HeaderMap>,
    /// The response headers are out, or on their way.
    pub(crate) head_sent: bool,
    pub(crate) code: Option<StatusCode>,
    pub(crate) details: Option<String>,
    pub(crate) trailing: Metadata,
    pub(crate) aborted: Option<Status>,
    pub(crate) compression: Option<Compression>,
    pub(crate) next_uncompressed: bool,
    /// Messages on their way from the servicer's stream to what drives the call.
    frames: VecDeque<Frame>,
    /// Their bytes.
    frames_length: usize,
    /// A message was handed over since this was last looked at.
    handed_over: bool,
    /// A message was handed over at all: the headers are as good as sent.
    pub(crate) begun: bool,
    waker: Option<Waker>,
    callbacks: Vec<Box<dyn FnOnce() + Send>>,
}

impl Call {
    pub(crate) fn new(
        method: MethodDescriptor,
        headers: HeaderMap,
        peer: Arc<Peer>,
        deadline: Option<Instant>,
        settings: Arc<Settings>,
    ) -> Self {
        Self {
            method,
            resolved: OnceLock::new(),
            headers,
            peer,
            deadline,
            settings,
            invocation_metadata: OnceLock::new(),
            encoding: OnceLock::new(),
            flags: AtomicU8::new(0),
            answer: Mutex::default(),
            over: Notify::new(),
        }
    }

    pub(crate) fn method(&self) -> &MethodDescriptor {
        self.resolved.get().unwrap_or(&self.method)
    }

    /// What the caller sent.
    pub(crate) fn read_metadata(&self) -> Metadata {
        header::read(&self.headers)
            .unwrap_or_else(|_| unreachable!("base64 is checked before a call begins"))
    }

    /// The handler that was found is of another arity than the method as it was registered, or it was not.
    pub(crate) fn resolve(&self, request_streaming: bool, response_streaming: bool) {
        let known = (
            self.method.request_streaming(),
            self.method.response_streaming(),
        );
        if known != (request_streaming, response_streaming) {
            let path = self.method.path();
            let method = MethodDescriptor::new(path, request_streaming, response_streaming);
            self.resolved.get_or_init(|| method);
        }
    }

    pub(crate) fn answer(&self) -> MutexGuard<'_, Answer> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_over(&self) -> bool {
        self.has(OVER)
    }

    /// Resolves when the call is over.
    pub(crate) async fn until_over(&self) {
        let over = self.over.notified();
        if !self.watch() {
            over.await;
        }
    }

    /// Marks the call as over, tells everyone who waits for it, once.
    pub(crate) fn finish(&self) {
        // Most calls have nobody to tell.
        if self.flags.fetch_or(OVER, Ordering::AcqRel) & (OVER | WATCHED) != WATCHED {
            return;
        }
        self.over.notify_waiters();
        let callbacks = std::mem::take(&mut self.answer().callbacks);
        for callback in callbacks {
            callback();
        }
    }

    /// Whether the callback will be called: not when the call is over.
    pub(crate) fn add_callback(&self, callback: Box<dyn FnOnce() + Send>) -> bool {
        let mut answer = self.answer();
        // Whoever ends the call from now on takes the callbacks when this lock is released.
        if self.watch() {
            return false;
        }
        answer.callbacks.push(callback);
        true
    }

    /// Asks to be told the end; whether it is over already.
    fn watch(&self) -> bool {
        self.flags.fetch_or(WATCHED, Ordering::AcqRel) & OVER != 0
    }

    pub(crate) fn ask_cancel(&self) {
        self.flags.fetch_or(CANCEL_ASKED, Ordering::AcqRel);
        self.wake();
    }

    pub(crate) fn is_cancel_asked(&self) -> bool {
        self.has(CANCEL_ASKED)
    }

    pub(crate) fn set_compression(&self, change: impl FnOnce(&mut Answer)) {
        change(&mut self.answer());
        self.flags.fetch_or(COMPRESSION_SET, Ordering::AcqRel);
    }

    /// The encoding that the headers announce.
    pub(crate) fn encoding(&self) -> Encoding {
        *self.encoding.get_or_init(|| self.choose_encoding())
    }

    pub(crate) fn frame(&self, message: Bytes) -> Result<Frame, Status> {
        let mut encoding = self.encoding();
        if self.has(COMPRESSION_SET) && std::mem::take(&mut self.answer().next_uncompressed) {
            encoding = Encoding::Identity;
        }
        Frame::new(
            message,
            encoding,
            self.settings.max_send_message_length,
            Side::Server,
        )
    }

    /// Adds a response of a stream to `batch`.
    #[inline]
    pub(crate) fn push(&self, message: &impl Message, batch: &mut Batch) -> Result<(), Status> {
        if self.encoding() == Encoding::Identity {
            return batch.push(message, self.settings.max_send_message_length, Side::Server);
        }
        batch.append(self.frame(message.encode_to_vec().into())?);
        Ok(())
    }

    pub(crate) fn hand_over(&self, frame: Frame) {
        let mut answer = self.answer();
        answer.frames_length += frame.remaining();
        answer.frames.push_back(frame);
        answer.handed_over = true;
        answer.begun = true;
    }

    /// Whether the servicer handed a message over since the last time.
    pub(crate) fn take_handed_over(&self) -> bool {
        std::mem::take(&mut self.answer().handed_over)
    }

    /// How many messages wait to be taken, and their bytes.
    pub(crate) fn backlog(&self) -> (usize, usize) {
        let answer = self.answer();
        (answer.frames.len(), answer.frames_length)
    }

    /// What the servicer left behind when it had to wait; `waker` is for what other tasks do.
    pub(crate) fn take_frame(&self, waker: &Waker) -> Option<Frame> {
        let mut answer = self.answer();
        match &mut answer.waker {
            Some(known) => known.clone_from(waker),
            empty => *empty = Some(waker.clone()),
        }
        let frame = answer.frames.pop_front()?;
        answer.frames_length -= frame.remaining();
        if answer.frames.is_empty() {
            return Some(frame);
        }
        let mut batch = Batch::default();
        batch.append(frame);
        while answer
            .frames
            .front()
            .is_some_and(|frame| batch.has_room_for(frame))
        {
            let frame = answer.frames.pop_front()?;
            answer.frames_length -= frame.remaining();
            batch.append(frame);
        }
        Some(batch.take())
    }

    /// Asks for the headers to be sent now.
    pub(crate) fn send_initial_metadata(&self, metadata: Metadata) -> Result<(), Status> {
        let mut headers = HeaderMap::new();
        let written = header::write(metadata, &mut headers);
        written.map_err(|_| Status::new(StatusCode::Internal, "Invalid metadata"))?;
        {
            let mut answer = self.answer();
            if answer.head_sent || answer.begun || answer.initial.is_some() {
                return Err(Status::raise("Initial metadata no longer allowed!"));
            }
            answer.initial = Some(headers);
        }
        self.wake();
        Ok(())
    }

    fn wake(&self) {
        let waker = self.answer().waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn choose_encoding(&self) -> Encoding {
        let set = self.has(COMPRESSION_SET).then(|| self.answer().compression);
        let (wanted, level) = match set.flatten() {
            Some(compression) => (compression.into(), CompressionLevel::None),
            None => {
                let default = Encoding::from(self.settings.compression);
                (default, self.settings.compression_level)
            }
        };
        if wanted == Encoding::Identity && level == CompressionLevel::None {
            return Encoding::Identity;
        }
        let accepted = Enabled::of_header(self.headers.get(GRPC_ACCEPT_ENCODING));
        let common = accepted.and(self.settings.enabled);
        match wanted {
            Encoding::Identity => common.at(level),
            wanted => common.or_identity(wanted),
        }
    }

    fn has(&self, flag: u8) -> bool {
        self.flags.load(Ordering::Acquire) & flag != 0
    }
}
