//! What one of the soak's blocking clients does.

use std::time::Duration;

use rustgrpc as grpc;
use rustgrpc::StatusCode;

use super::Progress;
use super::work::{blob, expect, failing, fails, flood, same};
use crate::Failure;
use crate::faults_pb2::{Blob, SwallowRequest};
use crate::faults_pb2_grpc::FaultsStub;
use crate::patience::PATIENCE;
use crate::random::Random;

type Stub = FaultsStub<grpc::Channel>;

pub(super) fn run(
    port: u16,
    progress: &Progress,
    mut random: Random,
    pause: Duration,
) -> Result<(), Failure> {
    let connect = || FaultsStub::new(&grpc::insecure_channel(format!("127.0.0.1:{port}")));
    let mut stub: Stub = connect();
    while !progress.is_over() {
        if random.below(100) == 0 {
            progress.count_reconnect();
            stub = connect();
        }
        let kind = random.below(7);
        let result = one(kind, &stub, &mut random);
        result.map_err(|error| format!("call of kind {kind}: {error}"))?;
        progress.count(kind);
        std::thread::sleep(pause);
    }
    Ok(())
}

/// A call on a channel of its own.
pub(super) fn once(port: u16) -> Result<(), Failure> {
    let channel = grpc::insecure_channel(format!("127.0.0.1:{port}"));
    FaultsStub::new(&channel)
        .echo(Blob::default())
        .timeout(PATIENCE)
        .wait()?;
    Ok(())
}

fn one(kind: u64, stub: &Stub, random: &mut Random) -> Result<(), Failure> {
    let blob = blob(random);
    match kind {
        0 => same(&stub.echo(blob.clone()).timeout(PATIENCE).wait()?, &blob),
        1 => {
            let future = stub.echo(blob.clone()).timeout(PATIENCE).future();
            same(&future.result(PATIENCE)?, &blob)
        }
        2 => {
            let call = stub.fail(failing()).timeout(PATIENCE);
            fails(call.wait().map(drop), StatusCode::NotFound)
        }
        3 => {
            let hold = stub.hold(blob).timeout(Duration::from_millis(20));
            fails(hold.wait().map(drop), StatusCode::DeadlineExceeded)
        }
        4 => {
            let mut count = 0;
            for response in stub.flood(flood(20)).timeout(PATIENCE) {
                count += usize::from(response?.data.len() == 1000);
            }
            expect(count == 20)
        }
        5 => {
            // Given up in its midst.
            let mut flood = stub.flood(flood(u64::MAX)).timeout(PATIENCE);
            for _ in 0..random.below(4) {
                expect(flood.read()?.is_some())?;
            }
            Ok(())
        }
        _ => {
            let length = blob.data.len();
            let requests = (0..5).map(move |_| SwallowRequest {
                data: blob.data.clone(),
                ..Default::default()
            });
            let total = stub.swallow(requests).timeout(PATIENCE).wait()?;
            expect((total.count, total.bytes) == (5, 5 * length as u64))
        }
    }
}
