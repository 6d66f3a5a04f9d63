//! Calls that are given up as soon as they are made: by callers that cancel, and by an attacker that does nothing else.

use std::pin::pin;

use futures_util::future::join_all;

use super::Scale;
use crate::Failure;
use crate::faults_pb2::{Blob, FloodRequest};
use crate::faults_pb2_grpc::FaultsStub;
use crate::figures::Figures;
use crate::patience::{PATIENCE, within, within_time};
use crate::random::Random;
use crate::raw;
use crate::usage::Usage;
use crate::victim::{Face, Victim};

pub(super) async fn run(face: Face, scale: Scale, figures: &mut Figures) -> Result<(), Failure> {
    let count = scale.of(100_000, 20_000);
    cancelled(face, count, figures).await?;
    reset(face, count, figures).await
}

/// By a caller of this library, on one channel.
async fn cancelled(face: Face, count: usize, figures: &mut Figures) -> Result<(), Failure> {
    let victim = Victim::start(face).await?;
    let stub = victim.stub();
    stub.echo(Blob::default()).await?;
    let files = victim.usage()?.files;
    let (server, client) = (victim.usage()?, Usage::of_this_process()?);
    let mut random = Random::new(2);
    let cancelling = async {
        for _ in 0..count / 100 {
            let calls = (0..100).map(|_| cancelled_one(&stub, random.below(20)));
            for call in join_all(calls).await {
                call?;
            }
        }
        Ok::<_, Failure>(())
    };
    let (result, seconds) = within_time(10 * PATIENCE, "the cancelled calls", cancelling).await?;
    result?;
    figures.note("calls that were cancelled on one channel", count as f64, "");
    figures.note("in", seconds, "s");
    let spent = victim.usage()?.processor - server.processor;
    figures.note("server's processor time", spent, "s");
    figures.took("the next call", echo(&stub).await?);
    victim.until_handlers(0).await?;
    let grown = victim.usage()?.memory - server.memory;
    figures.at_most("server's memory after all that", grown, 64.0, "MiB");
    let grown = Usage::of_this_process()?.memory - client.memory;
    figures.at_most("client's memory after all that", grown, 64.0, "MiB");
    figures.at_most(
        "more sockets than before",
        victim.usage()?.files - files,
        0.0,
        "",
    );
    Ok(())
}

/// A call that has begun, or that has brought some responses and has more.
async fn cancelled_one(stub: &FaultsStub, kind: u64) -> Result<(), Failure> {
    let mut flood = stub.flood(FloodRequest {
        size: 1000,
        count: if kind == 0 { u64::MAX } else { 3 },
        ..Default::default()
    });
    flood.start().await;
    for _ in 0..kind % 3 {
        flood.next().await?;
    }
    Ok(())
}

/// By an attacker: each call is reset in the next frame.
async fn reset(face: Face, count: usize, figures: &mut Figures) -> Result<(), Failure> {
    let victim = Victim::start(face).await?;
    let stub = victim.stub();
    stub.echo(Blob::default()).await?;
    let before = victim.usage()?;
    let attack = within_time(
        10 * PATIENCE,
        "the attack",
        raw::resets(victim.port(), count),
    );
    let mut attack = pin!(attack);
    let mut slowest = 0.0_f64;
    let (connections, seconds) = loop {
        tokio::select! {
            done = &mut attack => break done?,
            beside = echo(&stub) => slowest = slowest.max(beside?),
        }
    };
    figures.note("calls that were reset in the next frame", count as f64, "");
    figures.note("in", seconds, "s");
    figures.note(
        "connections that the server closed under it",
        connections? as f64,
        "",
    );
    let spent = victim.usage()?.processor - before.processor;
    figures.note("server's processor time", spent, "s");
    figures.took("slowest call beside", slowest);
    figures.took("the next call", echo(&stub).await?);
    victim.until_handlers(0).await?;
    victim.until_files(before.files).await?;
    let grown = victim.usage()?.memory - before.memory;
    figures.at_most("server's memory after all that", grown, 128.0, "MiB");
    Ok(())
}

/// A call, and the seconds that it took.
async fn echo(stub: &FaultsStub) -> Result<f64, Failure> {
    let (reply, seconds) = within("a call", stub.echo(Blob::default()).into_future()).await?;
    reply?;
    Ok(seconds)
}
