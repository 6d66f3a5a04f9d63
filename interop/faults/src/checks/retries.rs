//! Calls with a retry policy, whose connections are cut or whose server is killed: none is lost, and no server is hammered.

use std::time::Duration;

use futures_util::future::try_join_all;
use rustgrpc::aio::Channel;
use rustgrpc::{MethodConfig, RetryPolicy, RpcError, ServiceConfig, StatusCode};
use tokio::task::JoinHandle;

use super::Scale;
use crate::Failure;
use crate::faults_pb2::{Blob, Failing};
use crate::faults_pb2_grpc::FaultsStub;
use crate::figures::Figures;
use crate::patience::{until, within};
use crate::proxy::Proxy;
use crate::usage::Usage;
use crate::victim::{Face, Victim};

/// Calls at once.
const CALLS: u64 = 50;
/// Attempts of each that are cut off.
const CUTS: u64 = 3;
const TOKENS: u64 = 10;

pub(super) async fn run(face: Face, scale: Scale, figures: &mut Figures) -> Result<(), Failure> {
    cut_off(face, figures).await?;
    killed(face, figures).await?;
    throttled(face, scale.of(2000, 200) as u64, figures).await
}

/// Each connection is cut when all calls stand on it.
async fn cut_off(face: Face, figures: &mut Figures) -> Result<(), Failure> {
    let victim = Victim::start(face).await?;
    let files = Usage::of_this_process()?.files;
    let proxy = Proxy::start(victim.port()).await?;
    let stub = stub(proxy.port(), config());
    let calls = hold_all(&stub);
    for attempt in 1..=CUTS {
        until_begun(&victim, CALLS * attempt).await?;
        proxy.cut();
    }
    until_begun(&victim, CALLS * (CUTS + 1)).await?;
    // Those that were cut off are over.
    victim.until_handlers(CALLS).await?;
    victim.release().await?;
    let (answers, _) = within("the answers", try_join_all(calls)).await?;
    let answers = answers?.into_iter().filter(Result::is_ok).count();
    let name = format!("calls answered, cut off {CUTS} times");
    figures.at_least(name, answers as f64, CALLS as f64, "");
    let attempts = victim.stats().await?.begun as f64;
    let most = CALLS * (CUTS + 1);
    figures.at_most("attempts that the server saw", attempts, most as f64, "");
    drop((stub, proxy));
    let left = Usage::files_left_in_this_process(files).await?;
    figures.at_most("sockets left in the client", left, 0.0, "");
    Ok(())
}

/// The server is gone for a while, and another comes in its place.
async fn killed(face: Face, figures: &mut Figures) -> Result<(), Failure> {
    let mut victim = Victim::start(face).await?;
    let stub = stub(victim.port(), config());
    let calls = hold_all(&stub);
    victim.until_handlers(CALLS).await?;
    victim.kill().await?;
    let port = victim.port();
    drop(victim);
    let victim = Victim::start_with(face, port, None).await?;
    let seconds = victim.until_handlers(CALLS).await?;
    figures.took("until all calls stand on the next server", seconds);
    victim.release().await?;
    let (answers, _) = within("the answers", try_join_all(calls)).await?;
    let answers = answers?.into_iter().filter(Result::is_ok).count();
    figures.at_least(
        "calls answered, server killed under them",
        answers as f64,
        CALLS as f64,
        "",
    );
    Ok(())
}

/// A server that fails all calls gets few of them twice.
async fn throttled(face: Face, count: u64, figures: &mut Figures) -> Result<(), Failure> {
    let victim = Victim::start(face).await?;
    let stub = stub(victim.port(), config().retry_throttling(TOKENS as f64, 0.1));
    for _ in 0..count {
        fail(&stub).await?;
    }
    let attempts = victim.stats().await?.begun;
    let name = format!("attempts of {count} calls that fail, throttled");
    figures.at_most(name, attempts as f64, (count + TOKENS) as f64, "");

    for _ in 0..TOKENS * 10 {
        stub.echo(Blob::default()).await?;
    }
    let before = victim.stats().await?.begun;
    fail(&stub).await?;
    let attempts = victim.stats().await?.begun - before;
    let name = "attempts of the next that fails, after others went well";
    figures.at_least(name, attempts as f64, (CUTS + 1) as f64, "");
    Ok(())
}

fn config() -> ServiceConfig {
    const BACKOFF: Duration = Duration::from_millis(10);
    let policy = RetryPolicy::new(CUTS as u32 + 1, [StatusCode::Unavailable]);
    let method = MethodConfig::everything().wait_for_ready(true);
    ServiceConfig::new().method(method.retry(policy.backoff(BACKOFF, BACKOFF, 1.0)))
}

fn stub(port: u16, config: ServiceConfig) -> FaultsStub {
    let builder = Channel::builder(format!("127.0.0.1:{port}"));
    FaultsStub::new(&builder.service_config(config).build())
}

fn hold_all(stub: &FaultsStub) -> Vec<JoinHandle<Result<Blob, RpcError>>> {
    let calls = (0..CALLS).map(|_| stub.hold(Blob::default()).into_future());
    calls.map(tokio::spawn).collect()
}

async fn until_begun(victim: &Victim, count: u64) -> Result<f64, Failure> {
    until("the attempts on the server", count, async || {
        Ok(victim.stats().await?.begun)
    })
    .await
}

async fn fail(stub: &FaultsStub) -> Result<(), Failure> {
    let failing = Failing {
        code: StatusCode::Unavailable.value(),
        details: "down".into(),
        ..Default::default()
    };
    match within("a call that fails", stub.fail(failing).into_future())
        .await?
        .0
    {
        Err(error) if error.code() == StatusCode::Unavailable => Ok(()),
        other => Err(format!("a call that should fail: {other:?}").into()),
    }
}
