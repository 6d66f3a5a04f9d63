//! Counts allocations: the system's allocator with a counter before it.
#![expect(unsafe_code, reason = "an allocator is implemented by an unsafe trait")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

static COUNTING: AtomicBool = AtomicBool::new(false);
static COUNT: AtomicU64 = AtomicU64::new(0);

/// How many allocations were made since the start; growing one counts as well.
pub fn count() -> u64 {
    COUNT.load(Ordering::Relaxed)
}

/// Until this is called nothing is counted, so that measurements of time pay no more than a branch.
pub fn start() {
    COUNTING.store(true, Ordering::Relaxed);
}

#[inline(always)]
fn count_one() {
    if COUNTING.load(Ordering::Relaxed) {
        COUNT.fetch_add(1, Ordering::Relaxed);
    }
}

pub struct Counting;

// SAFETY: all calls are handed on as they come.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count_one();
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count_one();
        // SAFETY: the caller's promise.
        unsafe { System.realloc(block, layout, size) }
    }
}
