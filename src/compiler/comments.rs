//! Which comment belongs to which declaration, by the rules of protoc's tokenizer and parser.
//!
//! protox takes `int32 a = 1; /* of a */` for a comment of the next field, and `rpc A(B) returns (C) {} // of A`
//! for one of the method. Comments become docs, and docs have to be the same from every driver.

/// The comments of a declaration.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Comments {
    pub(super) detached: Vec<String>,
    pub(super) leading: Option<String>,
    pub(super) trailing: Option<String>,
    /// The declaration ends with a `{`, not with a semicolon.
    pub(super) has_block: bool,
}

/// The tokens of a file, with what stands between them.
#[derive(Debug)]
pub(super) struct Tokens {
    line_starts: Vec<usize>,
    tokens: Vec<Token>,
}

#[derive(Debug)]
struct Token {
    start: usize,
    /// Its first byte; 0 at the end of the file.
    byte: u8,
    before: Gap,
}

/// The comments between two tokens.
#[derive(Debug, Default)]
struct Gap {
    trailing: Option<String>,
    detached: Vec<String>,
    leading: Option<String>,
}

impl Tokens {
    pub(super) fn of(source: &str) -> Self {
        let newlines = source
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0)
            .chain(newlines.map(|(at, _)| at + 1))
            .collect();
        let mut scanner = Scanner {
            bytes: source.as_bytes(),
            at: 0,
            line: 0,
        };
        let mut tokens: Vec<Token> = Vec::new();
        loop {
            let before = scanner.gap(tokens.is_empty());
            let (start, byte) = (scanner.at, scanner.peek());
            tokens.push(Token {
                start,
                byte,
                before,
            });
            if byte == 0 {
                return Self {
                    line_starts,
                    tokens,
                };
            }
            scanner.skip_token();
        }
    }

    /// Those of the declaration that begins at a line and column as protox counts them: from 0, in bytes.
    pub(super) fn comments_at(&self, line: usize, column: usize) -> Option<Comments> {
        let start = self.line_starts.get(line)? + column;
        let first = self
            .tokens
            .binary_search_by_key(&start, |token| token.start)
            .ok()?;
        let end = self.end_of_declaration(first)?;
        let before = &self.tokens[first].before;
        Some(Comments {
            detached: before.detached.clone(),
            leading: before.leading.clone(),
            trailing: self.tokens[end + 1].before.trailing.clone(),
            has_block: self.tokens[end].byte == b'{',
        })
    }

    /// The first `;` or `{` outside of field options.
    fn end_of_declaration(&self, first: usize) -> Option<usize> {
        let mut depth = 0;
        for (index, token) in self.tokens.iter().enumerate().skip(first) {
            match token.byte {
                b'[' => depth += 1,
                b']' => depth -= 1,
                b';' | b'{' if depth == 0 => return Some(index),
                _ => {}
            }
        }
        None
    }
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
}

impl Scanner<'_> {
    /// protoc's `Tokenizer::NextWithComments`.
    fn gap(&mut self, start_of_file: bool) -> Gap {
        let mut collector = Collector {
            can_attach_to_previous: !start_of_file,
            ..Collector::default()
        };
        let mut trailing_comment_ends = None;
        if !start_of_file {
            self.skip_blanks();
            if self.looking_at(b"//") {
                collector.line_comment(&self.line_comment());
                collector.flush();
            } else if self.looking_at(b"/*") {
                collector.block_comment(self.block_comment());
                trailing_comment_ends = Some(self.line);
                self.skip_blanks();
                collector.flush();
            } else if !self.consume(b'\n') {
                return Gap::default();
            }
        }
        loop {
            self.skip_blanks();
            if self.looking_at(b"//") {
                collector.line_comment(&self.line_comment());
            } else if self.looking_at(b"/*") {
                collector.block_comment(self.block_comment());
                // The rest of the line is not taken for a blank line.
                self.skip_blanks();
                self.consume(b'\n');
            } else if self.consume(b'\n') {
                collector.flush();
                collector.can_attach_to_previous = false;
            } else {
                if matches!(self.peek(), 0 | b'}' | b']' | b')') {
                    // At the end of a scope there is nothing that a comment could lead.
                    collector.flush();
                }
                if trailing_comment_ends == Some(self.line) {
                    collector.detach_single();
                }
                return collector.finish();
            }
        }
    }

    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn looking_at(&self, text: &[u8]) -> bool {
        self.bytes[self.at..].starts_with(text)
    }

    fn consume(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte && self.at < self.bytes.len();
        if found {
            self.at += 1;
            self.line += usize::from(byte == b'\n');
        }
        found
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\r' | 0x0b | 0x0c) {
            self.at += 1;
        }
    }

    fn skip_token(&mut self) {
        let first = self.peek();
        self.at += 1;
        if first == b'"' || first == b'\'' {
            while !matches!(self.peek(), 0 | b'\n') && !self.consume(first) {
                self.at += if self.peek() == b'\\' { 2 } else { 1 };
            }
            self.at = self.at.min(self.bytes.len());
        } else if is_word(first) {
            while is_word(self.peek()) {
                self.at += 1;
            }
        }
    }

    /// With the newline at its end.
    fn line_comment(&mut self) -> String {
        let start = self.at + 2;
        while self.at < self.bytes.len() && !self.consume(b'\n') {
            self.at += 1;
        }
        self.text(start, self.at)
    }

    /// Without the asterisks at the beginnings of its lines.
    fn block_comment(&mut self) -> String {
        self.at += 2;
        let mut text = String::new();
        let mut start = self.at;
        while self.at < self.bytes.len() {
            if self.consume(b'\n') {
                text += &self.text(start, self.at);
                self.skip_blanks();
                if self.consume(b'*') && self.consume(b'/') {
                    return text;
                }
                start = self.at;
            } else if self.looking_at(b"*/") {
                text += &self.text(start, self.at);
                self.at += 2;
                return text;
            } else {
                self.at += 1;
            }
        }
        text
    }

    fn text(&self, start: usize, end: usize) -> String {
        String::from_utf8_lossy(&self.bytes[start..end]).into_owned()
    }
}

fn is_word(byte: u8) -> bool {
    byte == b'_' || byte == b'.' || byte.is_ascii_alphanumeric()
}

/// protoc's `CommentCollector`.
#[derive(Default)]
struct Collector {
    gap: Gap,
    pending: Option<String>,
    pending_is_line_comment: bool,
    can_attach_to_previous: bool,
    flushed: usize,
}

impl Collector {
    /// Adjacent line comments are one.
    fn line_comment(&mut self, text: &str) {
        if !self.pending_is_line_comment {
            self.flush();
        }
        self.pending.get_or_insert_default().push_str(text);
        self.pending_is_line_comment = true;
    }

    fn block_comment(&mut self, text: String) {
        self.flush();
        self.pending = Some(text);
        self.pending_is_line_comment = false;
    }

    /// What is pending does not lead the next token.
    fn flush(&mut self) {
        let Some(comment) = self.pending.take() else {
            return;
        };
        self.flushed += 1;
        if self.can_attach_to_previous {
            self.gap.trailing = Some(comment);
            self.can_attach_to_previous = false;
        } else {
            self.gap.detached.push(comment);
        }
    }

    /// A single comment with declarations on both sides belongs to neither.
    fn detach_single(&mut self) {
        if self.flushed + usize::from(self.pending.is_some()) == 1 {
            if let Some(trailing) = self.gap.trailing.take() {
                self.gap.detached.insert(0, trailing);
            }
            self.flush();
        }
    }

    fn finish(mut self) -> Gap {
        self.gap.leading = self.pending;
        self.gap
    }
}
