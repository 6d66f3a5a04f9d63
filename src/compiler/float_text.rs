//! Floating-point numbers as C++ protobuf writes them into descriptors: C's `%g` with as few digits as
//! read back to the same number.

/// A `double`: 15 significant digits, or 17 where 15 are not enough.
pub(super) fn double(value: f64) -> String {
    shortest(value, [15, 17], |text| text.parse() == Ok(value))
}

/// A `float`: 6 significant digits, or 9 where 6 are not enough.
pub(super) fn float(value: f32) -> String {
    shortest(value.into(), [6, 9], |text| text.parse() == Ok(value))
}

fn shortest(value: f64, digits: [usize; 2], is_same: impl Fn(&str) -> bool) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let [few, enough] = digits;
    let text = general(value, few);
    if is_same(&text) {
        text
    } else {
        general(value, enough)
    }
}

/// C's `%.{digits}g`.
fn general(value: f64, digits: usize) -> String {
    let scientific = format!("{value:.*e}", digits - 1);
    let (mantissa, exponent) = scientific.split_once('e').expect("`e` was asked for");
    let exponent: i32 = exponent.parse().expect("an exponent is a number");
    let decimals = digits as i32 - 1 - exponent;
    if exponent < -4 || decimals < 0 {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{}e{sign}{:02}", without_zeros(mantissa), exponent.abs())
    } else {
        without_zeros(&format!("{value:.*}", decimals as usize)).to_owned()
    }
}

fn without_zeros(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Right-hand sides as protoc 35 writes them.
    #[test]
    fn doubles() {
        for (value, text) in [
            (0.1, "0.1"),
            (1e15, "1e+15"),
            (123_456_789_012_345_678.0, "1.2345678901234568e+17"),
            (1e-5, "1e-05"),
            (0.0001, "0.0001"),
            (0.300_000_000_000_000_04, "0.30000000000000004"),
            (-0.0, "-0"),
            (0.0, "0"),
            (100_000.0, "100000"),
            (1.5e300, "1.5e+300"),
            (f64::NAN, "nan"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(double(value), text);
        }
    }

    #[test]
    fn floats() {
        for (value, text) in [
            (0.1, "0.1"),
            (16_777_216.0, "16777216"),
            (123_456_790.0, "123456792"),
            (1e-7, "1e-07"),
            (f32::MAX, "3.40282347e+38"),
            (f32::MIN_POSITIVE, "1.17549435e-38"),
            (1e6, "1e+06"),
        ] {
            assert_eq!(float(value), text);
        }
    }
}
