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
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\n' => break,
            b'(' | b'[' | b'{' => opens += 1,
            b')' | b']' | b'}' if opens > 0 => opens -= 1,
            b')' | b']' | b'}' => closes += 1,
            _ => {
                at = after_quoted(bytes, at);
                continue;
            }
        }
        at += 1;
    }
    let text = code[..at].trim_end();
    let line = Line {
        text,
        closes,
        opens,
    };
    (line, at)
}

/// The place behind what begins at `at`: a literal or a comment, whose brackets do not count, or any other byte.
fn after_quoted(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    match rest {
        [b'/', b'/', ..] => at + rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len()),
        [b'"', ..] => at + string(rest),
        [b'r', b'"' | b'#', ..] if !continues_name(bytes, at) => at + raw_string(rest),
        [b'\'', b'\\', _, rest @ ..] => {
            at + 4 + rest.iter().position(|&b| b == b'\'').unwrap_or(rest.len())
        }
        [b'\'', _, b'\'', ..] => at + 3,
        _ => at + 1,
    }
}

fn continues_name(bytes: &[u8], at: usize) -> bool {
    // The `b` of `br"…"` is no name.
    match at.checked_sub(1).map(|before| bytes[before]) {
        Some(b'b') => continues_name(bytes, at - 1),
        Some(before) => before == b'_' || before.is_ascii_alphanumeric(),
        None => false,
    }
}

fn string(bytes: &[u8]) -> usize {
    let mut at = 1;
    loop {
        match bytes.get(at) {
            None => return bytes.len(),
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
}

fn raw_string(bytes: &[u8]) -> usize {
    let hashes = bytes[1..].iter().take_while(|&&b| b == b'#').count();
    if bytes.get(1 + hashes) != Some(&b'"') {
        // A raw identifier.
        return 1;
    }
    let mut at = 2 + hashes;
    while at < bytes.len() {
        let closing = &bytes[at + 1..];
        if bytes[at] == b'"'
            && closing.len() >= hashes
            && closing[..hashes].iter().all(|&b| b == b'#')
        {
            return at + 1 + hashes;
        }
        at += 1;
    }
    bytes.len()
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
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'(' | b'[' | b'{' => open.push((at, byte)),
            b'<' if begins_generics(bytes, at) => open.push((at, byte)),
            b'>' if !matches!(open.last(), Some((_, b'<'))) || is_arrow(bytes, at) => {}
            b')' | b']' | b'}' | b'>' => {
                let opened = open.pop();
                if let (Some((begin, bracket)), true) = (opened, open.is_empty()) {
                    outline.groups.push(Group {
                        open: begin,
                        close: at,
                        bracket,
                    });
                }
            }
            b',' if open.is_empty() => outline.commas.push(at),
            b'=' if open.is_empty() && bytes[..at].ends_with(b" ") => match bytes.get(at + 1) {
                Some(b'>') => outline.arrow = outline.arrow.or(Some(at)),
                Some(b' ') => outline.assignment = outline.assignment.or(Some(at)),
                _ => {}
            },
            _ => {
                at = after_quoted(bytes, at);
                continue;
            }
        }
        at += 1;
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
