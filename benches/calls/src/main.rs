//! Measures calls: `calls COMMAND name=value …`. What comes out is one line of JSON.
//!
//! `serve stack=S [tls=1] [compressed=1] [threads=N]` prints its port and serves until its input ends; `load port=P pid=P kind=K …`
//! sends the same frames to any server; `call stack=S port=P pid=P kind=K …` does so with the stack's own client;
//! `hold port=P connections=N streams=N` keeps connections, or streams, open until its input ends;
//! `within stack=S kind=K calls=N` has the server in a thread of its own and counts its allocations (and is what callgrind watches).

mod allocations;
mod client;
mod hold;
mod http2;
mod load;
mod measure;
mod stacks;
mod tls;

use std::collections::HashMap;
use std::error::Error;
use std::io::Read;
use std::str::FromStr;
use std::time::Duration;

use crate::load::Plan;
use crate::stacks::{Kind, ServeOptions};

#[global_allocator]
static ALLOCATOR: allocations::Counting = allocations::Counting;

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    // Peers bring others, and tonic asks for the one of the process.
    let provider = tokio_rustls::rustls::crypto::ring::default_provider();
    provider.install_default().map_err(|_| "another provider")?;
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let options = Options(
        arguments
            .filter_map(|argument| {
                let (name, value) = argument.split_once('=')?;
                Some((name.to_owned(), value.to_owned()))
            })
            .collect(),
    );
    let stack: String = options.get("stack", "rustgrpc".to_owned())?;
    match &*command {
        "serve" => serve(&stack, &options),
        "load" => {
            let plan = options.plan()?;
            println!("{}", runtime(1)?.block_on(load::run(&plan))?);
            Ok(())
        }
        "call" => {
            let plan = options.plan()?;
            let outcome = match &*stack {
                "rustgrpc-sync" => client::run_blocking(&plan)?,
                stack => runtime(1)?.block_on(client::run(stack, &plan))?,
            };
            println!("{outcome}");
            Ok(())
        }
        "hold" => hold(&options),
        "within" => within(&stack, &options),
        _ => Err(format!("no such command: {command}").into()),
    }
}

fn serve(stack: &str, options: &Options) -> Result<(), Failure> {
    let serve = ServeOptions {
        tls: options.get("tls", 0)? == 1,
        compressed: options.get("compressed", 0)? == 1,
    };
    if stack == "rustgrpc-sync" {
        println!(
            "{}",
            stacks::rustgrpc::serve_blocking(&serve).map_err(text)?
        );
        std::io::stdin().read_to_end(&mut Vec::new())?;
        return Ok(());
    }
    runtime(options.get("threads", 1)?)?.block_on(async {
        println!("{}", stacks::serve(stack, &serve).await.map_err(text)?);
        let input = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        input.await??;
        Ok(())
    })
}

fn hold(options: &Options) -> Result<(), Failure> {
    let (port, connections) = (options.get("port", 0)?, options.get("connections", 1)?);
    let opening = hold::open(port, connections, options.get("streams", 0)?);
    let held = runtime(1)?.block_on(opening)?;
    println!("held");
    std::io::stdin().read_to_end(&mut Vec::new())?;
    drop(held);
    Ok(())
}

fn within(stack: &str, options: &Options) -> Result<(), Failure> {
    let (sender, ports) = std::sync::mpsc::channel();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (name, mut plan) = (stack.to_owned(), options.plan()?);
    let server = std::thread::Builder::new()
        .name("server".into())
        .spawn(move || {
            runtime(1)?.block_on(async {
                let port = stacks::serve(&name, &ServeOptions::default())
                    .await
                    .map_err(text)?;
                sender.send(port)?;
                let _ = stopped.await;
                Ok::<_, Failure>(allocations::count())
            })
        })?;
    plan.port = ports.recv()?;
    plan.time = Duration::MAX / 4;
    runtime(1)?.block_on(load::run(&plan))?;
    drop(stop);
    let count = server.join().map_err(|_| "the server panicked")??;
    println!(r#"{{"allocations": {count}}}"#);
    Ok(())
}

/// One thread is a runtime without workers.
fn runtime(threads: usize) -> std::io::Result<tokio::runtime::Runtime> {
    let mut builder = match threads {
        1 => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    builder.worker_threads(threads).enable_all().build()
}

fn text(error: Box<dyn Error>) -> Failure {
    error.to_string().into()
}

struct Options(HashMap<String, String>);

impl Options {
    fn get<T: FromStr<Err: Error + Send + Sync + 'static>>(
        &self,
        name: &str,
        default: T,
    ) -> Result<T, Failure> {
        Ok(match self.0.get(name) {
            Some(value) => value.parse()?,
            None => default,
        })
    }

    fn plan(&self) -> Result<Plan, Failure> {
        let kind: String = self.get("kind", "unary".to_owned())?;
        let rate: f64 = self.get("rate", 0.0)?;
        let calls: usize = self.get("calls", 0)?;
        Ok(Plan {
            port: self.get("port", 0)?,
            pid: self.get("pid", 0)?,
            kind: Kind::parse(&kind, self.get("count", 100_000)?).ok_or("no such kind")?,
            tls: self.get("tls", 0)? == 1,
            compressed: self.get("compressed", 0)? == 1,
            connections: self.get("connections", 1)?,
            concurrency: self.get("concurrency", 1)?,
            rate: (rate > 0.0).then_some(rate),
            warm_up: Duration::from_secs_f64(self.get("warm_up", 0.3)?),
            time: Duration::from_secs_f64(self.get("time", 1.0)?),
            calls: (calls > 0).then_some(calls),
        })
    }
}
