//! What is counted: channels, their subchannels (one per address), servers, and sockets.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::registry::{Entity, Entry, register};
use crate::{ChannelConnectivity, StatusCode};

/// Events that are remembered of one channel, subchannel or server.
const EVENTS: usize = 32;

#[derive(Debug)]
pub(crate) struct ChannelNode {
    pub(super) entry: Entry,
    pub(super) target: String,
    pub(super) calls: Calls,
    pub(super) trace: Trace,
    subchannels: Mutex<Vec<Arc<SubchannelNode>>>,
}

#[derive(Debug)]
pub(crate) struct SubchannelNode {
    pub(super) entry: Entry,
    pub(super) channel: i64,
    pub(super) address: String,
    pub(super) calls: Calls,
    pub(super) trace: Trace,
}

#[derive(Debug)]
pub(crate) struct ServerNode {
    pub(super) entry: Entry,
    pub(super) calls: Calls,
    pub(super) trace: Trace,
}

/// A connection, or a socket that is listened on.
#[derive(Debug)]
pub(crate) struct SocketNode {
    pub(super) entry: Entry,
    pub(super) kind: SocketKind,
    pub(super) local: Option<End>,
    pub(super) remote: Option<End>,
    pub(super) security: &'static str,
    pub(super) streams: Calls,
    pub(super) sent: Tally,
    pub(super) received: Tally,
    pub(super) keepalives: AtomicU64,
}

/// Whose a socket is, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SocketKind {
    OfSubchannel(i64),
    OfServer(i64),
    ListensFor(i64),
}

/// One end of a connection.
#[derive(Clone, Debug)]
pub(crate) enum End {
    Tcp(SocketAddr),
    Unix(String),
    #[cfg(feature = "_in_process")]
    InProcess,
}

impl End {
    /// A socket without a path is one that has only connected.
    #[cfg(unix)]
    pub(crate) fn of_unix(path: Option<&std::path::Path>) -> Self {
        Self::Unix(path.map_or_else(String::new, |path| path.display().to_string()))
    }
}

impl ChannelNode {
    pub(crate) fn new(target: &str) -> Arc<Self> {
        let make = |entry| Self {
            entry,
            target: target.to_owned(),
            calls: Calls::default(),
            trace: Trace::new("Channel created"),
            subchannels: Mutex::default(),
        };
        register(make, Entity::Channel)
    }

    /// The channel's addresses are these from now on.
    pub(crate) fn set_addresses(&self, addresses: &[String]) {
        let mut subchannels = lock(&self.subchannels);
        let known = std::mem::take(&mut *subchannels);
        *subchannels = addresses
            .iter()
            .map(|address| {
                let known = known.iter().find(|known| known.address == *address);
                known
                    .cloned()
                    .unwrap_or_else(|| SubchannelNode::new(self.entry.id(), address.clone()))
            })
            .collect();
        drop(subchannels);
    }

    pub(crate) fn subchannel(&self, address: &str) -> Arc<SubchannelNode> {
        let known = lock(&self.subchannels)
            .iter()
            .find(|known| known.address == address)
            .cloned();
        known.unwrap_or_else(|| SubchannelNode::new(self.entry.id(), address.to_owned()))
    }

    pub(crate) fn calls(&self) -> &Calls {
        &self.calls
    }

    pub(crate) fn set_state(&self, state: ChannelConnectivity) {
        self.trace.set_state(state);
    }
}

impl SubchannelNode {
    fn new(channel: i64, address: String) -> Arc<Self> {
        let make = |entry| Self {
            entry,
            channel,
            address,
            calls: Calls::default(),
            trace: Trace::new("Subchannel created"),
        };
        register(make, Entity::Subchannel)
    }

    pub(crate) fn calls(&self) -> &Calls {
        &self.calls
    }

    pub(crate) fn set_state(&self, state: ChannelConnectivity) {
        self.trace.set_state(state);
    }

    pub(crate) fn socket(
        &self,
        ends: &[Option<End>; 2],
        security: &'static str,
    ) -> Arc<SocketNode> {
        SocketNode::new(SocketKind::OfSubchannel(self.entry.id()), ends, security)
    }
}

impl ServerNode {
    pub(crate) fn new() -> Arc<Self> {
        let make = |entry| Self {
            entry,
            calls: Calls::default(),
            trace: Trace::new("Server created"),
        };
        register(make, Entity::Server)
    }

    pub(crate) fn calls(&self) -> &Calls {
        &self.calls
    }

    pub(crate) fn socket(
        &self,
        ends: &[Option<End>; 2],
        security: &'static str,
    ) -> Arc<SocketNode> {
        SocketNode::new(SocketKind::OfServer(self.entry.id()), ends, security)
    }

    pub(crate) fn listener(&self, local: Option<End>, security: &'static str) -> Arc<SocketNode> {
        let kind = SocketKind::ListensFor(self.entry.id());
        SocketNode::new(kind, &[local, None], security)
    }
}

impl SocketNode {
    fn new(
        kind: SocketKind,
        [local, remote]: &[Option<End>; 2],
        security: &'static str,
    ) -> Arc<Self> {
        let make = |entry| Self {
            entry,
            kind,
            local: local.clone(),
            remote: remote.clone(),
            security,
            streams: Calls::default(),
            sent: Tally::default(),
            received: Tally::default(),
            keepalives: AtomicU64::new(0),
        };
        register(make, Entity::Socket)
    }

    pub(crate) fn streams(&self) -> &Calls {
        &self.streams
    }

    pub(crate) fn note_sent(&self, messages: usize) {
        self.sent.add(messages as u64);
    }

    pub(crate) fn note_received(&self) {
        self.received.add(1);
    }

    pub(crate) fn note_keepalive(&self) {
        self.keepalives.fetch_add(1, Ordering::Relaxed);
    }
}

/// Calls that began and how they ended; of a socket its streams.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    pub(super) started: Tally,
    pub(super) succeeded: AtomicU64,
    pub(super) failed: AtomicU64,
}

impl Calls {
    pub(crate) fn begin(&self) {
        self.started.add(1);
    }

    pub(crate) fn end(&self, code: StatusCode) {
        self.end_as(code == StatusCode::Ok);
    }

    pub(crate) fn end_as(&self, success: bool) {
        let ended = if success {
            &self.succeeded
        } else {
            &self.failed
        };
        ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// How often something happened, and when last.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(super) count: AtomicU64,
    /// In nanoseconds since 1970.
    last: AtomicU64,
}

impl Tally {
    fn add(&self, count: u64) {
        self.count.fetch_add(count, Ordering::Relaxed);
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let nanos = since.map_or(0, |since| since.as_nanos());
        self.last
            .store(nanos.try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(super) fn last(&self) -> Option<SystemTime> {
        match self.last.load(Ordering::Relaxed) {
            0 => None,
            nanos => UNIX_EPOCH.checked_add(Duration::from_nanos(nanos)),
        }
    }
}

/// The state, and what happened lately.
#[derive(Debug)]
pub(crate) struct Trace {
    pub(super) created: SystemTime,
    history: Mutex<History>,
}

#[derive(Clone, Debug)]
pub(super) struct History {
    pub(super) state: ChannelConnectivity,
    pub(super) logged: u64,
    pub(super) events: VecDeque<Event>,
}

#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) at: SystemTime,
    pub(super) description: String,
}

impl Trace {
    fn new(first: &str) -> Self {
        let trace = Self {
            created: SystemTime::now(),
            history: Mutex::new(History {
                state: ChannelConnectivity::Idle,
                logged: 0,
                events: VecDeque::new(),
            }),
        };
        lock(&trace.history).add(first.to_owned());
        trace
    }

    pub(super) fn history(&self) -> History {
        lock(&self.history).clone()
    }

    fn set_state(&self, state: ChannelConnectivity) {
        let mut history = lock(&self.history);
        if history.state != state {
            history.state = state;
            history.add(format!("State change to {}", state.name()));
        }
    }
}

impl History {
    fn add(&mut self, description: String) {
        if self.events.len() == EVENTS {
            self.events.pop_front();
        }
        self.logged += 1;
        self.events.push_back(Event {
            at: SystemTime::now(),
            description,
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
