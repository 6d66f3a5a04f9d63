//! `kill -9` of the server while calls of all kinds run.

use std::time::Duration;

use futures_util::future::join_all;
use rustgrpc as grpc;
use rustgrpc::StatusCode;

use super::Scale;
use crate::Failure;
use crate::faults_pb2::{Blob, FloodRequest, SwallowRequest};
use crate::figures::Figures;
use crate::patience::within;
use crate::usage::Usage;
use crate::victim::{Face, Victim};

/// Of each kind.
const CALLS: u64 = 20;

pub(super) async fn run(face: Face, _: Scale, figures: &mut Figures) -> Result<(), Failure> {
    let mut victim = Victim::start(face).await?;
    let stub = victim.stub();
    stub.echo(Blob::default()).await?;
    let files = Usage::of_this_process()?.files;
    let holds = (0..CALLS).map(|_| stub.hold(Blob::default()).into_future());
    let calls = holds.map(|hold| tokio::spawn(async { hold.await.map(drop) }));
    let mut calls: Vec<_> = calls.collect();
    for _ in 0..CALLS {
        let mut flood = stub.flood(FloodRequest {
            size: 1000,
            count: u64::MAX,
            ..Default::default()
        });
        calls.push(tokio::spawn(async move {
            while flood.next().await?.is_some() {}
            Ok(())
        }));
        let mut swallow = stub.swallow(grpc::writing());
        calls.push(tokio::spawn(async move {
            let request = SwallowRequest {
                data: vec![7; 1000],
                ..Default::default()
            };
            // What the call ends with is what its future says.
            while swallow.write(request.clone()).await.is_ok() {}
            swallow.await.map(drop)
        }));
    }
    victim.until_handlers(3 * CALLS).await?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    victim.kill().await?;
    let (ends, seconds) = within("the end of all calls", join_all(calls)).await?;
    figures.took("until all 60 calls have ended", seconds);
    let mut unavailable = 0;
    for end in ends {
        let code = end?.err().map(|error: grpc::RpcError| error.code());
        unavailable += usize::from(code == Some(StatusCode::Unavailable));
    }
    figures.at_least(
        "calls that ended UNAVAILABLE",
        unavailable as f64,
        3.0 * CALLS as f64,
        "",
    );

    let port = victim.port();
    drop(victim);
    let victim = Victim::start_with(face, port, None).await?;
    let next = stub.echo(Blob::default()).wait_for_ready(true);
    let (reply, seconds) = within("the next call", next.into_future()).await?;
    reply?;
    figures.took("from the restart to the next call's answer", seconds);
    let left = Usage::files_left_in_this_process(files).await?;
    figures.at_most("sockets left in the client", left, 0.0, "");
    victim.stop(Duration::ZERO).await?;
    Ok(())
}
