//! `rpc_soak` and `channel_soak`.

use std::time::{Duration, Instant};

use super::unary::check_large;
use super::{ensure, expect};
use crate::Failure;
use crate::endpoint::Endpoint;
use crate::flags::Flags;
use crate::payload::large_unary;
use crate::test_pb2_grpc::TestServiceStub;

/// The names of the flags of soak tests.
pub const FLAGS: &[&str] = &[
    "soak_iterations",
    "soak_max_failures",
    "soak_per_iteration_max_acceptable_latency_ms",
    "soak_overall_timeout_seconds",
    "soak_min_time_ms_between_rpcs",
];

/// How long and how hard a server is called.
#[derive(Clone, Debug)]
pub struct Soak {
    iterations: usize,
    max_failures: usize,
    max_latency: Duration,
    overall: Duration,
    pause: Duration,
}

impl Soak {
    /// Reads the flags.
    pub fn new(flags: &Flags) -> Result<Self, Failure> {
        let iterations = flags.get("soak_iterations", 10)?;
        let latency = flags.get("soak_per_iteration_max_acceptable_latency_ms", 1000)?;
        let overall = (latency * iterations as u64).div_ceil(1000);
        Ok(Self {
            iterations,
            max_failures: flags.get("soak_max_failures", 0)?,
            max_latency: Duration::from_millis(latency),
            overall: Duration::from_secs(flags.get("soak_overall_timeout_seconds", overall)?),
            pause: Duration::from_millis(flags.get("soak_min_time_ms_between_rpcs", 0)?),
        })
    }

    pub(super) async fn on_one_channel(&self, endpoint: &Endpoint) -> Result<(), Failure> {
        let stub = TestServiceStub::new(&endpoint.channel());
        self.run(endpoint, || stub.clone()).await
    }

    pub(super) async fn on_many_channels(&self, endpoint: &Endpoint) -> Result<(), Failure> {
        self.run(endpoint, || TestServiceStub::new(&endpoint.channel()))
            .await
    }

    async fn run(
        &self,
        endpoint: &Endpoint,
        stub: impl Fn() -> TestServiceStub,
    ) -> Result<(), Failure> {
        let began = Instant::now();
        let peer = endpoint.target();
        let mut latencies = Vec::new();
        let mut failures = 0;
        while latencies.len() < self.iterations && began.elapsed() < self.overall {
            let iteration = latencies.len();
            let (latency, result) = once(&stub()).await;
            let elapsed = latency.as_millis();
            let line = format!("soak iteration: {iteration} elapsed_ms: {elapsed} peer: {peer}");
            match result {
                Ok(()) if latency <= self.max_latency => println!("{line} succeeded"),
                Ok(()) => {
                    println!("{line} failed: too slow");
                    failures += 1;
                }
                Err(error) => {
                    println!("{line} failed: {error}");
                    failures += 1;
                }
            }
            latencies.push(latency);
            tokio::time::sleep(self.pause.saturating_sub(latency)).await;
        }
        report(&mut latencies);
        expect("the iterations", latencies.len(), self.iterations)?;
        ensure(failures <= self.max_failures, || {
            format!("{failures} of {} calls failed", self.iterations)
        })
    }
}

async fn once(stub: &TestServiceStub) -> (Duration, Result<(), Failure>) {
    let began = Instant::now();
    let result = stub.unary_call(large_unary()).await;
    let latency = began.elapsed();
    let result = result
        .map_err(Failure::from)
        .and_then(|response| check_large(&response));
    (latency, result)
}

fn report(latencies: &mut [Duration]) {
    latencies.sort_unstable();
    let at = |share: usize| latencies.get((latencies.len() * share / 100).saturating_sub(1));
    if let (Some(median), Some(high), Some(max)) = (at(50), at(90), latencies.last()) {
        println!("latency: median {median:?}, 90th percentile {high:?}, max {max:?}");
    }
}
