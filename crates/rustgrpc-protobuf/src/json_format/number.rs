//! Numbers: decimal text to exact integers, floats as Python's `repr` writes them.

use std::fmt::{LowerExp, Write};
use std::str::FromStr;

/// An integer that no 64 bits can hold, or none at all.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoInteger {
    /// It has a fraction.
    Fraction,
    /// It is larger or smaller than any integer field's values.
    TooLarge,
    /// It is no number.
    NoNumber,
}

/// The integer that a decimal number is, exactly: `5`, `5.0`, `0.5e1`.
pub(crate) fn integer(text: &str) -> Result<i128, NoInteger> {
    // More digits than a u64 has, and few enough for an i128.
    const MOST_DIGITS: i64 = 25;
    let number = Decimal::split(text).ok_or(NoInteger::NoNumber)?;
    let digits = [number.whole, number.fraction].concat();
    let significant = digits.trim_start_matches('0');
    let trimmed = significant.trim_end_matches('0');
    if trimmed.is_empty() {
        return Ok(0);
    }
    let dropped = (significant.len() - trimmed.len()) as i64;
    let zeros = number
        .exponent
        .saturating_sub(number.fraction.len() as i64)
        .saturating_add(dropped);
    if zeros < 0 {
        return Err(NoInteger::Fraction);
    }
    if zeros.saturating_add(trimmed.len() as i64) > MOST_DIGITS {
        return Err(NoInteger::TooLarge);
    }
    let value = trimmed
        .bytes()
        .map(|byte| i128::from(byte - b'0'))
        .chain((0..zeros).map(|_| 0))
        .fold(0, |value, digit| value * 10 + digit);
    Ok(if number.is_negative { -value } else { value })
}

/// Whether a text is a decimal number, as JSON has it or with a sign, zeros or a bare point more.
pub(super) fn is_decimal(text: &str) -> bool {
    Decimal::split(text).is_some()
}

struct Decimal<'a> {
    is_negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: i64,
}

impl<'a> Decimal<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Self::exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !are_digits(whole) || !are_digits(fraction) {
            return None;
        }
        Some(Self {
            is_negative: text.starts_with('-'),
            whole,
            fraction,
            exponent,
        })
    }

    /// Huge exponents are as good as any that is beyond all types.
    fn exponent(text: &str) -> Option<i64> {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let exponent = digits.parse().unwrap_or(i64::MAX);
        Some(if text.starts_with('-') {
            -exponent
        } else {
            exponent
        })
    }
}

/// A `float` or a `double`.
pub(super) trait Float: Into<f64> + LowerExp + FromStr + PartialEq + Copy {}

impl Float for f32 {}
impl Float for f64 {}

/// Writes a finite float with the fewest digits that read back as the same number, and always as a
/// float: `1.0`, `0.1`, `1e+16`, `1e-05`.
pub(super) fn write_float<F: Float>(value: F, output: &mut String) {
    let scientific = shortest(value);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let zero = value.into() == 0.0;
    if !zero && !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        write!(output, "{mantissa}e{sign}{:02}", exponent.abs())
            .expect("a string takes what is written");
        return;
    }
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => ("-", mantissa),
        None => ("", mantissa),
    };
    let digits = mantissa.replace('.', "");
    output.push_str(sign);
    if exponent < 0 {
        output.push_str("0.");
        output.extend((1..-exponent).map(|_| '0'));
        output.push_str(&digits);
        return;
    }
    let whole = exponent as usize + 1;
    for index in 0..whole {
        output.push(
            digits
                .as_bytes()
                .get(index)
                .map_or('0', |&digit| char::from(digit)),
        );
    }
    output.push('.');
    output.push_str(
        digits
            .get(whole..)
            .filter(|rest| !rest.is_empty())
            .unwrap_or("0"),
    );
}

/// The fewest digits. Where two texts are as near, Rust takes the upper one, and Python and C++ the
/// even one: so the digits that Rust finds only say how many there are.
fn shortest<F: Float>(value: F) -> String {
    let shortest = format!("{value:e}");
    let mantissa = shortest.split('e').next().unwrap_or_default();
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    let rounded = format!("{value:.*e}", digits.saturating_sub(1));
    if rounded.parse().is_ok_and(|parsed: F| parsed == value) {
        rounded
    } else {
        shortest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_exact() {
        for (text, value) in [
            ("0", 0),
            ("-0", 0),
            ("9223372036854775807", i128::from(i64::MAX)),
            ("18446744073709551615", i128::from(u64::MAX)),
            ("1e5", 100_000),
            ("100000.000", 100_000),
            ("1.25e2", 125),
            ("1000e-3", 1),
            ("0e999999999999999999999", 0),
            ("0.000", 0),
            ("+007", 7),
        ] {
            assert_eq!(integer(text), Ok(value), "{text}");
        }
        for text in ["1.5", "1e-1", "15e-1", "1e-99999999999999999999"] {
            assert_eq!(integer(text), Err(NoInteger::Fraction), "{text}");
        }
        for text in ["1e30", "1e99999999999999999999", &"9".repeat(1000)] {
            assert_eq!(integer(text), Err(NoInteger::TooLarge), "{text}");
        }
        for text in [
            "", "-", ".", "e5", "1e", "1e+", " 1", "1 ", "1_0", "0x1", "--1", "1.2.3", "NaN",
        ] {
            assert_eq!(integer(text), Err(NoInteger::NoNumber), "{text}");
        }
    }

    #[test]
    fn floats_as_python_has_them() {
        for (value, expected) in [
            (1.0, "1.0"),
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (0.1, "0.1"),
            (-1.5, "-1.5"),
            (100.0, "100.0"),
            (123.456, "123.456"),
            (0.0001, "0.0001"),
            (0.00012, "0.00012"),
            (1e-5, "1e-05"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1e100, "1e+100"),
            (1.2345678901234568e17, "1.2345678901234568e+17"),
            (9007199254740993.0, "9007199254740992.0"),
            (5e-324, "5e-324"),
        ] {
            let mut text = String::new();
            write_float(value, &mut text);
            assert_eq!(text, expected);
        }
        let mut text = String::new();
        write_float(0.1f32, &mut text);
        write_float(f32::MAX, &mut text);
        write_float(-14_222_661.0f32 / 4.0, &mut text);
        assert_eq!(text, "0.13.4028235e+38-3555665.2");
    }
}
