//! Whether a method in the source ends in a block, `rpc A(B) returns (C) { … }`, and with which comment.

/// What stands after the `{` of a method.
#[derive(Debug, PartialEq)]
pub(super) struct MethodBlock {
    /// The comment that protoc counts as trailing the method: on the line of the `{`.
    pub(super) comment: Option<String>,
}

/// The block of the method that begins at a line and column, both counted from 0.
///
/// `None` when the method ends with a semicolon.
pub(super) fn find(source: &str, line: usize, column: usize) -> Option<MethodBlock> {
    let line_start = source
        .split_inclusive('\n')
        .take(line)
        .map(str::len)
        .sum::<usize>();
    let text = source.get(line_start..)?;
    let mut rest = text.get(offset(text, column)..)?;
    loop {
        let at = rest.find([';', '{', '/'])?;
        let found = &rest[at..];
        rest = if found.starts_with('{') {
            return Some(MethodBlock {
                comment: comment_on_line(&found[1..]),
            });
        } else if found.starts_with("//") {
            &found[found.find('\n')?..]
        } else if found.starts_with("/*") {
            &found[found.find("*/")? + 2..]
        } else {
            return None;
        };
    }
}

/// The byte in a line that stands in a column, with tab stops after every eight columns as in protoc.
fn offset(line: &str, column: usize) -> usize {
    let mut reached = 0;
    for (index, byte) in line.bytes().enumerate() {
        if reached >= column {
            return index;
        }
        reached += if byte == b'\t' { 8 - reached % 8 } else { 1 };
    }
    line.len()
}

fn comment_on_line(text: &str) -> Option<String> {
    let text = text.trim_start_matches([' ', '\t']);
    if let Some(comment) = text.strip_prefix("//") {
        let line = comment.split_inclusive('\n').next().unwrap_or_default();
        return Some(line.to_owned());
    }
    let (comment, after) = text.strip_prefix("/*")?.split_once("*/")?;
    // Followed by something on its line, it belongs to that.
    let ends_line = after.trim_start_matches([' ', '\t']).starts_with('\n');
    (ends_line && !comment.contains('\n')).then(|| comment.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_semicolons() {
        let block = |comment: Option<&str>| {
            Some(MethodBlock {
                comment: comment.map(str::to_owned),
            })
        };
        for (source, expected) in [
            ("rpc A(B) returns (C);", None),
            ("rpc A(B) returns (C) {}", block(None)),
            ("rpc A(B) /* { */ returns // {\n (C);", None),
            (
                "rpc A(B) returns (C) { // open\n // inside\n }",
                block(Some(" open\n")),
            ),
            (
                "rpc A(B) returns (C) { /* open */\n }",
                block(Some(" open ")),
            ),
            (
                "rpc A(B) returns (C) { /* of the option */ option deprecated = true; }",
                block(None),
            ),
            ("rpc A(B) returns (C) {\n  // inside\n }", block(None)),
        ] {
            assert_eq!(find(source, 0, 0), expected, "{source}");
        }
    }

    #[test]
    fn places_count_tab_stops() {
        let source = "service S {\n\trpc A(B) returns (C) {}  rpc D(E) returns (F); rpc G(H) returns (I) {}\n}";
        assert!(find(source, 1, 8).is_some());
        assert!(find(source, 1, 33).is_none());
        assert!(find(source, 1, 56).is_some());
        assert!(find(source, 9, 0).is_none());
    }
}
