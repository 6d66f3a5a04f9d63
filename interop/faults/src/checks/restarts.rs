//! A server that is stopped with grace and started again while its clients go on calling: no call is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use super::Scale;
use crate::Failure;
use crate::faults_pb2::{Blob, FloodRequest};
use crate::faults_pb2_grpc::FaultsStub;
use crate::figures::Figures;
use crate::patience::{until, within};
use crate::usage::Usage;
use crate::victim::{Face, Victim};

/// Of each, there are so many callers.
const CHANNELS: usize = 4;
const CALLERS: usize = 4;
/// Calls that are answered before each stop.
const BETWEEN: u64 = 500;
/// Nobody waits for its end: calls end by themselves.
const GRACE: Duration = Duration::from_secs(3600);
const MESSAGES: u64 = 20;

#[derive(Debug, Default)]
struct Progress {
    is_over: AtomicBool,
    answered: AtomicU64,
}

pub(super) async fn run(face: Face, scale: Scale, figures: &mut Figures) -> Result<(), Failure> {
    let mut victim = Victim::start(face).await?;
    let files = Usage::of_this_process()?.files;
    let progress = Arc::<Progress>::default();
    let mut callers = JoinSet::new();
    for _ in 0..CHANNELS {
        let stub = victim.stub();
        for caller in 0..CALLERS {
            callers.spawn(call(stub.clone(), caller, progress.clone()));
        }
    }
    let rounds = scale.of(10, 2);
    let mut slowest = 0.0_f64;
    for _ in 0..rounds {
        go_on(&progress, &mut callers).await?;
        let port = victim.port();
        slowest = slowest.max(victim.stop(GRACE).await?);
        victim = Victim::start_with(face, port, None).await?;
    }
    go_on(&progress, &mut callers).await?;
    progress.is_over.store(true, Ordering::SeqCst);
    let ending = async {
        while let Some(caller) = callers.join_next().await {
            caller??;
        }
        Ok::<_, Failure>(())
    };
    within("the last calls", ending).await?.0?;

    figures.note(
        "times that the server was stopped and started",
        rounds as f64,
        "",
    );
    figures.took("slowest stop, grace of an hour", slowest);
    let answered = progress.answered.load(Ordering::SeqCst);
    let least = BETWEEN * (rounds as u64 + 1);
    figures.at_least(
        "calls answered, none failed",
        answered as f64,
        least as f64,
        "",
    );
    victim.until_handlers(0).await?;
    // The connection of the observer is one of the new server's.
    let left = Usage::files_left_in_this_process(files).await?;
    figures.at_most("sockets left in the client", left, 0.0, "");
    Ok(())
}

/// Waits until some calls have been answered.
async fn go_on(
    progress: &Progress,
    callers: &mut JoinSet<Result<(), Failure>>,
) -> Result<(), Failure> {
    let wanted = progress.answered.load(Ordering::SeqCst) + BETWEEN;
    let is_reached = async || Ok(progress.answered.load(Ordering::SeqCst) >= wanted);
    tokio::select! {
        reached = until("enough calls are answered", true, is_reached) => reached.map(drop),
        // A caller that ends has failed.
        Some(failed) = callers.join_next() => failed?,
    }
}

/// One call after the other: unary ones and streams, by turns.
async fn call(stub: FaultsStub, first: usize, progress: Arc<Progress>) -> Result<(), Failure> {
    let mut turn = first;
    while !progress.is_over.load(Ordering::SeqCst) {
        let (result, _) = within("a call across a restart", one(&stub, turn)).await?;
        result.map_err(|error| format!("a call across a restart: {error}"))?;
        progress.answered.fetch_add(1, Ordering::SeqCst);
        turn += 1;
    }
    Ok(())
}

async fn one(stub: &FaultsStub, turn: usize) -> Result<(), Failure> {
    if turn.is_multiple_of(2) {
        stub.echo(Blob::default()).wait_for_ready(true).await?;
        return Ok(());
    }
    let request = FloodRequest {
        size: 1000,
        count: MESSAGES,
        ..Default::default()
    };
    let mut flood = stub.flood(request).wait_for_ready(true);
    let mut count = 0;
    while flood.next().await?.is_some() {
        count += 1;
    }
    if count == MESSAGES {
        Ok(())
    } else {
        Err(format!("{count} messages of {MESSAGES}").into())
    }
}
