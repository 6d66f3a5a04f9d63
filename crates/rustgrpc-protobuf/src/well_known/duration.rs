//! `Duration` and `std::time::Duration`.

use std::time;

use super::{NANOS_PER_SECOND, OutOfRange};
use crate::google::protobuf::duration_pb2::Duration;

/// Mirrors Python's `FromTimedelta`; fails beyond 2^63 seconds.
impl TryFrom<time::Duration> for Duration {
    type Error = OutOfRange;

    fn try_from(duration: time::Duration) -> Result<Self, OutOfRange> {
        let seconds = i64::try_from(duration.as_secs()).map_err(|_| OutOfRange {
            what: "duration is longer than 2^63 seconds",
        })?;
        Ok(Self {
            seconds,
            nanos: duration.subsec_nanos() as i32,
            ..Default::default()
        })
    }
}

/// Mirrors Python's `ToTimedelta`; fails for negative durations, which std has not, and where
/// nanoseconds are not within a second.
impl TryFrom<Duration> for time::Duration {
    type Error = OutOfRange;

    fn try_from(duration: Duration) -> Result<Self, OutOfRange> {
        let seconds = u64::try_from(duration.seconds).map_err(|_| OutOfRange {
            what: "duration is negative",
        })?;
        if !(0..NANOS_PER_SECOND).contains(&duration.nanos) {
            return Err(OutOfRange {
                what: "duration's nanos are not from 0 to 999999999",
            });
        }
        Ok(Self::new(seconds, duration.nanos.unsigned_abs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for duration in [time::Duration::ZERO, time::Duration::new(3, 999_999_999)] {
            let message = Duration::try_from(duration).unwrap();
            assert_eq!(time::Duration::try_from(message), Ok(duration));
        }
        assert!(Duration::try_from(time::Duration::MAX).is_err());
        for (seconds, nanos) in [(-1, 0), (0, -1), (1, 1_000_000_000)] {
            let message = Duration {
                seconds,
                nanos,
                ..Default::default()
            };
            assert!(time::Duration::try_from(message).is_err());
        }
    }
}
