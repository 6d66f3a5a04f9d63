//! The pauses between attempts to connect, and between those to call.

use std::time::Duration;

use crate::jitter::jitter;

/// How much a pause may be longer or shorter than planned, so that many clients do not come back at once.
const JITTER: f64 = 0.2;

/// C-core's factor between two pauses of a channel.
const CONNECT_FACTOR: f64 = 1.6;

/// Pauses that grow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Backoff {
    pub(crate) initial: Duration,
    pub(crate) max: Duration,
    pub(crate) factor: f64,
}

impl Backoff {
    /// C-core's pauses between attempts to connect.
    pub(crate) const CONNECT: Self = Self {
        initial: Duration::from_secs(1),
        max: Duration::from_secs(120),
        factor: CONNECT_FACTOR,
    };

    /// The pause after `failures` failures before this one.
    pub(crate) fn pause(&self, failures: u32) -> Duration {
        let exponent = i32::try_from(failures.min(1_000)).unwrap_or(i32::MAX);
        let seconds = self.initial.as_secs_f64() * self.factor.powi(exponent);
        let longest = self.max.as_secs_f64();
        // Not a number, or too large for a duration, is as long as can be.
        let seconds = if seconds < longest { seconds } else { longest };
        jitter(
            Duration::try_from_secs_f64(seconds).unwrap_or(self.max),
            JITTER,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_their_limit() {
        for (failures, millis) in [
            (0, 1_000.0),
            (1, 1_600.0),
            (2, 2_560.0),
            (10, 109_951.0),
            (11, 120_000.0),
            (u32::MAX, 120_000.0),
        ] {
            for _ in 0..100 {
                let pause = Backoff::CONNECT.pause(failures).as_secs_f64() * 1_000.0;
                assert!(
                    pause > millis * 0.799 && pause < millis * 1.201,
                    "{failures}: {pause}"
                );
            }
        }
    }
}
