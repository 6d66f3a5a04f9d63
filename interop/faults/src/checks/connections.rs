//! A thousand connections, each with a call that stands.

use futures_util::future::try_join_all;

use super::Scale;
use crate::Failure;
use crate::faults_pb2::Blob;
use crate::figures::Figures;
use crate::patience::{PATIENCE, within_time};
use crate::usage::Usage;
use crate::victim::{Face, Victim};

const CONNECTIONS: u32 = 1000;

pub(super) async fn run(face: Face, scale: Scale, figures: &mut Figures) -> Result<(), Failure> {
    let rounds = scale.of(20, 1);
    let victim = Victim::start(face).await?;
    let before = victim.usage()?;
    let client = Usage::of_this_process()?;
    let mut after_one = None;
    for round in 0..rounds {
        let stubs: Vec<_> = (0..CONNECTIONS).map(|_| victim.stub()).collect();
        let echoes = stubs
            .iter()
            .map(|stub| stub.echo(Blob::default()).into_future());
        let connected = within_time(4 * PATIENCE, "1,000 connections", try_join_all(echoes));
        let (replies, seconds) = connected.await?;
        replies?;
        let holds = stubs
            .iter()
            .map(|stub| stub.hold(Blob::default()).into_future());
        let holds = tokio::spawn(try_join_all(holds.collect::<Vec<_>>()));
        victim.until_handlers(CONNECTIONS.into()).await?;
        let full = victim.usage()?;
        if round == 0 {
            figures.at_least(
                "sockets of the server",
                full.files - before.files,
                CONNECTIONS.into(),
                "",
            );
            figures.took("until all have connected and got an answer", seconds);
            let each = (full.memory - before.memory) * 1024.0 / f64::from(CONNECTIONS);
            figures.at_most("server's memory for one with a call", each, 256.0, "KiB");
            let each = (Usage::of_this_process()?.memory - client.memory) * 1024.0
                / f64::from(CONNECTIONS);
            figures.at_most("client's memory for one with a call", each, 256.0, "KiB");
        }
        victim.release().await?;
        within_time(4 * PATIENCE, "the ends of 1,000 calls", holds)
            .await?
            .0??;
        drop(stubs);
        victim.until_files(before.files).await?;
        after_one.get_or_insert(victim.usage()?.memory);
    }
    let left = Usage::files_left_in_this_process(client.files).await?;
    figures.at_most("sockets left in the client", left, 0.0, "");
    figures.at_most(
        "sockets left in the server",
        victim.usage()?.files - before.files,
        0.0,
        "",
    );
    if let (Some(after_one), 2..) = (after_one, rounds) {
        let grown = victim.usage()?.memory - after_one;
        figures.at_most(
            "server's memory after twenty times, over that after one",
            grown,
            48.0,
            "MiB",
        );
    }
    Ok(())
}
