//! Metadata that is too large, in both directions.

use futures_util::future::join_all;

use super::Scale;
use crate::Failure;
use crate::faults_pb2::Blob;
use crate::figures::Figures;
use crate::patience::{PATIENCE, within};
use crate::victim::{Face, Victim};

pub(super) async fn run(face: Face, scale: Scale, figures: &mut Figures) -> Result<(), Failure> {
    let victim = Victim::start(face).await?;
    let stub = victim.stub();
    stub.echo(Blob::default()).await?;
    let before = victim.usage()?.memory;
    let allowed = || {
        stub.echo(Blob::default())
            .metadata([("large", "x".repeat(8000))])
    };
    let calls = scale.of(20_000, 2_000);
    for _ in 0..calls / 100 {
        let replies = join_all((0..100).map(|_| allowed().into_future()));
        for reply in within("calls with 8 kB of metadata", replies).await?.0 {
            reply?;
        }
    }
    figures.note(
        "calls with 8 kB of metadata, all answered",
        calls as f64,
        "",
    );
    let mut slowest = 0.0_f64;
    let sizes = &[20_000_u32, 100_000, 1 << 20, 4 << 20][..scale.of(4, 3)];
    for size in sizes {
        let call = stub
            .echo(Blob::default())
            .metadata([("large", "x".repeat(*size as usize))]);
        // A size that is refused is refused at once; without a deadline nothing else would end it.
        let (refused, seconds) =
            within("a call with too much metadata", call.into_future()).await?;
        let error = refused
            .map(drop)
            .err()
            .ok_or(format!("{size} bytes of metadata are taken"))?;
        figures.note(
            format!("request metadata of {size} bytes: {}", error.code().name()),
            seconds,
            "s",
        );
        slowest = slowest.max(seconds);
        let next = stub.echo(Blob::default()).timeout(PATIENCE);
        within("the next call", next.into_future()).await?.0?;
    }
    for size in sizes {
        let call = stub.echo(Blob {
            trailing_size: *size,
            ..Default::default()
        });
        let (refused, seconds) =
            within("a call with too large trailers", call.into_future()).await?;
        let error = refused
            .map(drop)
            .err()
            .ok_or(format!("trailers of {size} bytes are taken"))?;
        figures.note(
            format!("trailing metadata of {size} bytes: {}", error.code().name()),
            seconds,
            "s",
        );
        slowest = slowest.max(seconds);
        let next = stub.echo(Blob::default()).timeout(PATIENCE);
        within("the next call", next.into_future()).await?.0?;
    }
    figures.took("slowest refusal", slowest);
    victim.until_handlers(0).await?;
    let grown = victim.usage()?.memory - before;
    figures.at_most("server's memory after all that", grown, 96.0, "MiB");
    Ok(())
}
