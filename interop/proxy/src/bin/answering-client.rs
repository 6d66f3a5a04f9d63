//! Calls without a pause until its standard input ends: `answering-client TARGET [round_robin] [retry]`.
//!
//! For each line of the input, and at the end, it prints how many calls each server has answered and how many ended with
//! which status: `a=812 b=790 Unavailable=3`.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use answering_pb2::Question;
use answering_pb2_grpc::AnsweringStub;
use grpc::{LoadBalancing, MethodConfig, RetryPolicy, ServiceConfig, StatusCode};
use rustgrpc as grpc;
use tokio::io::{AsyncBufReadExt as _, BufReader};

rustgrpc::include_protos!();

/// Calls that are under way at once.
const CALLERS: usize = 8;

/// After a failure, of the one who made the call.
const PAUSE: Duration = Duration::from_millis(10);

type Totals = Mutex<BTreeMap<String, u64>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let target = arguments.next().ok_or("a target is missing")?;
    let mut config = ServiceConfig::new();
    for argument in arguments {
        config = match argument.as_str() {
            "round_robin" => config.load_balancing(LoadBalancing::RoundRobin),
            "retry" => config.method(MethodConfig::everything().retry(retries())),
            _ => return Err(format!("unknown argument {argument}").into()),
        };
    }
    let channel = grpc::aio::Channel::builder(&target)
        .service_config(config)
        .build();
    let stub = AnsweringStub::new(&channel);
    let totals = Arc::new(Totals::default());
    let stop = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| tokio::spawn(call(stub.clone(), totals.clone(), stop.clone())))
        .collect();
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while lines.next_line().await?.is_some() {
        print(&totals);
    }
    stop.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await?;
    }
    print(&totals);
    Ok(())
}

fn retries() -> RetryPolicy {
    let moment = Duration::from_millis(10);
    RetryPolicy::new(5, [StatusCode::Unavailable]).backoff(moment, 20 * moment, 2.0)
}

async fn call(stub: AnsweringStub, totals: Arc<Totals>, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::Relaxed) {
        let counted = match stub.who(Question::new()).await {
            Ok(answer) => answer.name,
            Err(error) => {
                eprintln!("{error}");
                // As long as there is no connection, calls fail at once.
                tokio::time::sleep(PAUSE).await;
                format!("{:?}", error.code())
            }
        };
        *totals.lock().unwrap().entry(counted).or_default() += 1;
    }
}

fn print(totals: &Totals) {
    let totals = totals.lock().unwrap();
    let counts: Vec<_> = totals
        .iter()
        .map(|(key, count)| format!("{key}={count}"))
        .collect();
    println!("{}", counts.join(" "));
}
