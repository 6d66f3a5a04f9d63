//! `Timestamp`: units of time, its text in JSON, `SystemTime`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{InvalidValue, NANOS_PER_SECOND, OutOfRange, fraction, nanos_of};
use crate::google::protobuf::timestamp_pb2::Timestamp;

/// The first second of the year 1 and the last of the year 9999.
const SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;
const SECONDS_PER_DAY: i64 = 86_400;

impl Timestamp {
    /// The time now. Mirrors Python's `GetCurrentTime`.
    ///
    /// ```
    /// use rustgrpc_protobuf::google::protobuf::Timestamp;
    /// use std::time::{Duration, SystemTime};
    ///
    /// let start = Timestamp::from_seconds(1_700_000_000)?;
    /// assert_eq!(start.to_json_string()?, "2023-11-14T22:13:20Z");
    /// let time = SystemTime::try_from(start)?;
    /// assert_eq!(time, SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000));
    /// assert!(Timestamp::now().seconds > 1_700_000_000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "GetCurrentTime")]
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    /// The time so many seconds after 1970, or before. Mirrors Python's `FromSeconds`.
    ///
    /// # Errors
    /// If it is not within the years 1 to 9999; so for the other units.
    #[doc(alias = "FromSeconds")]
    pub fn from_seconds(seconds: i64) -> Result<Self, InvalidValue> {
        Self::from_nanos(i128::from(seconds) * 1_000_000_000)
    }

    /// Mirrors Python's `FromMilliseconds`.
    ///
    /// # Errors
    /// As [`from_seconds`](Self::from_seconds).
    #[doc(alias = "FromMilliseconds")]
    pub fn from_millis(millis: i64) -> Result<Self, InvalidValue> {
        Self::from_nanos(i128::from(millis) * 1_000_000)
    }

    /// Mirrors Python's `FromMicroseconds`.
    ///
    /// # Errors
    /// As [`from_seconds`](Self::from_seconds).
    #[doc(alias = "FromMicroseconds")]
    pub fn from_micros(micros: i64) -> Result<Self, InvalidValue> {
        Self::from_nanos(i128::from(micros) * 1_000)
    }

    /// Mirrors Python's `FromNanoseconds`.
    ///
    /// # Errors
    /// As [`from_seconds`](Self::from_seconds).
    #[doc(alias = "FromNanoseconds")]
    pub fn from_nanos(nanos: i128) -> Result<Self, InvalidValue> {
        let seconds = nanos.div_euclid(1_000_000_000);
        let timestamp = Self {
            seconds: i64::try_from(seconds).map_err(|_| seconds_error(seconds))?,
            nanos: nanos.rem_euclid(1_000_000_000) as i32,
            ..Default::default()
        };
        timestamp.check()?;
        Ok(timestamp)
    }

    /// Whole seconds since 1970. Mirrors Python's `ToSeconds`.
    ///
    /// # Errors
    /// If the timestamp is not valid; so for the other units.
    #[doc(alias = "ToSeconds")]
    pub fn to_seconds(&self) -> Result<i64, InvalidValue> {
        self.check()?;
        Ok(self.seconds)
    }

    /// Mirrors Python's `ToMilliseconds`.
    ///
    /// # Errors
    /// As [`to_seconds`](Self::to_seconds).
    #[doc(alias = "ToMilliseconds")]
    pub fn to_millis(&self) -> Result<i64, InvalidValue> {
        self.check()?;
        Ok(self.seconds * 1_000 + i64::from(self.nanos / 1_000_000))
    }

    /// Mirrors Python's `ToMicroseconds`.
    ///
    /// # Errors
    /// As [`to_seconds`](Self::to_seconds).
    #[doc(alias = "ToMicroseconds")]
    pub fn to_micros(&self) -> Result<i64, InvalidValue> {
        self.check()?;
        Ok(self.seconds * 1_000_000 + i64::from(self.nanos / 1_000))
    }

    /// Mirrors Python's `ToNanoseconds`.
    ///
    /// # Errors
    /// As [`to_seconds`](Self::to_seconds).
    #[doc(alias = "ToNanoseconds")]
    pub fn to_nanos(&self) -> Result<i128, InvalidValue> {
        self.check()?;
        Ok(i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanos))
    }

    /// The time as in JSON, by RFC 3339: `1970-01-01T00:00:00.500Z`. Mirrors Python's `ToJsonString`.
    ///
    /// # Errors
    /// If the timestamp is not valid.
    #[doc(alias = "ToJsonString")]
    pub fn to_json_string(&self) -> Result<String, InvalidValue> {
        self.check()?;
        let (year, month, day) = date_of(self.seconds.div_euclid(SECONDS_PER_DAY));
        let second = self.seconds.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let fraction = fraction(self.nanos.unsigned_abs());
        Ok(format!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z"
        ))
    }

    /// The time of an RFC 3339 text, with any offset and up to nine digits of a second's fraction.
    /// Mirrors Python's `FromJsonString`.
    ///
    /// # Errors
    /// If the text is no such time, or the time is not within the years 1 to 9999.
    #[doc(alias = "FromJsonString")]
    pub fn from_json_string(text: &str) -> Result<Self, InvalidValue> {
        let zone_at = text
            .find(['Z', '+'])
            .or_else(|| text.rfind('-'))
            .ok_or_else(|| {
                InvalidValue::new("Failed to parse timestamp: missing valid timezone offset.")
            })?;
        let (time, zone) = text.split_at(zone_at);
        let (whole, digits) = match time.split_once('.') {
            Some((whole, digits)) => (whole, Some(digits)),
            None => (time, None),
        };
        let seconds = seconds_of(whole).ok_or_else(|| {
            let text = format!("time data '{whole}' does not match format '%Y-%m-%dT%H:%M:%S'");
            InvalidValue::new(text)
        })?;
        let nanos = match digits {
            None => 0,
            Some(digits) if digits.len() > 9 => {
                let text = format!(
                    "Failed to parse Timestamp: nanos {digits} more than 9 fractional digits."
                );
                return Err(InvalidValue::new(text));
            }
            Some(digits) => nanos_of(digits).ok_or_else(|| {
                InvalidValue::new(format!("Failed to parse Timestamp: nanos {digits}."))
            })?,
        };
        let timestamp = Self {
            seconds: seconds - offset_of(zone, text)?,
            nanos,
            ..Default::default()
        };
        timestamp.check()?;
        Ok(timestamp)
    }

    fn check(&self) -> Result<(), InvalidValue> {
        if !SECONDS.contains(&self.seconds) {
            return Err(seconds_error(self.seconds.into()));
        }
        if (0..NANOS_PER_SECOND).contains(&self.nanos) {
            return Ok(());
        }
        Err(InvalidValue::new(format!(
            "Timestamp is not valid: Nanos {} must be in a range [0, 999999].",
            self.nanos
        )))
    }
}

fn seconds_error(seconds: i128) -> InvalidValue {
    InvalidValue::new(format!(
        "Timestamp is not valid: Seconds {seconds} must be in range [-62135596800, 253402300799]."
    ))
}

/// Year, month and day of a day since 1970, in the Gregorian calendar: in years that begin in March,
/// leap days come last, and 400 years are as long as any other 400.
fn date_of(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let day = day.rem_euclid(146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let first = (153 * month + 2) / 5;
    let (month, later) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (era * 400 + year + later, month, day - first + 1)
}

/// The day since 1970 of a date: what [`date_of`] takes.
fn day_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let month = if month > 2 { month - 3 } else { month + 9 };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + year * 365 + year / 4 - year / 100 + of_year - 719_468
}

/// The seconds since 1970 of `2024-01-02T03:04:05`.
fn seconds_of(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        let digits = text.get(range)?;
        let all = digits.bytes().all(|byte| byte.is_ascii_digit());
        all.then(|| digits.parse().ok()).flatten()
    };
    let bytes = text.as_bytes();
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if bytes.len() != 19 || marks.iter().any(|&(at, mark)| bytes[at] != mark) {
        return None;
    }
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let days = day_of(year, month, day);
    // A day that the month has not is another date, once it is counted.
    let exists = year >= 1 && (1..=12).contains(&month) && date_of(days) == (year, month, day);
    let valid = exists && hour < 24 && minute < 60 && second < 60;
    valid.then_some(days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second)
}

/// The seconds that a zone is ahead of UTC: `Z`, `+01:30`, `-05:00`.
fn offset_of(zone: &str, text: &str) -> Result<i64, InvalidValue> {
    if let Some(trailing) = zone.strip_prefix('Z') {
        return if trailing.is_empty() {
            Ok(0)
        } else {
            let text = format!("Failed to parse timestamp: invalid trailing data {text}.");
            Err(InvalidValue::new(text))
        };
    }
    let number = |digits: &str| -> Option<i64> {
        let all = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        all.then(|| digits.parse().ok()).flatten()
    };
    let offset = || {
        let (hours, minutes) = zone.get(1..)?.split_once(':')?;
        let (hours, minutes) = (number(hours)?, number(minutes)?);
        (hours < 24 && minutes < 60).then_some(hours * 3600 + minutes * 60)
    };
    let seconds = offset()
        .ok_or_else(|| InvalidValue::new(format!("Invalid timezone offset value: {zone}.")))?;
    Ok(if zone.starts_with('-') {
        -seconds
    } else {
        seconds
    })
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
