//! Floating-point numbers as C++ protobuf and Python write them: `1.5`, `1e+100`, `inf`, `nan`.

use std::fmt::{self, LowerExp, Write};

/// Writes the shortest text that reads back as the same number.
///
/// Rust finds the digits; where C's `%g` would use an exponent (below 1e-4, or beyond `digits`
/// digits), so does this, with at least two digits and a sign.
pub(super) fn write_float(
    value: impl Into<f64> + LowerExp + fmt::Display + Copy,
    digits: i32,
    output: &mut impl Write,
) -> fmt::Result {
    let number: f64 = value.into();
    if number.is_nan() {
        return output.write_str("nan");
    }
    if number.is_infinite() {
        return output.write_str(if number < 0.0 { "-inf" } else { "inf" });
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific
        .split_once('e')
        .expect("the exponent format has an exponent");
    let exponent: i32 = exponent.parse().expect("an exponent is a number");
    if number != 0.0 && !(-4..digits).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return write!(output, "{mantissa}e{sign}{:02}", exponent.abs());
    }
    write!(output, "{value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_prints_them() {
        let cases = [
            (1.5, "1.5"),
            (0.0, "0"),
            (-0.0, "-0"),
            (0.1, "0.1"),
            (1e100, "1e+100"),
            (1e-5, "1e-05"),
            (0.0001, "0.0001"),
            (123456789012345680.0, "1.2345678901234568e+17"),
            (1234567890123456.0, "1234567890123456"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
        ];
        for (value, expected) in cases {
            let mut text = String::new();
            write_float(value, 17, &mut text).unwrap();
            assert_eq!(text, expected);
        }
        let mut text = String::new();
        write_float(0.1f32, 9, &mut text).unwrap();
        assert_eq!(text, "0.1");
    }
}
