//! Floating-point numbers as `str(message)` and as `text_format` write them in Python.

use std::fmt::{self, LowerExp, Write};

/// Whose habits a number is written by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FloatStyle {
    /// C's `%g`, as C++ protobuf and Python's `str(message)`: `1`, `1e+15`.
    C,
    /// Python's `repr`: `1.0`, `1000000000000000.0`.
    Python,
}

/// A floating-point type.
pub(super) trait Float: Into<f64> + LowerExp + fmt::Display + Copy {
    /// The digits that C++ tries first, and those with which every number survives.
    const DIGITS: (i32, i32);
}

impl Float for f64 {
    const DIGITS: (i32, i32) = (15, 17);
}

impl Float for f32 {
    const DIGITS: (i32, i32) = (6, 9);
}

/// Writes the shortest text that reads back as the same number.
///
/// Rust finds the digits; an exponent stands below 1e-4 and where the style begins to use one, with a
/// sign and at least two digits.
pub(super) fn write_float<F: Float>(
    value: F,
    style: FloatStyle,
    output: &mut dyn Write,
) -> fmt::Result {
    let number: f64 = value.into();
    if number.is_nan() {
        return output.write_str("nan");
    }
    if number.is_infinite() {
        return output.write_str(if number < 0.0 { "-inf" } else { "inf" });
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let length = mantissa.bytes().filter(u8::is_ascii_digit).count();
    let first_exponent = match (style, F::DIGITS) {
        (FloatStyle::Python, _) => 16,
        (FloatStyle::C, (few, _)) if length <= few as usize => few,
        (FloatStyle::C, (_, all)) => all,
    };
    if number != 0.0 && !(-4..first_exponent).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return write!(output, "{mantissa}e{sign}{:02}", exponent.abs());
    }
    let plain = format!("{value}");
    output.write_str(&plain)?;
    if style == FloatStyle::Python && !plain.contains('.') {
        output.write_str(".0")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_prints_them() {
        // The number, `str(DoubleValue)`, `text_format.MessageToString(DoubleValue)`: as observed.
        let cases = [
            (1.5, "1.5", "1.5"),
            (1.0, "1", "1.0"),
            (0.0, "0", "0.0"),
            (-0.0, "-0", "-0.0"),
            (0.1, "0.1", "0.1"),
            (1e15, "1e+15", "1000000000000000.0"),
            (1e16, "1e+16", "1e+16"),
            (1e100, "1e+100", "1e+100"),
            (1e-5, "1e-05", "1e-05"),
            (0.0001, "0.0001", "0.0001"),
            (
                123456789012345680.0,
                "1.2345678901234568e+17",
                "1.2345678901234568e+17",
            ),
            (1234567890123456.0, "1234567890123456", "1234567890123456.0"),
            (f64::NAN, "nan", "nan"),
            (f64::NEG_INFINITY, "-inf", "-inf"),
        ];
        for (value, c, python) in cases {
            assert_eq!(written(value, FloatStyle::C), c);
            assert_eq!(written(value, FloatStyle::Python), python);
        }
        assert_eq!(written(0.1f32, FloatStyle::C), "0.1");
        assert_eq!(written(1e6f32, FloatStyle::C), "1e+06");
        assert_eq!(written(1e6f32, FloatStyle::Python), "1000000.0");
    }

    fn written<F: Float>(value: F, style: FloatStyle) -> String {
        let mut text = String::new();
        write_float(value, style, &mut text).unwrap();
        text
    }
}
