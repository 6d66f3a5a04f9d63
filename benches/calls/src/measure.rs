//! What is measured: calls, their latencies, and the CPU time of this process and of the server.

use std::error::Error;
use std::fmt;
use std::fs;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The time in which calls count.
#[derive(Clone)]
pub struct Window(Arc<Mutex<State>>);

struct State {
    pid: u32,
    warm_up: Duration,
    time: Duration,
    started: Option<Instant>,
    begun: Option<Sample>,
    ended: Option<Sample>,
    /// Nanoseconds.
    latencies: Vec<u64>,
    messages: usize,
}

#[derive(Clone, Copy)]
struct Sample {
    at: Instant,
    own: Duration,
    server: Duration,
}

/// What a run has shown.
#[derive(Debug)]
pub struct Outcome {
    pub calls: usize,
    pub messages: usize,
    pub seconds: f64,
    /// Microseconds at 50, 99 and 99.9 percent.
    pub latency: [f64; 3],
    /// Seconds.
    pub own_cpu: f64,
    pub server_cpu: f64,
}

impl Window {
    pub fn new(pid: u32, warm_up: Duration, time: Duration) -> Self {
        Self(Arc::new(Mutex::new(State {
            pid,
            warm_up,
            time,
            started: None,
            begun: None,
            ended: None,
            latencies: Vec::with_capacity(1 << 20),
            messages: 0,
        })))
    }

    /// The first connection is there: the time to warm up begins.
    pub fn start(&self) {
        self.lock().started.get_or_insert_with(Instant::now);
    }

    pub fn is_over(&self) -> bool {
        self.lock().ended.is_some()
    }

    /// A call that began at `begun` has ended just now.
    pub fn note(&self, begun: Instant, messages: usize) {
        let mut state = self.lock();
        let now = Instant::now();
        let Some(started) = state.started else {
            return;
        };
        if state.begun.is_none() && now - started >= state.warm_up {
            state.begun = Some(Sample::take(state.pid));
        } else if state.begun.is_some() && state.ended.is_none() {
            state.latencies.push((now - begun).as_nanos() as u64);
            state.messages += messages;
            if now - started >= state.warm_up + state.time {
                state.ended = Some(Sample::take(state.pid));
            }
        }
    }

    pub fn outcome(&self) -> Result<Outcome, Box<dyn Error + Send + Sync>> {
        let mut state = self.lock();
        let begun = state.begun.ok_or("nothing was measured")?;
        let ended = state.ended.unwrap_or_else(|| Sample::take(state.pid));
        state.latencies.sort_unstable();
        let calls = state.latencies.len();
        let at = |share: f64| {
            let index = ((calls as f64 * share) as usize).min(calls.saturating_sub(1));
            state
                .latencies
                .get(index)
                .map_or(f64::NAN, |nanos| *nanos as f64 / 1e3)
        };
        Ok(Outcome {
            calls,
            messages: state.messages,
            seconds: (ended.at - begun.at).as_secs_f64(),
            latency: [at(0.5), at(0.99), at(0.999)],
            own_cpu: (ended.own - begun.own).as_secs_f64(),
            server_cpu: (ended.server - begun.server).as_secs_f64(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sample {
    fn take(pid: u32) -> Self {
        Self {
            at: Instant::now(),
            own: cpu_time("self"),
            server: cpu_time(&pid.to_string()),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p99, p999] = self.latency;
        write!(
            f,
            r#"{{"calls": {}, "messages": {}, "seconds": {:.6}, "p50": {p50:.2}, "p99": {p99:.2}, "p999": {p999:.2}, "own_cpu": {:.6}, "server_cpu": {:.6}}}"#,
            self.calls, self.messages, self.seconds, self.own_cpu, self.server_cpu
        )
    }
}

/// What the threads of a process have run, which the kernel knows by the nanosecond.
fn cpu_time(pid: &str) -> Duration {
    let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return Duration::ZERO;
    };
    let nanos = threads.flatten().filter_map(|thread| {
        let times = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        times.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}
