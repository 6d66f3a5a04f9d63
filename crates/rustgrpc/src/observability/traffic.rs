//! The bytes of an attempt, or of a server's call.

use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug, Default)]
pub(crate) struct Traffic {
    sent: AtomicU64,
    received: AtomicU64,
}

impl Traffic {
    pub(crate) fn add_sent(&self, length: usize) {
        self.sent.fetch_add(length as u64, Ordering::Relaxed);
    }

    pub(crate) fn add_received(&self, length: usize) {
        self.received.fetch_add(length as u64, Ordering::Relaxed);
    }

    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    pub(super) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }
}
