//! What tokens mean: strings with their escapes, integers, floating-point numbers.

use std::str::FromStr;

/// The bytes that a string stands for: its escapes replaced. What is wrong is said without a place.
pub(super) fn unescape(text: &str, output: &mut Vec<u8>) -> Result<(), String> {
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        output.extend_from_slice(&rest.as_bytes()[..at]);
        rest = escape(&rest[at + 1..], output)?;
    }
    output.extend_from_slice(rest.as_bytes());
    Ok(())
}

/// Replaces the escape behind a backslash, and gives what follows it.
fn escape<'a>(text: &'a str, output: &mut Vec<u8>) -> Result<&'a str, String> {
    let mut characters = text.chars();
    let byte = match characters.next() {
        Some('a') => 7,
        Some('b') => 8,
        Some('t') => b'\t',
        Some('n') => b'\n',
        Some('v') => 11,
        Some('f') => 12,
        Some('r') => b'\r',
        Some(same @ ('?' | '\\' | '\'' | '"')) => same as u8,
        Some('0'..='7') => {
            let (value, rest) = digits(text, 8, 3);
            let value =
                u8::try_from(value).map_err(|_| "Octal escape is above \\377".to_owned())?;
            output.push(value);
            return Ok(rest);
        }
        Some('x' | 'X') => {
            let (value, rest) = digits(&text[1..], 16, 2);
            if rest.len() == text.len() - 1 {
                return Err("\\x must be followed by a hexadecimal digit".to_owned());
            }
            output.push(value as u8);
            return Ok(rest);
        }
        Some('u') => return unicode(text, 4, output),
        Some('U') => return unicode(text, 8, output),
        other => {
            let other = other.map(String::from).unwrap_or_default();
            return Err(format!("Invalid escape sequence \"\\{other}\""));
        }
    };
    output.push(byte);
    Ok(characters.as_str())
}

/// A code point of exactly `length` hexadecimal digits behind `u` or `U`; surrogates are none, nor are
/// two of them.
fn unicode<'a>(text: &'a str, length: usize, output: &mut Vec<u8>) -> Result<&'a str, String> {
    let (code, rest) = code_point(text, length)?;
    let character =
        char::from_u32(code).ok_or_else(|| format!("\\{} is no character", &text[..=length]))?;
    output.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    Ok(rest)
}

fn code_point(text: &str, length: usize) -> Result<(u32, &str), String> {
    let (value, rest) = digits(&text[1..], 16, length);
    if rest.len() + length + 1 != text.len() {
        let kind = &text[..1];
        return Err(format!(
            "\\{kind} must be followed by {length} hexadecimal digits"
        ));
    }
    Ok((value, rest))
}

/// The value of the digits at the start, at most `most` of them, and what follows.
fn digits(text: &str, radix: u32, most: usize) -> (u32, &str) {
    let mut value = 0u32;
    let mut length = 0;
    for digit in text.chars().take(most).map_while(|c| c.to_digit(radix)) {
        value = value << radix.ilog2() | digit;
        length += 1;
    }
    (value, &text[length..])
}

/// The magnitude of an integer: decimal, octal behind `0`, hexadecimal behind `0x`.
pub(super) fn integer(text: &str) -> Option<u64> {
    let all = |digits: &str, radix| {
        let fits = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
        fits.then(|| u64::from_str_radix(digits, radix).ok())
            .flatten()
    };
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        all(digits, 16)
    } else if text.len() > 1 && text.starts_with('0') {
        all(&text[1..], 8)
    } else {
        all(text, 10)
    }
}

/// Whether the token is written as an integer, be it too large for any.
pub(super) fn is_integer(text: &str) -> bool {
    let digits = |text: &str, radix| !text.is_empty() && text.chars().all(|c| c.is_digit(radix));
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(text) => digits(text, 16),
        None => digits(text, 10),
    }
}

/// A floating-point number without sign: decimal alone, `f` behind it allowed; rounded once.
pub(super) fn float<F: FromStr>(text: &str) -> Option<F> {
    let number = text.strip_suffix(['f', 'F']).unwrap_or(text);
    let whole = number.split(['.', 'e', 'E']).next()?;
    // A leading zero would make it octal, which no floating-point number is.
    if whole.len() > 1 && whole.starts_with('0') {
        return None;
    }
    // Rust reads "inf" too, which is no number token's text.
    let mut characters = number.chars();
    if !characters.all(|c| matches!(c, '0'..='9' | '.' | 'e' | 'E' | '+' | '-')) {
        return None;
    }
    number.parse().ok()
}

/// A floating-point number that has a name.
pub(super) fn named_float(name: &str) -> Option<f64> {
    if name.eq_ignore_ascii_case("inf") || name.eq_ignore_ascii_case("infinity") {
        Some(f64::INFINITY)
    } else {
        name.eq_ignore_ascii_case("nan").then_some(f64::NAN)
    }
}
