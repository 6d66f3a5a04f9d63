//! Text within a line: what Markdown and rustdoc would read as markup is escaped, code spans stay.

/// The line as rustdoc shows it literally, but for `code`, emphasis and URLs.
pub(super) fn escape(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '`' => backticks(rest, &mut out),
            'h' if out.ends_with(|c: char| c.is_alphanumeric()) => plain(c, &mut out),
            'h' => match url(rest) {
                Some(length) => {
                    out.push_str(&format!("<{}>", &rest[..length]));
                    length
                }
                None => plain(c, &mut out),
            },
            '[' | ']' | '<' | '>' | '\\' => {
                out.push('\\');
                plain(c, &mut out)
            }
            _ => plain(c, &mut out),
        };
        rest = &rest[taken..];
    }
    out
}

fn plain(c: char, out: &mut String) -> usize {
    out.push(c);
    c.len_utf8()
}

/// A code span if the run of backticks has its counterpart on the line, escaped backticks otherwise.
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
