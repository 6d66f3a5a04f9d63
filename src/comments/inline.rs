//! Text within a paragraph: what Markdown and rustdoc would read as markup is escaped, code spans stay.

/// The text as rustdoc shows it literally, but for `code`, emphasis, URLs and links to them. Lines stay lines.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    loop {
        let (plain_text, marked) = rest.split_at(rest.find(is_sign).unwrap_or(rest.len()));
        out.push_str(plain_text);
        rest = marked;
        let Some(c) = rest.chars().next() else {
            return out;
        };
        let taken = match c {
            '`' => backticks(rest, &mut out),
            'h' => match url(rest) {
                Some(length) => {
                    out.push_str(&format!("<{}>", &rest[..length]));
                    length
                }
                None => plain(c, &mut out),
            },
            '[' => match link(rest) {
                Some((text, address)) => {
                    out.push_str(&format!("[{}]({address})", escape(text)));
                    text.len() + address.len() + 4
                }
                None => {
                    out.push('\\');
                    plain(c, &mut out)
                }
            },
            ']' | '<' | '>' | '\\' => {
                out.push('\\');
                plain(c, &mut out)
            }
            _ => plain(c, &mut out),
        };
        rest = &rest[taken..];
    }
}

/// Whether markup may begin here.
fn is_sign(c: char) -> bool {
    matches!(c, '`' | 'h' | '[' | ']' | '<' | '>' | '\\')
}

fn plain(c: char, out: &mut String) -> usize {
    out.push(c);
    c.len_utf8()
}

/// A code span if the run of backticks has its counterpart in the text, escaped backticks otherwise.
fn backticks(rest: &str, out: &mut String) -> usize {
    let run = rest.len() - rest.trim_start_matches('`').len();
    let mut searched = run;
    while let Some(found) = rest[searched..].find('`') {
        let start = searched + found;
        let length = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        if length == run {
            out.push_str(&rest[..start + run]);
            return start + run;
        }
        searched = start + length;
    }
    out.push_str(&"\\`".repeat(run));
    run
}

/// Text and address of the link to a URL that `rest` begins with; its text holds no brackets.
fn link(rest: &str) -> Option<(&str, &str)> {
    let end = 1 + rest[1..].find(['[', ']'])?;
    let target = rest[end..].strip_prefix("](")?;
    let length = url(target)?;
    target[length..]
        .starts_with(')')
        .then(|| (&rest[1..end], &target[..length]))
}

/// The length of the URL that `rest` begins with.
fn url(rest: &str) -> Option<usize> {
    let host = rest
        .strip_prefix("http://")
        .or_else(|| rest.strip_prefix("https://"))?;
    let scheme = rest.len() - host.len();
    let end = host
        .find(|c: char| c.is_whitespace() || c.is_control() || "<>()[]{}\"'`\\|^".contains(c))
        .unwrap_or(host.len());
    let address = host[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_']);
    (!address.is_empty()).then_some(scheme + address.len())
}
