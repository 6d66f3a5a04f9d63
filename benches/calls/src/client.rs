//! The load of each stack's own client: tasks that call one after the other over one channel.

use std::error::Error;
use std::time::Instant;

use crate::load::{Plan, messages};
use crate::measure::{Outcome, Window};
use crate::stacks;

type Failure = Box<dyn Error + Send + Sync>;

/// For each stack: its client, driven by as many tasks as calls may be open.
macro_rules! drive {
    ($stack:ident, $plan:ident, $window:ident) => {{
        let client = stacks::$stack::Client::connect($plan.port).await;
        let client = client.map_err(|error| error.to_string())?;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..$plan.concurrency {
            let (client, window, kind) = (client.clone(), $window.clone(), $plan.kind);
            let mut left = $plan.calls.unwrap_or(usize::MAX);
            tasks.spawn(async move {
                while left > 0 && !window.is_over() {
                    left -= 1;
                    let begun = Instant::now();
                    let seen = client.call(kind).await?;
                    if seen != messages(kind) {
                        return Err(Failure::from(format!("{seen} messages came back")));
                    }
                    window.note(begun, seen);
                }
                Ok(())
            });
        }
        while let Some(joined) = tasks.join_next().await {
            joined??;
        }
    }};
}

pub async fn run(stack: &str, plan: &Plan) -> Result<Outcome, Failure> {
    let window = Window::new(plan.pid, plan.warm_up, plan.time);
    window.start();
    match stack {
        "rustgrpc" => drive!(rustgrpc, plan, window),
        "tonic" => drive!(tonic, plan, window),
        #[cfg(feature = "connectrpc")]
        "connectrpc" => drive!(connectrpc, plan, window),
        _ => return Err(format!("no such client: {stack}").into()),
    }
    window.outcome()
}

/// The blocking face: a thread for each call that may be open.
pub fn run_blocking(plan: &Plan) -> Result<Outcome, Failure> {
    let window = Window::new(plan.pid, plan.warm_up, plan.time);
    window.start();
    let client = stacks::rustgrpc::BlockingClient::connect(plan.port);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..plan.concurrency)
            .map(|_| {
                scope.spawn(|| {
                    while !window.is_over() {
                        let begun = Instant::now();
                        let seen = client.call()?;
                        window.note(begun, seen);
                    }
                    Ok::<_, Failure>(())
                })
            })
            .collect();
        for thread in threads {
            thread.join().map_err(|_| "a thread panicked")??;
        }
        Ok::<_, Failure>(())
    })?;
    window.outcome()
}
