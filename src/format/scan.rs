//! The little of Rust's syntax that laying code out takes: strings, comments, brackets.

/// A line of a template's output, without white space around it. A string literal can make it several lines long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    /// Brackets that it closes and that were opened before.
    pub(super) closes: usize,
    /// Brackets that it opens and does not close.
    pub(super) opens: usize,
}

/// The lines of `code` that are not empty.
pub(super) fn lines(code: &str) -> impl Iterator<Item = Line<'_>> {
    let mut rest = code;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        if rest.is_empty() {
            return None;
        }
        let (line, length) = line(rest);
        rest = &rest[length..];
        Some(line)
    })
}

/// Whether a line belongs to the item after it: a comment or an attribute.
pub(super) fn is_before_item(text: &str) -> bool {
    text.starts_with("//") || text.starts_with("#[")
}

fn line(code: &str) -> (Line<'_>, usize) {
    let bytes = code.as_bytes();
    let (mut closes, mut opens) = (0, 0);
    let mut at = 0;
    let end = loop {
        let Some(sign) = next_sign(bytes, at) else {
            break bytes.len();
        };
        at = sign + 1;
        match bytes[sign] {
            b'\n' => break sign,
            b'(' | b'[' | b'{' => opens += 1,
            b')' | b']' | b'}' if opens > 0 => opens -= 1,
            b')' | b']' | b'}' => closes += 1,
            _ => at = after_quoted(code, sign),
        }
    };
    let line = Line {
        text: code[..end].trim_end(),
        closes,
        opens,
    };
    (line, end)
}

/// Bytes that mean something here, wherever they stand.
const SIGNS: [bool; 256] = {
    let mut signs = [false; 256];
    let all = b"\n()[]{}\"'/<>,=";
    let mut at = 0;
    while at < all.len() {
        signs[all[at] as usize] = true;
        at += 1;
    }
    signs
};

/// The place of the next sign. Nine bytes of ten are none.
fn next_sign(bytes: &[u8], from: usize) -> Option<usize> {
    let mut rest = bytes.get(from..)?.iter();
    let sign = rest.position(|&byte| SIGNS[usize::from(byte)])?;
    Some(from + sign)
}

/// The place behind what begins with the sign at `at`: a literal or a comment, whose brackets do not count, or the sign.
fn after_quoted(code: &str, at: usize) -> usize {
    let bytes = code.as_bytes();
    match &bytes[at..] {
        [b'/', b'/', ..] => code[at..].find('\n').map_or(code.len(), |end| at + end),
        [b'"', ..] => match raw_hashes(&bytes[..at]) {
            Some(hashes) => after_raw_string(code, at + 1, hashes),
            None => after_string(bytes, at + 1),
        },
        [b'\'', b'\\', _, rest @ ..] => {
            at + 4 + rest.iter().position(|&b| b == b'\'').unwrap_or(rest.len())
        }
        [b'\'', _, b'\'', ..] => at + 3,
        _ => at + 1,
    }
}

/// The number of hashes between an `r` and the quote that follows `before`, if it begins a raw string.
fn raw_hashes(before: &[u8]) -> Option<usize> {
    let hashes = before.iter().rev().take_while(|&&b| b == b'#').count();
    let before = before[..before.len() - hashes].strip_suffix(b"r")?;
    // The `b` of `br"…"` is no name.
    let before = before.strip_suffix(b"b").unwrap_or(before);
    let is_name = |byte: &u8| *byte == b'_' || byte.is_ascii_alphanumeric();
    (!before.last().is_some_and(is_name)).then_some(hashes)
}

fn after_string(bytes: &[u8], begin: usize) -> usize {
    let mut at = begin;
    while let Some(rest) = bytes.get(at..) {
        match rest.iter().position(|byte| matches!(byte, b'"' | b'\\')) {
            Some(sign) if rest[sign] == b'"' => return at + sign + 1,
            Some(escape) => at += escape + 2,
            None => break,
        }
    }
    bytes.len()
}

fn after_raw_string(code: &str, begin: usize, hashes: usize) -> usize {
    let end = format!("\"{}", "#".repeat(hashes));
    let found = code[begin..].find(&end);
    found.map_or(code.len(), |found| begin + found + end.len())
}

/// A pair of brackets, and where they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Group {
    pub(super) open: usize,
    pub(super) close: usize,
    pub(super) bracket: u8,
}

impl Group {
    pub(super) fn is_empty(&self) -> bool {
        self.close == self.open + 1
    }
}

/// What stands in no bracket of a line.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) groups: Vec<Group>,
    pub(super) commas: Vec<usize>,
    /// The first ` => `, at its `=`.
    pub(super) arrow: Option<usize>,
    /// The first ` = `, at its `=`.
    pub(super) assignment: Option<usize>,
}

pub(super) fn outline(text: &str) -> Outline {
    let bytes = text.as_bytes();
    let mut outline = Outline::default();
    let mut open: Vec<(usize, u8)> = Vec::new();
    let mut at = 0;
    while let Some(sign) = next_sign(bytes, at) {
        let byte = bytes[sign];
        at = sign + 1;
        match byte {
            b'(' | b'[' | b'{' => open.push((sign, byte)),
            b'<' if begins_generics(bytes, sign) => open.push((sign, byte)),
            b'>' if !matches!(open.last(), Some((_, b'<'))) || is_arrow(bytes, sign) => {}
            b')' | b']' | b'}' | b'>' => {
                let opened = open.pop();
                if let (Some((begin, bracket)), true) = (opened, open.is_empty()) {
                    outline.groups.push(Group {
                        open: begin,
                        close: sign,
                        bracket,
                    });
                }
            }
            b',' if open.is_empty() => outline.commas.push(sign),
            b'=' if open.is_empty() && bytes[..sign].ends_with(b" ") => match bytes.get(at) {
                Some(b'>') => outline.arrow = outline.arrow.or(Some(sign)),
                Some(b' ') => outline.assignment = outline.assignment.or(Some(sign)),
                _ => {}
            },
            _ => at = after_quoted(text, sign),
        }
    }
    outline
}

fn begins_generics(bytes: &[u8], at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| {
        let before = bytes[before];
        before == b':' || before == b'_' || before.is_ascii_alphanumeric()
    })
}

fn is_arrow(bytes: &[u8], at: usize) -> bool {
    at.checked_sub(1)
        .is_some_and(|before| matches!(bytes[before], b'-' | b'='))
}

#[cfg(test)]
mod tests {
    use super::{lines, outline};

    #[test]
    fn quoted_brackets_do_not_count() {
        for code in [
            r#"f("(", '(', '\'', b"\"[", 'a)"#,
            r##"f(r#"(""#, r#type, br"{")"##,
            "f() // (",
        ] {
            let found: Vec<_> = lines(code).map(|l| (l.text, l.closes, l.opens)).collect();
            assert_eq!(found, [(code, 0, 0)]);
        }
    }

    #[test]
    fn generics_are_brackets_and_comparisons_and_arrows_are_not() {
        let text = "fn f<K, V>(a: Map<K, V>, b: fn() -> u8) -> Map<K, V>";
        let groups: Vec<_> = outline(text)
            .groups
            .iter()
            .map(|group| &text[group.open..=group.close])
            .collect();
        assert_eq!(
            groups,
            ["<K, V>", "(a: Map<K, V>, b: fn() -> u8)", "<K, V>"]
        );
        assert_eq!(outline("a < b, c > d").commas, [5]);
    }
}
