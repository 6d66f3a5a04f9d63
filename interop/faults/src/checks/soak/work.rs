//! What one of the soak's clients does: one call of a random kind after the other.

use std::sync::Arc;
use std::time::Duration;

use rustgrpc as grpc;
use rustgrpc::{Compression, StatusCode};

use super::Progress;
use crate::Failure;
use crate::faults_pb2::{Blob, Failing, FloodRequest, SwallowRequest};
use crate::faults_pb2_grpc::FaultsStub;
use crate::patience::within;
use crate::random::Random;

pub(super) async fn run(
    port: u16,
    progress: Arc<Progress>,
    mut random: Random,
    pause: Duration,
) -> Result<(), Failure> {
    let connect = || FaultsStub::new(&grpc::aio::insecure_channel(format!("127.0.0.1:{port}")));
    let mut stub = connect();
    while !progress.is_over() {
        if random.below(100) == 0 {
            progress.count_reconnect();
            stub = connect();
        }
        let kind = random.below(8);
        let call = one(kind, &stub, &mut random);
        let (result, _) = within("a call of the soak", call).await?;
        result.map_err(|error| format!("call of kind {kind}: {error}"))?;
        progress.count(kind);
        tokio::time::sleep(pause).await;
    }
    Ok(())
}

async fn one(kind: u64, stub: &FaultsStub, random: &mut Random) -> Result<(), Failure> {
    let blob = blob(random);
    match kind {
        0 => same(&stub.echo(blob.clone()).await?, &blob),
        1 => {
            let call = stub.echo(blob.clone()).compression(Compression::Gzip);
            same(&call.await?, &blob)
        }
        2 => fails(stub.fail(failing()).await.map(drop), StatusCode::NotFound),
        3 => {
            let hold = stub.hold(blob).timeout(Duration::from_millis(20));
            fails(hold.await.map(drop), StatusCode::DeadlineExceeded)
        }
        4 => {
            let mut flood = stub.flood(flood(20));
            let mut count = 0;
            while let Some(response) = flood.next().await? {
                count += usize::from(response.data.len() == 1000);
            }
            expect(count == 20)
        }
        5 => {
            // Given up in its midst.
            let mut flood = stub.flood(flood(u64::MAX));
            for _ in 0..random.below(4) {
                expect(flood.next().await?.is_some())?;
            }
            Ok(())
        }
        6 => {
            let mut chat = stub.chat(grpc::writing());
            for _ in 0..random.below(8) {
                chat.write(blob.clone()).await?;
                same(&chat.next().await?.unwrap_or_default(), &blob)?;
            }
            chat.done_writing();
            expect(chat.next().await?.is_none())
        }
        _ => {
            let length = blob.data.len();
            let request = SwallowRequest {
                data: blob.data,
                ..Default::default()
            };
            let requests = grpc::requests(vec![request; 5]);
            let total = stub.swallow(requests).await?;
            expect((total.count, total.bytes) == (5, 5 * length as u64))
        }
    }
}

/// Mostly small, sometimes large.
pub(super) fn blob(random: &mut Random) -> Blob {
    let length = match random.below(20) {
        0 => random.below(200_000),
        _ => random.below(1000),
    };
    Blob {
        data: vec![random.below(256) as u8; length as usize],
        ..Default::default()
    }
}

pub(super) fn failing() -> Failing {
    Failing {
        code: StatusCode::NotFound.value(),
        details: "none".into(),
        ..Default::default()
    }
}

pub(super) fn flood(count: u64) -> FloodRequest {
    FloodRequest {
        size: 1000,
        count,
        ..Default::default()
    }
}

pub(super) fn same(reply: &Blob, request: &Blob) -> Result<(), Failure> {
    expect(reply == request)
}

pub(super) fn fails(result: Result<(), grpc::RpcError>, code: StatusCode) -> Result<(), Failure> {
    match result {
        Err(error) if error.code() == code => Ok(()),
        other => Err(format!("not {code}: {other:?}").into()),
    }
}

pub(super) fn expect(is_right: bool) -> Result<(), Failure> {
    if is_right {
        Ok(())
    } else {
        Err("a wrong answer".into())
    }
}
