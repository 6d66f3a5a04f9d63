//! Comments of a `.proto` as doc lines that rustdoc, doctest and clippy accept.
//!
//! Nobody wrote them as Markdown for Rust: code would be run as a test, brackets would be links, angle brackets HTML.

mod inline;

use std::borrow::Cow;

/// The lines of a doc comment, without the `///`.
pub(crate) fn doc_lines(comment: &str) -> Vec<String> {
    let mut writer = Writer::default();
    for line in &plain_lines(comment) {
        writer.line(line);
    }
    writer.finish()
}

/// The lines of a comment without common indentation, blank lines at the ends, tabs and control characters.
pub(crate) fn plain_lines(comment: &str) -> Vec<Cow<'_, str>> {
    let mut lines = without_decoration(comment);
    let indentation = lines
        .iter()
        .filter(|l| !l.is_empty())
        .map(|l| indent(l))
        .min()
        .unwrap_or(0);
    for line in &mut lines {
        match line {
            Cow::Borrowed(line) => *line = line.get(indentation..).unwrap_or_default(),
            Cow::Owned(line) => drop(line.drain(..indentation.min(line.len()))),
        }
    }
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    let blank = lines.iter().take_while(|line| line.is_empty()).count();
    lines.drain(..blank);
    lines
}

/// What remains of `///`, `//!` and `/**` when the compiler has taken `//` and `/*` away is no text.
fn without_decoration(comment: &str) -> Vec<Cow<'_, str>> {
    let all_begin_with = |sign: char| {
        let mut lines = comment.lines();
        lines.all(|line| line.is_empty() || line.starts_with(sign))
    };
    if let Some(sign) = ['/', '!'].into_iter().find(|&sign| all_begin_with(sign)) {
        let lines = comment.lines();
        return lines
            .map(|line| clean(line.strip_prefix(sign).unwrap_or(line)))
            .collect();
    }
    let comment = comment.strip_prefix('*').unwrap_or(comment);
    comment.lines().map(clean).collect()
}

fn clean(line: &str) -> Cow<'_, str> {
    let is_clean = |c: &u8| (b' '..0x7f).contains(c);
    if line.as_bytes().iter().all(is_clean) {
        return Cow::Borrowed(line.trim_end());
    }
    let mut line = line.replace('\t', "    ").replace(char::is_control, "");
    line.truncate(line.trim_end().len());
    Cow::Owned(line)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[derive(Default)]
struct Writer {
    out: Vec<String>,
    block: Block,
    /// Open list items: indentation in the comment, and of their text in the output.
    items: Vec<(usize, usize)>,
    /// The lines of the paragraph that has not ended.
    paragraph: String,
    /// What stands before them.
    margins: Vec<String>,
    after_blank: bool,
}

#[derive(Default)]
enum Block {
    #[default]
    Text,
    /// Until a line that is this fence.
    Fenced(String),
    /// Until a line that is indented less.
    Indented(usize),
}

impl Writer {
    fn line(&mut self, line: &str) {
        match &self.block {
            Block::Text => self.text(line),
            Block::Fenced(fence) => {
                let body = line.trim_start();
                let rest = body.strip_prefix(fence.as_str());
                if rest.is_some_and(|rest| rest.chars().all(|c| fence.starts_with(c))) {
                    self.close();
                } else {
                    self.push(line);
                }
            }
            Block::Indented(depth) if line.is_empty() || indent(line) >= *depth => {
                let rest = line.get(*depth..).unwrap_or_default();
                self.push(rest);
            }
            Block::Indented(_) => {
                self.close();
                self.text(line);
            }
        }
    }

    fn text(&mut self, line: &str) {
        let body = line.trim_start();
        let depth = indent(line);
        if body.is_empty() {
            self.end_paragraph();
            self.push("");
            self.after_blank = true;
            return;
        }
        let after_blank =
            std::mem::take(&mut self.after_blank) || self.out.is_empty() && self.margins.is_empty();
        if let Some(fence) = fence(body) {
            self.end_paragraph();
            self.push(&format!("{fence}text"));
            self.block = Block::Fenced(fence.to_owned());
            return;
        }
        if after_blank {
            self.items.retain(|&(outer, _)| outer < depth);
            if self.items.is_empty() && depth >= 4 {
                self.push("```text");
                self.block = Block::Indented(depth);
                self.push(body);
                return;
            }
        }
        let Some(width) = marker(body) else {
            self.add(" ".repeat(self.margin()), body);
            return;
        };
        self.end_paragraph();
        self.items.retain(|&(outer, _)| outer < depth);
        let margin = self.margin();
        self.items.push((depth, margin + width));
        let (marker, rest) = body.split_at(width);
        self.add(" ".repeat(margin) + marker, rest);
    }

    /// Adds a line to the paragraph.
    fn add(&mut self, margin: String, text: &str) {
        if !self.margins.is_empty() {
            self.paragraph.push('\n');
        }
        self.margins.push(margin);
        self.paragraph.push_str(text);
    }

    /// Links and code may go on over lines, so text is escaped when all of its lines are known.
    fn end_paragraph(&mut self) {
        let text = inline::escape(&self.paragraph);
        let lines = self.margins.drain(..).zip(text.split('\n'));
        self.out.extend(lines.map(|(margin, line)| margin + line));
        self.paragraph.clear();
    }

    fn margin(&self) -> usize {
        self.items.last().map_or(0, |&(_, text)| text)
    }

    fn push(&mut self, text: &str) {
        let margin = if text.is_empty() { 0 } else { self.margin() };
        self.out.push(" ".repeat(margin) + text);
    }

    /// Ends a block of code.
    fn close(&mut self) {
        match std::mem::take(&mut self.block) {
            Block::Text => {}
            Block::Fenced(fence) => self.push(&fence),
            Block::Indented(_) => {
                let blank = self
                    .out
                    .iter()
                    .rev()
                    .take_while(|line| line.is_empty())
                    .count();
                self.out.truncate(self.out.len() - blank);
                self.push("```");
                self.out.extend(vec![String::new(); blank]);
                self.after_blank = blank > 0;
            }
        }
    }

    fn finish(mut self) -> Vec<String> {
        self.end_paragraph();
        self.close();
        self.out
    }
}

/// The signs that begin a block of code.
fn fence(body: &str) -> Option<&str> {
    let sign = body.chars().next().filter(|c| "`~".contains(*c))?;
    let length = body.len() - body.trim_start_matches(sign).len();
    (length >= 3).then(|| &body[..length])
}

/// The width of a list marker and the space behind it.
fn marker(body: &str) -> Option<usize> {
    let digits = body.len() - body.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = match digits {
        0 => body.strip_prefix(['-', '*', '+'])?,
        1..=9 => body[digits..].strip_prefix(['.', ')'])?,
        _ => return None,
    };
    let spaces = indent(rest);
    // More spaces would make code of the item's text.
    ((1..=4).contains(&spaces) && rest.len() > spaces).then_some(digits + 1 + spaces)
}
