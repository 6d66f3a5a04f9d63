//! Deadlines and the `grpc-timeout` header.

use std::time::Duration;

use tokio::time::Instant;

/// The longest timeout that is sent, C-core's.
const MAX_HOURS: u64 = 27_000;

/// The moment `timeout` from now; `None` when it is too far away to be told from never.
pub(crate) fn after(timeout: Duration) -> Option<Instant> {
    Instant::now().checked_add(timeout)
}

/// The time until `deadline`, zero when it has passed.
pub(crate) fn remaining(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}

/// The header value for a call that has `timeout` left, rounded up as C-core rounds: at most three
/// digits count.
pub(crate) fn format(timeout: Duration) -> String {
    let millis = u64::try_from(timeout.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
    match millis {
        0 => return "1n".to_owned(),
        1..1_000 => return format!("{millis}m"),
        1_000..10_000 if millis.div_ceil(10) % 100 != 0 => {
            return format!("{}0m", millis.div_ceil(10));
        }
        10_000..100_000 if millis.div_ceil(100) % 10 != 0 => {
            return format!("{}00m", millis.div_ceil(100));
        }
        _ => {}
    }
    let seconds = millis.div_ceil(1_000);
    if let Some(seconds) = three_digits(seconds) {
        return format!("{seconds}S");
    }
    let minutes = seconds.div_ceil(60);
    if let Some(minutes) = three_digits(minutes) {
        return format!("{minutes}M");
    }
    format!("{}H", minutes.div_ceil(60).min(MAX_HOURS))
}

/// Three significant digits of seconds or minutes, unless the next unit says the same in fewer.
fn three_digits(value: u64) -> Option<u64> {
    let step = match value {
        0..1_000 => 1,
        1_000..10_000 => 10,
        10_000..100_000 => 100,
        _ => return None,
    };
    let rounded = value.div_ceil(step) * step;
    (rounded % 60 != 0).then_some(rounded)
}

/// The timeout that a header value says; `Ok(None)` when it is too long to be told from none.
pub(crate) fn parse(value: &[u8]) -> Result<Option<Duration>, InvalidTimeout> {
    let value = value.trim_ascii();
    let digits = value
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (number, unit) = value.split_at(digits);
    if number.is_empty() {
        return Err(InvalidTimeout);
    }
    let unit_nanos: u64 = match unit.trim_ascii_start() {
        b"n" => 1,
        b"u" => 1_000,
        b"m" => 1_000_000,
        b"S" => 1_000_000_000,
        b"M" => 60 * 1_000_000_000,
        b"H" => 3_600 * 1_000_000_000,
        _ => return Err(InvalidTimeout),
    };
    let mut count: u64 = 0;
    for digit in number {
        count = count
            .saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'));
    }
    let nanos = u128::from(count) * u128::from(unit_nanos);
    Ok(u64::try_from(nanos / 1_000_000_000)
        .ok()
        .filter(|_| count < 1_000_000_000_000)
        .map(|seconds| Duration::new(seconds, (nanos % 1_000_000_000) as u32)))
}

/// A `grpc-timeout` that is none.
#[derive(Debug, PartialEq)]
pub(crate) struct InvalidTimeout;

#[cfg(test)]
mod tests {
    use super::*;

    /// C7.14-28.
    #[test]
    fn a_timeout_is_written_as_c_core_writes_it() {
        for (millis, header) in [
            (0, "1n"),
            (8, "8m"),
            (101, "101m"),
            (1_000, "1S"),
            (1_001, "1010m"),
            (1_501, "1510m"),
            (5_001, "5010m"),
            (10_000, "10S"),
            (60_000, "1M"),
            (61_300, "61300m"),
            (100_001, "101S"),
            (1_000_001, "1010S"),
            (3_600_001, "3610S"),
            (100_000_001, "1670M"),
            (10_000_000_001, "2778H"),
            (1_000_000_000_000, "27000H"),
        ] {
            assert_eq!(format(Duration::from_millis(millis)), header, "{millis} ms");
        }
    }

    /// C7.29-45.
    #[test]
    fn a_timeout_is_read_as_c_core_reads_it() {
        let seconds = |seconds| Ok(Some(Duration::from_secs_f64(seconds)));
        for (header, timeout) in [
            ("1S", seconds(1.0)),
            ("100m", seconds(0.1)),
            ("1000000u", seconds(1.0)),
            ("99999999n", seconds(0.099_999_999)),
            ("2M", seconds(120.0)),
            ("1H", seconds(3600.0)),
            ("123456789S", seconds(123_456_789.0)),
            ("00000001S", seconds(1.0)),
            ("1 S", seconds(1.0)),
            ("0n", seconds(0.0)),
            ("9999999999999H", Ok(None)),
            ("-1S", Err(InvalidTimeout)),
            ("S", Err(InvalidTimeout)),
            ("5", Err(InvalidTimeout)),
            ("1s", Err(InvalidTimeout)),
            ("abc", Err(InvalidTimeout)),
            ("", Err(InvalidTimeout)),
        ] {
            assert_eq!(parse(header.as_bytes()), timeout, "{header}");
        }
    }
}
