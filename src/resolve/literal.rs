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
    let mut rest = bytes;
    while let Some(&first) = rest.first() {
        if width >= LONGEST || width >= COMFORTABLE && first == b'\n' {
            out.push_str("\\\n");
            width = 0;
        }
        let before = out.len();
        let run = plain(&rest[..rest.len().min(LONGEST - width)]);
        // White space at the beginning of a continued line would be skipped.
        if width == 0 && first == b' ' {
            out.push_str("\\x20");
            rest = &rest[1..];
        } else if run.is_empty() {
            push_escaped(first, &mut out);
            rest = &rest[1..];
        } else {
            out.push_str(run);
            rest = &rest[run.len()..];
        }
        width += out.len() - before;
    }
    out.push('"');
    out
}

/// What stands for itself at the beginning of `bytes`.
fn plain(bytes: &[u8]) -> &str {
    let is_plain = |byte: &&u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    let length = bytes.iter().take_while(is_plain).count();
    // All of it is ASCII.
    str::from_utf8(&bytes[..length]).unwrap_or_default()
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
