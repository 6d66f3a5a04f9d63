//! A server that is stopped while calls are open ends within its grace.

use std::time::Duration;

use futures_util::future::join_all;
use rustgrpc as grpc;
use rustgrpc::StatusCode;

use super::Scale;
use crate::Failure;
use crate::faults_pb2::{Blob, FloodRequest};
use crate::figures::Figures;
use crate::patience::within;
use crate::victim::{Face, Victim};

const GRACE: Duration = Duration::from_secs(1);
/// Longer than anybody waits here: a server that only the grace ends is one that hangs.
const LONG_GRACE: Duration = Duration::from_secs(3600);

pub(super) async fn run(face: Face, _: Scale, figures: &mut Figures) -> Result<(), Failure> {
    // On threads, a call has one.
    let calls = match face {
        Face::Aio => 1000,
        Face::Sync => 100,
    };
    let seconds = stopped(face, calls, Duration::ZERO, figures).await?;
    figures.took(
        format!("end with {calls} calls and 10 streams, no grace"),
        seconds,
    );
    let seconds = stopped(face, calls, GRACE, figures).await?;
    figures.at_least(
        "end with a grace of 1 s, not before",
        seconds,
        GRACE.as_secs_f64(),
        "s",
    );
    figures.took("end with a grace of 1 s", seconds);

    let victim = Victim::start(face).await?;
    let stub = victim.stub();
    let holds: Vec<_> = (0..calls)
        .map(|_| tokio::spawn(stub.hold(Blob::default()).into_future()))
        .collect();
    victim.until_handlers(calls).await?;
    victim.release().await?;
    let seconds = victim.stop(LONG_GRACE).await?;
    figures.took(
        "end with a grace of an hour when the calls end by themselves",
        seconds,
    );
    for hold in holds {
        hold.await??;
    }
    Ok(())
}

/// The seconds until the server has ended; its calls end as they should.
async fn stopped(
    face: Face,
    calls: u64,
    grace: Duration,
    figures: &mut Figures,
) -> Result<f64, Failure> {
    let victim = Victim::start(face).await?;
    let stub = victim.stub();
    let holds = (0..calls).map(|_| tokio::spawn(stub.hold(Blob::default()).into_future()));
    let holds: Vec<_> = holds.collect();
    let mut floods = Vec::new();
    for _ in 0..10 {
        let mut flood = stub.flood(FloodRequest {
            size: 10_000,
            count: u64::MAX,
            ..Default::default()
        });
        floods.push(tokio::spawn(async move {
            while flood.next().await?.is_some() {}
            Ok::<_, grpc::RpcError>(())
        }));
    }
    victim.until_handlers(calls + 10).await?;
    let seconds = victim.stop(grace).await?;
    let (ends, _) = within("the ends of the calls", join_all(holds)).await?;
    let mut told = 0;
    for end in ends {
        let error = end?
            .map(drop)
            .err()
            .ok_or("a call that was held has an answer")?;
        if error.code() != StatusCode::Unavailable {
            return Err(error.into());
        }
        told += u32::from(error.details() == "Cancelling all calls");
    }
    figures.at_least(
        "calls that were told why",
        f64::from(told),
        calls as f64,
        "",
    );
    for end in within("the ends of the streams", join_all(floods)).await?.0 {
        let code = end?.err().map(|error| error.code());
        if code != Some(StatusCode::Unavailable) {
            return Err(format!("a stream ended with {code:?}").into());
        }
    }
    Ok(seconds)
}
