//! Bytes as Rust literals.

/// `b"…"` on one line.
pub(super) fn byte_string(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 3);
    out.push_str("b\"");
    for &byte in bytes {
        push_escaped(byte, &mut out);
    }
    out.push('"');
    out
}

/// `b"…"` of a descriptor, on lines that end where a name begins if they can: then a change stays in its lines.
pub(super) fn descriptor(bytes: &[u8]) -> String {
    const COMFORTABLE: usize = 60;
    const LONGEST: usize = 92;
    let mut out = String::with_capacity(bytes.len() * 2);
    out.push_str("b\"");
    let mut width = 0;
    for &byte in bytes {
        if width >= LONGEST || width >= COMFORTABLE && byte == b'\n' {
            out.push_str("\\\n");
            width = 0;
        }
        let before = out.len();
        // White space at the beginning of a continued line would be skipped.
        if width == 0 && byte == b' ' {
            out.push_str("\\x20");
        } else {
            push_escaped(byte, &mut out);
        }
        width += out.len() - before;
    }
    out.push('"');
    out
}

fn push_escaped(byte: u8, out: &mut String) {
    match byte {
        // NUL is written in hex: before a digit, `\0` would look like an octal escape.
        b'\n' => out.push_str("\\n"),
        b'\r' => out.push_str("\\r"),
        b'\t' => out.push_str("\\t"),
        b'"' => out.push_str("\\\""),
        b'\\' => out.push_str("\\\\"),
        b' '..=b'~' => out.push(char::from(byte)),
        _ => {
            const DIGITS: &[u8; 16] = b"0123456789abcdef";
            out.push_str("\\x");
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}
