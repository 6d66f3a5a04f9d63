//! Ten thousand calls at once on one channel.

use futures_util::future::try_join_all;

use super::Scale;
use crate::Failure;
use crate::faults_pb2::Blob;
use crate::figures::Figures;
use crate::patience::{PATIENCE, within_time};
use crate::usage::Usage;
use crate::victim::{Face, Victim};

const CALLS: u32 = 10_000;

pub(super) async fn run(face: Face, scale: Scale, figures: &mut Figures) -> Result<(), Failure> {
    let victim = Victim::start(face).await?;
    let stub = victim.stub();
    stub.echo(Blob::default()).await?;
    let rounds = scale.of(20, 1);
    let before = victim.usage()?;
    let tasks = victim.stats().await?.tasks;
    let mut after_one = None;
    for round in 0..rounds {
        let began = std::time::Instant::now();
        let calls = (0..CALLS).map(|number| {
            let call = stub.hold(Blob {
                data: number.to_be_bytes().to_vec(),
                ..Default::default()
            });
            async move {
                let reply = call.await?;
                if reply.data == number.to_be_bytes() {
                    Ok(())
                } else {
                    Err::<_, Failure>("the answer of another call".into())
                }
            }
        });
        let calls = tokio::spawn(try_join_all(calls.collect::<Vec<_>>()));
        victim.until_handlers(CALLS.into()).await?;
        let standing = began.elapsed().as_secs_f64();
        let full = victim.usage()?;
        victim.release().await?;
        let (ended, seconds) =
            within_time(4 * PATIENCE, "the answers of 10,000 calls", calls).await?;
        ended??;
        if round == 0 {
            figures.took("until 10,000 calls stand", standing);
            figures.took("until all are answered", seconds);
            figures.at_most(
                "more sockets of the server",
                full.files - before.files,
                0.0,
                "",
            );
            let each = (full.memory - before.memory) * 1024.0 / f64::from(CALLS);
            figures.at_most("server's memory for one", each, 32.0, "KiB");
        }
        victim.until_handlers(0).await?;
        after_one.get_or_insert(victim.usage()?.memory);
    }
    let left = victim.tasks_left(tasks).await?;
    figures.at_most("tasks left in the server", left, 0.0, "");
    if let (Some(after_one), 2..) = (after_one, rounds) {
        let grown = victim.usage()?.memory - after_one;
        figures.at_most(
            "server's memory after twenty times, over that after one",
            grown,
            48.0,
            "MiB",
        );
    }
    let left = Usage::of_this_process()?;
    figures.note("client's memory", left.memory, "MiB");
    Ok(())
}
