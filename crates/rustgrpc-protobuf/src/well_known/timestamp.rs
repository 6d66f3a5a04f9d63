//! `Timestamp` and `SystemTime`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{NANOS_PER_SECOND, OutOfRange};
use crate::google::protobuf::timestamp_pb2::Timestamp;

impl Timestamp {
    /// The time now. Mirrors Python's `GetCurrentTime`.
    #[doc(alias = "GetCurrentTime")]
    pub fn now() -> Self {
        SystemTime::now().into()
    }
}

/// Mirrors Python's `FromDatetime`.
impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let mut timestamp = Self::default();
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => {
                timestamp.seconds = after.as_secs() as i64;
                timestamp.nanos = after.subsec_nanos() as i32;
            }
            Err(before) => {
                // Nanoseconds count forward, before 1970 too.
                let before = before.duration();
                // 2^63 seconds before 1970 are the clock's limit: negation must not overflow there.
                timestamp.seconds = (before.as_secs() as i64).wrapping_neg();
                if before.subsec_nanos() > 0 {
                    timestamp.seconds -= 1;
                    timestamp.nanos = NANOS_PER_SECOND - before.subsec_nanos() as i32;
                }
            }
        }
        timestamp
    }
}

/// Mirrors Python's `ToDatetime`; fails where nanoseconds are not within a second, or where the
/// platform's clock does not reach.
impl TryFrom<Timestamp> for SystemTime {
    type Error = OutOfRange;

    fn try_from(timestamp: Timestamp) -> Result<Self, OutOfRange> {
        const NANOS: OutOfRange = OutOfRange {
            what: "timestamp's nanos are not from 0 to 999999999",
        };
        const SECONDS: OutOfRange = OutOfRange {
            what: "timestamp is beyond the system's clock",
        };
        if !(0..NANOS_PER_SECOND).contains(&timestamp.nanos) {
            return Err(NANOS);
        }
        let whole = Duration::from_secs(timestamp.seconds.unsigned_abs());
        let seconds = match timestamp.seconds {
            0.. => UNIX_EPOCH.checked_add(whole),
            _ => UNIX_EPOCH.checked_sub(whole),
        };
        let nanos = Duration::from_nanos(timestamp.nanos.unsigned_abs().into());
        seconds
            .and_then(|time| time.checked_add(nanos))
            .ok_or(SECONDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let half = Duration::from_millis(500);
        let cases = [
            (UNIX_EPOCH, 0, 0),
            (UNIX_EPOCH + half, 0, 500_000_000),
            (UNIX_EPOCH - half, -1, 500_000_000),
            (UNIX_EPOCH - half * 2, -1, 0),
            (UNIX_EPOCH - half * 3, -2, 500_000_000),
        ];
        for (time, seconds, nanos) in cases {
            let timestamp = Timestamp::from(time);
            assert_eq!((timestamp.seconds, timestamp.nanos), (seconds, nanos));
            assert_eq!(SystemTime::try_from(timestamp), Ok(time));
        }
    }

    #[test]
    fn out_of_range() {
        for (seconds, nanos) in [
            (0, -1),
            (0, 1_000_000_000),
            (i64::MAX, 999_999_999),
            (i64::MIN, 0),
        ] {
            let timestamp = Timestamp {
                seconds,
                nanos,
                ..Default::default()
            };
            let time = SystemTime::try_from(timestamp.clone());
            assert!(time.is_err() || Timestamp::from(time.unwrap()) == timestamp);
        }
        let wrong = Timestamp {
            nanos: -1,
            ..Default::default()
        };
        assert!(SystemTime::try_from(wrong).is_err());
    }
}
