//! The checks, by name.

mod concurrent;
mod connections;
mod garbage;
mod garbage_replies;
mod half_open;
mod headers;
mod killed;
mod resets;
mod restarts;
mod retries;
mod slow_readers;
mod soak;
mod stopping;

use std::pin::Pin;
use std::time::Duration;

use crate::Failure;
use crate::figures::Figures;
use crate::patience::within_time;
use crate::victim::Face;

/// How much is to be done.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// A part of everything, for CI.
    pub is_short: bool,
    /// How long the soak takes.
    pub soak: Duration,
    /// How long each of its clients rests after each call.
    pub pause: Duration,
}

impl Scale {
    fn of(self, full: usize, short: usize) -> usize {
        if self.is_short { short } else { full }
    }
}

type Run = for<'a> fn(
    Face,
    Scale,
    &'a mut Figures,
) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + 'a>>;

/// A check of one face.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// As it stands in tables, and is chosen by.
    pub name: &'static str,
    face: Face,
    run: Run,
}

impl Check {
    /// Runs it. What is out of bounds, and what goes wrong, is in the figures.
    pub async fn run(self, scale: Scale, figures: &mut Figures) {
        figures.begin(self.name, self.face);
        let patience = scale.soak + Duration::from_secs(600);
        let running = (self.run)(self.face, scale, figures);
        let ended = within_time(patience, "the check", running).await;
        if let Err(failure) = ended.and_then(|(result, _)| result) {
            figures.broke(&failure);
        }
    }
}

macro_rules! check {
    ($name:literal, $face:ident, $run:path) => {
        Check {
            name: $name,
            face: Face::$face,
            run: |face, scale, figures| Box::pin($run(face, scale, figures)),
        }
    };
}

/// All checks, in the order in which they run.
pub const CHECKS: &[Check] = &[
    check!("killed server", Aio, killed::run),
    check!("killed server", Sync, killed::run),
    check!("half-open connections", Aio, half_open::run),
    check!("half-open connections", Sync, half_open::run),
    check!("slow readers", Aio, slow_readers::run),
    check!("slow readers", Sync, slow_readers::run),
    check!("garbage from clients", Aio, garbage::run),
    check!("garbage from servers", Aio, garbage_replies::run),
    check!("huge headers", Aio, headers::run),
    check!("resets", Aio, resets::run),
    check!("resets", Sync, resets::run),
    check!("connections", Aio, connections::run),
    check!("concurrent calls", Aio, concurrent::run),
    check!("stop with open calls", Aio, stopping::run),
    check!("stop with open calls", Sync, stopping::run),
    check!("restarts under load", Aio, restarts::run),
    check!("restarts under load", Sync, restarts::run),
    check!("retries", Aio, retries::run),
    check!("retries", Sync, retries::run),
    check!("soak", Aio, soak::run),
];
