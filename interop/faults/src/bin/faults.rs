//! Runs the checks and prints a table of figures: `faults [--short] [--only NAME] [--soak SECONDS [--pause MS]] [--json FILE]`.
//!
//! `--only` takes the beginning of a name and can be repeated; `--pause` is each soak client's rest after each call. Exit code 1 when a figure is out of its bound.

use std::time::Duration;

use faults::Failure;
use faults::checks::{CHECKS, Scale};
use faults::figures::Figures;

const HOUR: u64 = 60 * 60;
const SHORT_SOAK: u64 = 15;

struct Order {
    scale: Scale,
    only: Vec<String>,
    json: Option<String>,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let order = read(std::env::args().skip(1))?;
    let wanted = |name: &str| {
        order.only.is_empty()
            || order
                .only
                .iter()
                .any(|beginning| name.starts_with(beginning))
    };
    let mut figures = Figures::default();
    println!("| check | face | figure | measured | bound |\n| --- | --- | --- | ---: | --- |");
    for check in CHECKS.iter().filter(|check| wanted(check.name)) {
        check.run(order.scale, &mut figures).await;
    }
    if let Some(file) = order.json {
        std::fs::write(file, serde_json::to_string_pretty(&figures.to_json())?)?;
    }
    let failures = figures.failures();
    if failures.is_empty() {
        return Ok(());
    }
    eprintln!("\nOut of bounds:\n{}", failures.join("\n"));
    std::process::exit(1)
}

fn read(mut arguments: impl Iterator<Item = String>) -> Result<Order, Failure> {
    let (mut is_short, mut soak, mut pause) = (false, None, 0);
    let (mut only, mut json) = (Vec::new(), None);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} has no value"));
        match &*argument {
            "--short" => is_short = true,
            "--only" => only.push(value()?),
            "--soak" => soak = Some(value()?.parse()?),
            "--pause" => pause = value()?.parse()?,
            "--json" => json = Some(value()?),
            other => return Err(format!("unknown argument: {other}").into()),
        }
    }
    let seconds = soak.unwrap_or(if is_short { SHORT_SOAK } else { HOUR });
    let scale = Scale {
        is_short,
        soak: Duration::from_secs(seconds),
        pause: Duration::from_millis(pause),
    };
    Ok(Order { scale, only, json })
}
