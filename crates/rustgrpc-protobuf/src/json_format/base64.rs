//! Bytes as JSON has them: base64.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The standard alphabet, padded.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let mut bits = 0;
        for index in 0..3 {
            bits = bits << 8 | u32::from(group.get(index).copied().unwrap_or(0));
        }
        for index in 0..4 {
            let digit = bits >> (18 - 6 * index) & 0x3f;
            let is_padding = index > group.len();
            text.push(if is_padding {
                '='
            } else {
                char::from(ALPHABET[digit as usize])
            });
        }
    }
    text
}

/// The standard or the URL-safe alphabet, padded or not; `None` if it is neither.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    let is_padded = padding > 0 && padding <= 2 && text.len().is_multiple_of(4);
    if (padding > 0 && !is_padded) || digits.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    for group in digits.as_bytes().chunks(4) {
        let mut bits = 0;
        for index in 0..4 {
            let digit = group.get(index).map_or(Some(0), |&byte| digit(byte))?;
            bits = bits << 6 | u32::from(digit);
        }
        // What is left of bits that make no byte is not looked at, as in C++.
        let [_, decoded @ ..] = bits.to_be_bytes();
        bytes.extend_from_slice(&decoded[..group.len() - 1]);
    }
    Some(bytes)
}

fn digit(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_with_and_without_padding() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"\x00", "AA=="),
            (b"\x00\xff", "AP8="),
            (b"abc", "YWJj"),
            (b"\xfb\xff\xbf", "+/+/"),
        ] {
            assert_eq!(encode(bytes), text);
            assert_eq!(decode(text).as_deref(), Some(bytes));
            assert_eq!(decode(text.trim_end_matches('=')).as_deref(), Some(bytes));
        }
        assert_eq!(decode("-_-_").as_deref(), Some(&b"\xfb\xff\xbf"[..]));
        assert_eq!(decode("-_").as_deref(), Some(&b"\xfb"[..]));
        for wrong in [
            "A", "AAAAA", "A===", "AA=", "AAA==", "=", "A A=", "AA*=", "AAAA====", "é",
        ] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
