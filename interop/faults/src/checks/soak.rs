//! Calls of all kinds for a long time, to servers of both faces at once: memory stays flat, and nothing is left behind.

mod blocking;
mod work;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::Scale;
use crate::Failure;
use crate::faults_pb2::Blob;
use crate::figures::Figures;
use crate::patience::within;
use crate::random::Random;
use crate::usage::Usage;
use crate::victim::{Face, Victim};

/// Clients of each server: tasks, or threads.
const WORKERS: u64 = 8;
/// Between looks at the memory; in a short soak, there are as many as in one of twenty minutes.
const SAMPLING: Duration = Duration::from_secs(60);
const LEAST_SAMPLES: u32 = 20;

/// Kinds of calls that their deadline or their caller ends.
const CANCELLED: [u64; 2] = [3, 5];

type Workers = JoinSet<Result<(), Failure>>;

/// What the workers of one server share.
#[derive(Debug, Default)]
struct Progress {
    is_over: AtomicBool,
    calls: AtomicU64,
    /// Of these, given up by the caller or by its deadline.
    cancelled: AtomicU64,
    reconnects: AtomicU64,
}

impl Progress {
    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    fn count(&self, kind: u64) {
        self.calls.fetch_add(1, Ordering::SeqCst);
        if CANCELLED.contains(&kind) {
            self.cancelled.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn count_reconnect(&self) {
        self.reconnects.fetch_add(1, Ordering::SeqCst);
    }
}

/// One of the servers.
struct Subject {
    face: Face,
    victim: Victim,
    before: Usage,
    tasks: u64,
    progress: Arc<Progress>,
    memory: Vec<f64>,
}

pub(super) async fn run(_: Face, scale: Scale, figures: &mut Figures) -> Result<(), Failure> {
    let mut subjects = [
        Subject::new(Face::Aio).await?,
        Subject::new(Face::Sync).await?,
    ];
    // The runtime of blocking callers has files of its own, for ever.
    let port = subjects[0].victim.port();
    tokio::task::spawn_blocking(move || blocking::once(port)).await??;
    let client = Usage::of_this_process()?;

    let mut workers = Workers::new();
    subjects
        .iter()
        .for_each(|subject| subject.employ(&mut workers, scale.pause));
    let began = Instant::now();
    let mut memory = Vec::new();
    let sampling = SAMPLING.min(scale.soak / LEAST_SAMPLES);
    while began.elapsed() < scale.soak {
        // A worker that ends has failed.
        tokio::select! {
            () = tokio::time::sleep(sampling) => {}
            Some(failed) = workers.join_next() => failed??,
        }
        memory.push(Usage::of_this_process()?.memory);
        for subject in &mut subjects {
            subject.memory.push(subject.victim.usage()?.memory);
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    for subject in &subjects {
        subject.progress.is_over.store(true, Ordering::SeqCst);
    }
    let ending = async {
        while let Some(worker) = workers.join_next().await {
            worker??;
        }
        Ok::<_, Failure>(())
    };
    within("the ends of the workers", ending).await?.0?;

    figures.note("duration", seconds, "s");
    let spent = Usage::of_this_process()?.processor - client.processor;
    figures.note("clients' processor time, both", spent, "s");
    record("clients' memory, both", &memory, figures);
    for subject in &subjects {
        figures.begin("soak", subject.face);
        subject.conclude(figures).await?;
    }
    let left = Usage::files_left_in_this_process(client.files).await?;
    figures.at_most("sockets left in the clients, both", left, 0.0, "");
    Ok(())
}

impl Subject {
    async fn new(face: Face) -> Result<Self, Failure> {
        let victim = Victim::start(face).await?;
        Ok(Self {
            face,
            before: victim.usage()?,
            tasks: victim.stats().await?.tasks,
            victim,
            progress: Arc::default(),
            memory: Vec::new(),
        })
    }

    fn employ(&self, workers: &mut Workers, pause: Duration) {
        for number in 0..WORKERS {
            let (port, progress) = (self.victim.port(), self.progress.clone());
            let random = Random::new(number + 3);
            match self.face {
                Face::Aio => drop(workers.spawn(work::run(port, progress, random, pause))),
                Face::Sync => {
                    drop(
                        workers
                            .spawn_blocking(move || blocking::run(port, &progress, random, pause)),
                    );
                }
            }
        }
    }

    /// After all clients have gone.
    async fn conclude(&self, figures: &mut Figures) -> Result<(), Failure> {
        let calls = self.progress.calls.load(Ordering::SeqCst);
        figures.at_least("calls, each checked", calls as f64, WORKERS as f64, "");
        for (name, count) in [
            (
                "of these, given up in their midst",
                &self.progress.cancelled,
            ),
            ("reconnects", &self.progress.reconnects),
        ] {
            figures.note(name, count.load(Ordering::SeqCst) as f64, "");
        }
        let spent = self.victim.usage()?.processor - self.before.processor;
        figures.note("server's processor time", spent, "s");
        record("server's memory", &self.memory, figures);
        self.victim.until_handlers(0).await?;
        let left = self.victim.handlers().await?;
        figures.at_most("calls left on the server", left as f64, 0.0, "");
        self.victim.until_files(self.before.files).await?;
        let left = self.victim.usage()?.files - self.before.files;
        figures.at_most("sockets left in the server", left, 0.0, "");
        let left = self.victim.tasks_left(self.tasks).await?;
        figures.at_most("tasks left in the server", left, 0.0, "");
        let next = self.victim.stub().echo(Blob::default());
        within("the next call", next.into_future()).await?.0?;
        Ok(())
    }
}

/// The medians of the second fifth of the time, of the middle and of the end. Allocators keep what they have had; a leak of a
/// few bytes in each call is more than this in an hour.
fn record(of: &str, memory: &[f64], figures: &mut Figures) {
    let fifth = memory.len() / 5;
    let fifths: Vec<_> = memory.chunks_exact(fifth.max(1)).map(median).collect();
    let [_, start, middle, _, end, ..] = fifths[..] else {
        return;
    };
    let highest = memory.iter().copied().fold(0.0, f64::max);
    figures.note(format!("{of} after warming up"), start, "MiB");
    figures.note(format!("{of} in the middle"), middle, "MiB");
    figures.note(format!("{of} at its highest"), highest, "MiB");
    let bound = start + f64::max(24.0, start * 0.25);
    figures.at_most(format!("{of} at the end"), end, bound, "MiB");
    figures.series(of, memory);
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
