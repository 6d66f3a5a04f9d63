//! Comments of a `.proto` as doc lines that rustdoc, doctest and clippy accept.
//!
//! Nobody wrote them as Markdown for Rust: code would be run as a test, brackets would be links, angle brackets HTML.

mod inline;

/// The lines of a doc comment, without the `///`.
pub(crate) fn doc_lines(comment: &str) -> Vec<String> {
    let mut writer = Writer::default();
    for line in &plain_lines(comment) {
        writer.line(line);
    }
    writer.finish()
}

/// The lines of a comment without common indentation, blank lines at the ends, tabs and control characters.
pub(crate) fn plain_lines(comment: &str) -> Vec<String> {
    let lines: Vec<String> = comment.lines().map(clean).collect();
    let indentation = lines
        .iter()
        .filter(|l| !l.is_empty())
        .map(|l| indent(l))
        .min()
        .unwrap_or(0);
    let mut lines: Vec<String> = lines
        .iter()
        .map(|line| line.get(indentation..).unwrap_or_default().to_owned())
        .collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let blank = lines.iter().take_while(|line| line.is_empty()).count();
    lines.split_off(blank)
}

fn clean(line: &str) -> String {
    line.replace('\t', "    ")
        .replace(char::is_control, "")
        .trim_end()
        .to_owned()
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
        let margin = self.margin();
        match &self.block {
            Block::Fenced(fence) => {
                let body = line.trim_start();
                if body.starts_with(fence.as_str())
                    && body.trim_start_matches(&fence[..1]).is_empty()
                {
                    self.close();
                } else {
                    self.push(margin, line);
                }
                return;
            }
            Block::Indented(depth) if line.is_empty() || indent(line) >= *depth => {
                let depth = *depth;
                self.push(margin, line.get(depth..).unwrap_or_default());
                return;
            }
            Block::Indented(_) => self.close(),
            Block::Text => {}
        }
        self.text(line);
    }

    fn text(&mut self, line: &str) {
        let body = line.trim_start();
        let depth = indent(line);
        if body.is_empty() {
            self.push(0, "");
            self.after_blank = true;
            return;
        }
        let after_blank = std::mem::take(&mut self.after_blank) || self.out.is_empty();
        let fence: String = body
            .chars()
            .take_while(|&c| Some(c) == body.chars().next())
            .collect();
        if fence.len() >= 3 && (fence.starts_with('`') || fence.starts_with('~')) {
            self.push(self.margin(), &format!("{fence}text"));
            self.block = Block::Fenced(fence);
            return;
        }
        if let Some(width) = marker(body)
            && (depth < 4 || !self.items.is_empty())
        {
            self.items.retain(|&(outer, _)| outer < depth);
            let margin = self.margin();
            self.items.push((depth, margin + width));
            let (marker, rest) = body.split_at(width);
            self.push(margin, &format!("{marker}{}", inline::escape(rest)));
            return;
        }
        if after_blank {
            self.items.retain(|&(outer, _)| outer < depth);
            if self.items.is_empty() && depth >= 4 {
                self.push(0, "```text");
                self.block = Block::Indented(depth);
                self.push(0, body);
                return;
            }
        }
        self.push(self.margin(), &inline::escape(body));
    }

    fn margin(&self) -> usize {
        self.items.last().map_or(0, |&(_, text)| text)
    }

    fn push(&mut self, margin: usize, text: &str) {
        let margin = if text.is_empty() { 0 } else { margin };
        self.out.push(" ".repeat(margin) + text);
    }

    fn close(&mut self) {
        let margin = self.margin();
        match std::mem::take(&mut self.block) {
            Block::Text => {}
            Block::Fenced(fence) => self.push(margin, &fence),
            Block::Indented(_) => {
                let mut blank = 0;
                while self.out.last().is_some_and(String::is_empty) {
                    self.out.pop();
                    blank += 1;
                }
                self.push(margin, "```");
                self.out.extend(vec![String::new(); blank]);
                self.after_blank = blank > 0;
            }
        }
    }

    fn finish(mut self) -> Vec<String> {
        self.close();
        self.out
    }
}

/// The width of a list marker and the space behind it.
fn marker(body: &str) -> Option<usize> {
    let digits = body.len() - body.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let sign = if (1..=9).contains(&digits) {
        ['.', ')', ')']
    } else {
        ['-', '*', '+']
    };
    let digits = if digits > 9 { return None } else { digits };
    let rest = body[digits..].strip_prefix(sign)?;
    let spaces = indent(rest);
    // More spaces would make code of the item's text.
    (spaces >= 1 && spaces <= 4 && rest.len() > spaces).then_some(digits + 1 + spaces)
}
