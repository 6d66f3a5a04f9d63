//! `Timestamp` and `Duration` as JSON has them: RFC 3339, and seconds with an `s`.

use std::fmt::Write;

const NANOS_PER_SECOND: i32 = 1_000_000_000;
const SECONDS_PER_DAY: i64 = 24 * 60 * 60;
/// From year 1 to year 9999.
const TIMESTAMP_SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;
/// 10,000 years.
const DURATION_SECONDS: std::ops::RangeInclusive<i64> = -315_576_000_000..=315_576_000_000;

/// A timestamp as RFC 3339 in UTC, with 0, 3, 6 or 9 digits of a second's fraction.
pub(super) fn timestamp_text(seconds: i64, nanos: i32) -> Result<String, String> {
    check_timestamp(seconds, nanos)?;
    let (days, of_day) = (
        seconds.div_euclid(SECONDS_PER_DAY),
        seconds.rem_euclid(SECONDS_PER_DAY),
    );
    let (year, month, day) = date_of_days(days);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    let mut text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    write_fraction(nanos, &mut text);
    text.push('Z');
    Ok(text)
}

/// Seconds and nanoseconds of an RFC 3339 date with any offset.
pub(super) fn timestamp_of(text: &str) -> Result<(i64, i32), String> {
    let offset_at = text
        .find(['Z', '+'])
        .or_else(|| text.rfind('-').filter(|&at| at > "0000-00".len()))
        .ok_or("Failed to parse timestamp: missing valid timezone offset.")?;
    let (time, offset) = text.split_at(offset_at);
    let (whole, fraction) = match time.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (time, None),
    };
    let local = date_and_time(whole)
        .ok_or_else(|| format!("time data '{whole}' does not match format '%Y-%m-%dT%H:%M:%S'"))?;
    let nanos = match fraction {
        Some(fraction) => nanos_of(fraction).ok_or_else(|| {
            format!("Failed to parse Timestamp: nanos {fraction} are not 1 to 9 fractional digits.")
        })?,
        None => 0,
    };
    let seconds = local - seconds_of_offset(offset)?;
    check_timestamp(seconds, nanos)?;
    Ok((seconds, nanos))
}

/// A duration in seconds, with 0, 3, 6 or 9 digits of a second's fraction.
pub(super) fn duration_text(seconds: i64, nanos: i32) -> Result<String, String> {
    check_duration(seconds, nanos)?;
    let sign = if seconds < 0 || nanos < 0 { "-" } else { "" };
    let mut text = format!("{sign}{}", seconds.abs());
    write_fraction(nanos.abs(), &mut text);
    text.push('s');
    Ok(text)
}

/// Seconds and nanoseconds of a duration.
pub(super) fn duration_of(text: &str) -> Result<(i64, i32), String> {
    let number = text
        .strip_suffix('s')
        .ok_or_else(|| format!("Duration must end with letter \"s\": {text}."))?;
    let malformed = || format!("Couldn't parse duration: {text}.");
    let (sign, unsigned) = match number.strip_prefix('-') {
        Some(unsigned) => (-1, unsigned),
        None => (1, number),
    };
    let (whole, nanos) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, nanos_of(fraction).ok_or_else(malformed)?),
        None => (unsigned, 0),
    };
    if !is_digits(whole) {
        return Err(malformed());
    }
    let seconds = sign * whole.parse::<i64>().map_err(|_| malformed())?;
    let nanos = sign as i32 * nanos;
    check_duration(seconds, nanos)?;
    Ok((seconds, nanos))
}

fn check_timestamp(seconds: i64, nanos: i32) -> Result<(), String> {
    if !TIMESTAMP_SECONDS.contains(&seconds) {
        return Err(format!(
            "Timestamp is not valid: Seconds {seconds} must be in range [-62135596800, 253402300799]."
        ));
    }
    if !(0..NANOS_PER_SECOND).contains(&nanos) {
        return Err(format!(
            "Timestamp is not valid: Nanos {nanos} must be in a range [0, 999999999]."
        ));
    }
    Ok(())
}

fn check_duration(seconds: i64, nanos: i32) -> Result<(), String> {
    if !DURATION_SECONDS.contains(&seconds) {
        return Err(format!(
            "Duration is not valid: Seconds {seconds} must be in range [-315576000000, 315576000000]."
        ));
    }
    if nanos <= -NANOS_PER_SECOND || nanos >= NANOS_PER_SECOND {
        return Err(format!(
            "Duration is not valid: Nanos {nanos} must be in range [-999999999, 999999999]."
        ));
    }
    if (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0) {
        return Err("Duration is not valid: Sign mismatch.".to_owned());
    }
    Ok(())
}

fn write_fraction(nanos: i32, text: &mut String) {
    let written = match nanos {
        0 => Ok(()),
        _ if nanos % 1_000_000 == 0 => write!(text, ".{:03}", nanos / 1_000_000),
        _ if nanos % 1_000 == 0 => write!(text, ".{:06}", nanos / 1_000),
        _ => write!(text, ".{nanos:09}"),
    };
    written.expect("a string takes what is written");
}

/// One to nine digits behind the point.
fn nanos_of(fraction: &str) -> Option<i32> {
    if !is_digits(fraction) || fraction.len() > 9 {
        return None;
    }
    let digits: i32 = fraction.parse().ok()?;
    Some(digits * 10i32.pow(9 - fraction.len() as u32))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Seconds since 1970 of `YYYY-MM-DDTHH:MM:SS`.
fn date_and_time(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let shape = b"0000-00-00T00:00:00";
    let fits = |(&byte, &model): (&u8, &u8)| match model {
        b'0' => byte.is_ascii_digit(),
        _ => byte == model,
    };
    if bytes.len() != shape.len() || !bytes.iter().zip(shape).all(fits) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 31,
    };
    let is_date = (1..=12).contains(&month) && (1..=days).contains(&day) && year > 0;
    if !is_date || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let of_day = (hour * 60 + minute) * 60 + second;
    Some(days_of_date(year, month, day) * SECONDS_PER_DAY + of_day)
}

/// The seconds that a local time is ahead of UTC.
fn seconds_of_offset(text: &str) -> Result<i64, String> {
    if text == "Z" {
        return Ok(0);
    }
    if text.starts_with('Z') {
        return Err(format!(
            "Failed to parse timestamp: invalid trailing data {text}."
        ));
    }
    let invalid = || format!("Invalid timezone offset value: {text}.");
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (-1, unsigned),
        None => (1, text.strip_prefix('+').unwrap_or_default()),
    };
    let (hours, minutes) = unsigned.split_once(':').ok_or_else(invalid)?;
    let part = |part: &str, limit| {
        let number = part
            .parse()
            .ok()
            .filter(|number| (0..limit).contains(number));
        number.filter(|_| part.len() == 2 && is_digits(part))
    };
    let hours: i64 = part(hours, 24).ok_or_else(invalid)?;
    let minutes = part(minutes, 60).ok_or_else(invalid)?;
    Ok(sign * (hours * 60 + minutes) * 60)
}

/// Days since 1970 of a date of the Gregorian calendar. Years begin in March, so that the day which
/// not every year has comes last.
fn days_of_date(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + leap_days + day_of_year - 719_468
}

/// As [`days_of_date`], the other way.
fn date_of_days(days: i64) -> (i64, i64, i64) {
    const DAYS_OF_400_YEARS: i64 = 146_097;
    let days = days + 719_468;
    let era = days.div_euclid(DAYS_OF_400_YEARS);
    let of_era = days.rem_euclid(DAYS_OF_400_YEARS);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (era * 400 + year_of_era + carry, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_has_its_date() {
        for days in -719_162..=2_932_896 {
            let (year, month, day) = date_of_days(days);
            assert_eq!(days_of_date(year, month, day), days);
        }
        assert_eq!(date_of_days(-719_162), (1, 1, 1));
        assert_eq!(date_of_days(2_932_896), (9999, 12, 31));
        assert_eq!(date_of_days(11_016), (2000, 2, 29));
    }
}
