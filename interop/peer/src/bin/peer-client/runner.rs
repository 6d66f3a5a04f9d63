//! Runs checks, one after the other, and says how each went.

use std::pin::Pin;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::arguments::Arguments;
use crate::peer::Peer;

/// A check that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// A check that fails panics.
pub(crate) struct Check {
    pub(crate) name: &'static str,
    pub(crate) needs_tls: bool,
    pub(crate) run: fn(Peer) -> Pin<Box<dyn Future<Output = ()>>>,
    /// Drives what `run` returns.
    pub(crate) drive: fn(Pin<Box<dyn Future<Output = ()>>>),
}

/// The checks of modules, run with the `drive` in scope: `checks![unary: copies_the_request, …; deadlines: …;]`.
macro_rules! checks {
    ($($module:ident: $($check:ident),+ $(,)?;)+) => {
        vec![$($($crate::runner::Check {
            name: concat!(stringify!($module), "::", stringify!($check)),
            needs_tls: false,
            run: |peer| Box::pin(async move { $module::$check(&peer).await }),
            drive,
        }),+),+]
    };
}

pub(crate) use checks;

/// The same checks, for servers that have ports with TLS.
pub(crate) fn needing_tls(checks: Vec<Check>) -> impl Iterator<Item = Check> {
    checks.into_iter().map(|check| Check {
        needs_tls: true,
        ..check
    })
}

/// Whether all that were run went well.
pub(crate) fn run(checks: Vec<Check>, arguments: &Arguments) -> bool {
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for check in checks {
        let names = &arguments.names;
        let named = |name: &String| {
            let rest = check.name.strip_prefix(&**name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        if !names.is_empty() && !names.iter().any(named) {
            continue;
        }
        if check.needs_tls && arguments.peer.secured.is_none() {
            skipped += 1;
            println!("skip {}", check.name);
            continue;
        }
        match run_one(&check, arguments.peer.clone()) {
            Ok(()) => {
                passed += 1;
                println!("ok {}", check.name);
            }
            Err(reason) => {
                failed += 1;
                println!("FAIL {}: {reason}", check.name);
            }
        }
    }
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    failed == 0 && passed > 0
}

/// On a thread of its own: one that hangs is left behind.
fn run_one(check: &Check, peer: Peer) -> Result<(), &'static str> {
    let (sender, receiver) = mpsc::channel();
    let (run, drive) = (check.run, check.drive);
    let thread = thread::Builder::new().name(check.name.to_owned());
    let started = thread.spawn(move || {
        drive(run(peer));
        // Nobody waits for one that comes too late.
        let _ = sender.send(());
    });
    if started.is_err() {
        return Err("no thread could be started");
    }
    receiver
        .recv_timeout(PATIENCE)
        .map_err(|error| match error {
            mpsc::RecvTimeoutError::Timeout => "it does not end",
            mpsc::RecvTimeoutError::Disconnected => "see above",
        })
}
