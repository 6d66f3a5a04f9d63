//! Measures encoding and decoding of the shapes, ours beside the peers', and prints JSON.
//!
//!     codec measure ROUNDS           nanoseconds, all subjects of a shape in turn in each round
//!     codec allocations              allocations per operation
//!     codec run SHAPE OPERATION PEER TIMES     for callgrind and perf

mod allocations;
mod generated;
mod peers;
mod random;
mod shapes;
mod subject;

use std::process::ExitCode;

use cpu_time::ThreadTime;
use subject::{OPERATIONS, Operation, Subject};

#[global_allocator]
static ALLOCATOR: allocations::Counting = allocations::Counting;

/// How long one operation of one subject is repeated in a round.
///
/// Short, so that most turns are not interrupted when the machine is busy with other things.
const TURN_NANOSECONDS: f64 = 2e5;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["measure", rounds] => measure(rounds.parse().expect("a number of rounds")),
        ["allocations"] => count_allocations(),
        ["run", shape, operation, peer, times] => {
            let times = times.parse().expect("a number of times");
            return run(shape, operation, peer, times);
        }
        _ => {
            eprintln!("codec measure ROUNDS | allocations | run SHAPE OPERATION PEER TIMES");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// One line of JSON per subject and operation.
fn measure(rounds: usize) {
    for shape in peers::shapes() {
        for (operation, name) in OPERATIONS {
            let mut subjects = (shape.subjects)(&shape.bytes);
            subjects.retain(|subject| subject.can(operation));
            let times: Vec<usize> = subjects.iter().map(|s| turns(s, operation)).collect();
            let mut samples = vec![Vec::new(); subjects.len()];
            for _ in 0..rounds {
                for ((subject, &times), samples) in subjects.iter().zip(&times).zip(&mut samples) {
                    samples.push(time(subject, operation, times));
                }
            }
            for (subject, samples) in subjects.iter().zip(samples) {
                println!(
                    r#"{{"shape":"{}","bytes":{},"operation":"{name}","peer":"{}","nanoseconds":{samples:.1?}}}"#,
                    shape.name,
                    shape.bytes.len(),
                    subject.peer,
                );
            }
        }
    }
}

/// How many repetitions fill a turn.
fn turns(subject: &Subject, operation: Operation) -> usize {
    let mut times = 1;
    loop {
        let best = (0..5).map(|_| time(subject, operation, times));
        let each = best.fold(f64::INFINITY, f64::min);
        if each * times as f64 > TURN_NANOSECONDS / 10.0 {
            return ((TURN_NANOSECONDS / each) as usize).max(1);
        }
        times *= 4;
    }
}

/// Nanoseconds of CPU time per repetition: what others do on a busy machine is not counted.
fn time(subject: &Subject, operation: Operation, times: usize) -> f64 {
    let start = ThreadTime::now();
    subject.run(operation, times);
    start.elapsed().as_nanos() as f64 / times as f64
}

fn count_allocations() {
    allocations::start();
    for shape in peers::shapes() {
        for subject in (shape.subjects)(&shape.bytes) {
            for (operation, name) in OPERATIONS {
                if !subject.can(operation) {
                    continue;
                }
                println!(
                    r#"{{"shape":"{}","operation":"{name}","peer":"{}","allocations":{}}}"#,
                    shape.name,
                    subject.peer,
                    subject.allocations(operation),
                );
            }
        }
    }
}

fn run(shape: &str, operation: &str, peer: &str, times: usize) -> ExitCode {
    let operation = OPERATIONS.iter().find(|(_, name)| *name == operation);
    let shape = peers::shapes().into_iter().find(|s| s.name == shape);
    if let (Some((operation, _)), Some(shape)) = (operation, shape) {
        let subjects = (shape.subjects)(&shape.bytes);
        if let Some(subject) = subjects.iter().find(|s| s.peer == peer) {
            subject.run(*operation, times);
            return ExitCode::SUCCESS;
        }
    }
    eprintln!("no such shape, operation or peer");
    ExitCode::FAILURE
}
