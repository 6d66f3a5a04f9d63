//! `Timestamp` and `Duration` as chrono's `DateTime<Utc>` and `TimeDelta`.

use ::chrono::{DateTime, TimeDelta, TimeZone, Utc};

use super::OutOfRange;
use crate::google::protobuf::duration_pb2::Duration;
use crate::google::protobuf::timestamp_pb2::Timestamp;

/// Mirrors Python's `FromDatetime`.
impl<Zone: TimeZone> From<DateTime<Zone>> for Timestamp {
    fn from(time: DateTime<Zone>) -> Self {
        // chrono counts a leap second as more than a second's nanoseconds; it is smeared here.
        let nanos = time.timestamp_subsec_nanos().min(999_999_999);
        Self::new()
            .with_seconds(time.timestamp())
            .with_nanos(nanos as i32)
    }
}

/// Mirrors Python's `ToDatetime`.
impl TryFrom<Timestamp> for DateTime<Utc> {
    type Error = OutOfRange;

    fn try_from(time: Timestamp) -> Result<Self, OutOfRange> {
        const BEYOND: OutOfRange = OutOfRange {
            what: "timestamp is no time of chrono's",
        };
        let nanos = u32::try_from(time.nanos).map_err(|_| BEYOND)?;
        let nanos = Some(nanos).filter(|nanos| *nanos < 1_000_000_000);
        Self::from_timestamp(time.seconds, nanos.ok_or(BEYOND)?).ok_or(BEYOND)
    }
}

/// Mirrors Python's `FromTimedelta`.
impl From<TimeDelta> for Duration {
    fn from(delta: TimeDelta) -> Self {
        Self::new()
            .with_seconds(delta.num_seconds())
            .with_nanos(delta.subsec_nanos())
    }
}

/// Mirrors Python's `ToTimedelta`.
impl TryFrom<Duration> for TimeDelta {
    type Error = OutOfRange;

    fn try_from(duration: Duration) -> Result<Self, OutOfRange> {
        let seconds = Self::try_seconds(duration.seconds);
        seconds
            .and_then(|seconds| seconds.checked_add(&Self::nanoseconds(duration.nanos.into())))
            .ok_or(OutOfRange {
                what: "duration is beyond chrono's",
            })
    }
}
