//! `Duration`: units of time, its text in JSON, `std::time::Duration`.

use std::time;

use super::{InvalidValue, NANOS_PER_SECOND, OutOfRange, fraction, nanos_of};
use crate::google::protobuf::duration_pb2::Duration;

/// The seconds of 10000 years.
const MOST_SECONDS: i64 = 315_576_000_000;

impl Duration {
    /// So many seconds. Mirrors Python's `FromSeconds`.
    ///
    /// ```
    /// use rustgrpc_protobuf::google::protobuf::Duration;
    ///
    /// let duration = Duration::from_millis(1_500);
    /// assert_eq!(duration.to_json_string()?, "1.500s");
    /// assert_eq!(std::time::Duration::try_from(duration)?, std::time::Duration::from_millis(1_500));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "FromSeconds")]
    pub fn from_seconds(seconds: i64) -> Self {
        Self {
            seconds,
            ..Default::default()
        }
    }

    /// So many milliseconds; a negative duration has negative seconds and nanoseconds. Mirrors Python's
    /// `FromMilliseconds`.
    #[doc(alias = "FromMilliseconds")]
    pub fn from_millis(millis: i64) -> Self {
        Self {
            seconds: millis / 1_000,
            nanos: (millis % 1_000 * 1_000_000) as i32,
            ..Default::default()
        }
    }

    /// Mirrors Python's `FromMicroseconds`.
    #[doc(alias = "FromMicroseconds")]
    pub fn from_micros(micros: i64) -> Self {
        Self {
            seconds: micros / 1_000_000,
            nanos: (micros % 1_000_000 * 1_000) as i32,
            ..Default::default()
        }
    }

    /// Mirrors Python's `FromNanoseconds`.
    #[doc(alias = "FromNanoseconds")]
    pub fn from_nanos(nanos: i64) -> Self {
        Self {
            seconds: nanos / 1_000_000_000,
            nanos: (nanos % 1_000_000_000) as i32,
            ..Default::default()
        }
    }

    /// Whole seconds. Mirrors Python's `ToSeconds`.
    #[doc(alias = "ToSeconds")]
    pub fn to_seconds(&self) -> i64 {
        self.seconds
    }

    /// Whole milliseconds, towards zero; wide enough for any duration. Mirrors Python's `ToMilliseconds`.
    #[doc(alias = "ToMilliseconds")]
    pub fn to_millis(&self) -> i128 {
        i128::from(self.seconds) * 1_000 + i128::from(self.nanos / 1_000_000)
    }

    /// Mirrors Python's `ToMicroseconds`.
    #[doc(alias = "ToMicroseconds")]
    pub fn to_micros(&self) -> i128 {
        i128::from(self.seconds) * 1_000_000 + i128::from(self.nanos / 1_000)
    }

    /// Mirrors Python's `ToNanoseconds`.
    #[doc(alias = "ToNanoseconds")]
    pub fn to_nanos(&self) -> i128 {
        i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanos)
    }

    /// The duration as in JSON: `1.500s`. Mirrors Python's `ToJsonString`.
    ///
    /// # Errors
    /// If the duration is not valid: longer than 10000 years, or of mixed signs.
    #[doc(alias = "ToJsonString")]
    pub fn to_json_string(&self) -> Result<String, InvalidValue> {
        self.check()?;
        let sign = if self.seconds < 0 || self.nanos < 0 {
            "-"
        } else {
            ""
        };
        let (seconds, nanos) = (self.seconds.unsigned_abs(), self.nanos.unsigned_abs());
        Ok(format!("{sign}{seconds}{}s", fraction(nanos)))
    }

    /// The duration of a text such as `-1.5s`, with up to nine digits behind the point. Mirrors Python's
    /// `FromJsonString`.
    ///
    /// # Errors
    /// If the text is no duration, or one of more than 10000 years.
    #[doc(alias = "FromJsonString")]
    pub fn from_json_string(text: &str) -> Result<Self, InvalidValue> {
        let Some(number) = text.strip_suffix('s') else {
            let text = format!("Duration must end with letter \"s\": {text}.");
            return Err(InvalidValue::new(text));
        };
        let wrong =
            |why: &str| InvalidValue::new(format!("Couldn't parse duration: {text} : {why}."));
        let (negative, magnitude) = match number.strip_prefix('-') {
            Some(magnitude) => (true, magnitude),
            None => (false, number),
        };
        let (whole, digits) = match magnitude.split_once('.') {
            Some((whole, digits)) => (whole, Some(digits)),
            None => (magnitude, None),
        };
        let is_number = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = whole.parse::<i64>().ok().filter(|_| is_number);
        let nanos = digits.map_or(Some(0), nanos_of);
        let (Some(seconds), Some(nanos)) = (seconds, nanos) else {
            return Err(wrong(
                "not a number of seconds with at most nine digits behind the point",
            ));
        };
        let sign = if negative { -1 } else { 1 };
        let duration = Self {
            seconds: seconds * sign,
            nanos: nanos * sign as i32,
            ..Default::default()
        };
        duration
            .check()
            .map_err(|error| wrong(&error.to_string()))?;
        Ok(duration)
    }

    fn check(&self) -> Result<(), InvalidValue> {
        let (seconds, nanos) = (self.seconds, self.nanos);
        let text = if !(-MOST_SECONDS..=MOST_SECONDS).contains(&seconds) {
            format!("Seconds {seconds} must be in range [-315576000000, 315576000000].")
        } else if nanos <= -NANOS_PER_SECOND || nanos >= NANOS_PER_SECOND {
            format!("Nanos {nanos} must be in range [-999999999, 999999999].")
        } else if (nanos < 0 && seconds > 0) || (nanos > 0 && seconds < 0) {
            "Sign mismatch.".to_owned()
        } else {
            return Ok(());
        };
        Err(InvalidValue::new(format!("Duration is not valid: {text}")))
    }
}

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
