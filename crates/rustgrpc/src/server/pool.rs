//! The threads that blocking servicers run on.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Threads that servicers run on, where they may block. Python's `concurrent.futures.ThreadPoolExecutor`.
///
/// As many calls run at once as there are threads; the others wait in the order of their arrival. A thread is started
/// when a call comes and none is free. A clone is the same pool, which several servers may share; with the last clone,
/// and the last call, the threads end.
#[derive(Clone)]
pub struct ThreadPoolExecutor {
    pool: Arc<Pool>,
}

/// What a pool thread is given to do.
pub(crate) type Job = Box<dyn FnOnce() + Send>;

struct Pool {
    core: Arc<Core>,
    max_workers: usize,
    thread_name_prefix: String,
}

/// What the threads hold: not the pool itself, whose end is theirs.
#[derive(Default)]
struct Core {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
    closed: bool,
}

impl ThreadPoolExecutor {
    /// A pool of at most `max_workers` threads; zero counts as one.
    pub fn new(max_workers: usize) -> Self {
        Self::with_thread_name_prefix(max_workers, "ThreadPoolExecutor")
    }

    /// The same with the beginning of the threads' names, `ThreadPoolExecutor` by default.
    pub fn with_thread_name_prefix(max_workers: usize, prefix: impl Into<String>) -> Self {
        Self {
            pool: Arc::new(Pool {
                core: Arc::default(),
                max_workers: max_workers.max(1),
                thread_name_prefix: prefix.into(),
            }),
        }
    }

    /// The number of threads at most.
    pub fn max_workers(&self) -> usize {
        self.pool.max_workers
    }

    /// Runs `job` on a thread of the pool, in its turn. Fails when there is no thread and none can be started.
    pub(crate) fn submit(&self, job: Job) -> io::Result<()> {
        let mut state = self.pool.core.lock();
        if state.idle <= state.jobs.len() && state.threads < self.pool.max_workers {
            match self.pool.start_thread(state.threads) {
                Ok(()) => state.threads += 1,
                // Those that run get to the job later.
                Err(_) if state.threads > 0 => {}
                Err(error) => return Err(error),
            }
        }
        state.jobs.push_back(job);
        drop(state);
        self.pool.core.changed.notify_one();
        Ok(())
    }
}

impl Default for ThreadPoolExecutor {
    /// Python's default: four threads more than there are processors, at most 32.
    fn default() -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        Self::new((processors + 4).min(32))
    }
}

impl fmt::Debug for ThreadPoolExecutor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.pool.core.lock();
        f.debug_struct("ThreadPoolExecutor")
            .field("max_workers", &self.pool.max_workers)
            .field("threads", &state.threads)
            .field("queued", &state.jobs.len())
            .finish()
    }
}

impl Pool {
    fn start_thread(&self, index: usize) -> io::Result<()> {
        let core = self.core.clone();
        thread::Builder::new()
            .name(format!("{}_{index}", self.thread_name_prefix))
            .spawn(move || core.work())
            .map(drop)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.core.lock().closed = true;
        self.core.changed.notify_all();
    }
}

impl Core {
    /// Does one job after the other until the pool is closed and nothing is left.
    fn work(&self) {
        while let Some(job) = self.next() {
            // What a servicer does has been caught; this is for destructors that panic.
            drop(catch_unwind(AssertUnwindSafe(job)));
        }
    }

    fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            if state.closed {
                return None;
            }
            state.idle += 1;
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
