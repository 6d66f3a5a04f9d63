//! `Timestamp` and `Duration` as jiff's `Timestamp` and `SignedDuration`.

use super::OutOfRange;
use crate::google::protobuf::duration_pb2::Duration;
use crate::google::protobuf::timestamp_pb2::Timestamp;

/// Mirrors Python's `FromDatetime`.
impl From<::jiff::Timestamp> for Timestamp {
    fn from(time: ::jiff::Timestamp) -> Self {
        let nanos = time.as_nanosecond();
        Self::new()
            .with_seconds(nanos.div_euclid(1_000_000_000) as i64)
            .with_nanos(nanos.rem_euclid(1_000_000_000) as i32)
    }
}

/// Mirrors Python's `ToDatetime`.
impl TryFrom<Timestamp> for ::jiff::Timestamp {
    type Error = OutOfRange;

    fn try_from(time: Timestamp) -> Result<Self, OutOfRange> {
        const BEYOND: OutOfRange = OutOfRange {
            what: "timestamp is no time of jiff's",
        };
        if !(0..1_000_000_000).contains(&time.nanos) {
            return Err(BEYOND);
        }
        let nanos = i128::from(time.seconds) * 1_000_000_000 + i128::from(time.nanos);
        Self::from_nanosecond(nanos).map_err(|_| BEYOND)
    }
}

/// Mirrors Python's `FromTimedelta`.
impl From<::jiff::SignedDuration> for Duration {
    fn from(duration: ::jiff::SignedDuration) -> Self {
        Self::new()
            .with_seconds(duration.as_secs())
            .with_nanos(duration.subsec_nanos())
    }
}

/// Mirrors Python's `ToTimedelta`.
impl TryFrom<Duration> for ::jiff::SignedDuration {
    type Error = OutOfRange;

    fn try_from(duration: Duration) -> Result<Self, OutOfRange> {
        let nanos = Self::from_nanos(duration.nanos.into());
        Self::from_secs(duration.seconds)
            .checked_add(nanos)
            .ok_or(OutOfRange {
                what: "duration is beyond jiff's",
            })
    }
}
