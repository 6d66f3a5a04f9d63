//! The percent encoding of `grpc-message`.

use std::borrow::Cow;

use http::HeaderValue;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode, percent_encode};

/// C-core encodes what is not printable ASCII, and the percent sign.
const ENCODED: &AsciiSet = &CONTROLS.add(b'%');

pub(crate) fn encode(details: &str) -> HeaderValue {
    let encoded: Cow<'_, str> = percent_encode(details.as_bytes(), ENCODED).into();
    HeaderValue::from_str(&encoded).unwrap_or_else(|_| unreachable!("only printable ASCII is left"))
}

/// Takes what is not encoded as it stands; what is not UTF-8 is read as Latin-1, as Python does.
pub(crate) fn decode(value: &[u8]) -> String {
    text(&Cow::from(percent_decode(value)))
}

/// UTF-8 or else Latin-1.
pub(crate) fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_travel_as_c_core_sends_them() {
        for (details, wire) in [
            ("plain", "plain"),
            ("a b", "a b"),
            ("a%b", "a%25b"),
            ("错误", "%E9%94%99%E8%AF%AF"),
            ("x\ny\tz", "x%0Ay%09z"),
            ("é", "%C3%A9"),
            ("~!@#$^&*()_+`", "~!@#$^&*()_+`"),
            ("\0nul", "%00nul"),
            ("\x7f", "%7F"),
            ("😀", "%F0%9F%98%80"),
            (" lead and trail ", " lead and trail "),
            ("\"quoted\"", "\"quoted\""),
        ] {
            assert_eq!(encode(details), wire);
            assert_eq!(decode(wire.as_bytes()), details);
        }
    }

    #[test]
    fn bad_encoding_is_taken_as_it_stands() {
        assert_eq!(decode(b"a%zz%4"), "a%zz%4");
        assert_eq!(decode(b"%FF"), "ÿ");
    }
}
