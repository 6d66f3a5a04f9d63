//! Text to tokens.

use super::ParseError;

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'a> {
    Identifier(&'a str),
    /// What begins with a digit, or a point and a digit; it may be malformed.
    Number(&'a str),
    /// What stands between quotes, escapes and all.
    String(&'a str),
    /// Any other character.
    Symbol(char),
    End,
}

/// A cursor over the tokens of a text, one of them ahead.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'a> {
    source: &'a str,
    token: Token<'a>,
    /// Where the token starts and ends.
    start: usize,
    end: usize,
    /// Where the token before started.
    previous: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(source: &'a str) -> Result<Self, ParseError> {
        let mut lexer = Self {
            source,
            token: Token::End,
            start: 0,
            end: 0,
            previous: 0,
        };
        lexer.advance()?;
        lexer.previous = 0;
        Ok(lexer)
    }

    /// The token ahead.
    pub(super) fn peek(&self) -> Token<'a> {
        self.token
    }

    /// Takes the token ahead.
    pub(super) fn advance(&mut self) -> Result<(), ParseError> {
        self.previous = self.start;
        self.start = self.skip_space(self.end);
        let rest = &self.source[self.start..];
        let Some(first) = rest.chars().next() else {
            (self.token, self.end) = (Token::End, self.start);
            return Ok(());
        };
        let second = rest.as_bytes().get(1).copied().unwrap_or_default();
        let (token, length) = match first {
            'a'..='z' | 'A'..='Z' | '_' => {
                let length = identifier_length(rest);
                (Token::Identifier(&rest[..length]), length)
            }
            '0'..='9' => number(rest),
            '.' if second.is_ascii_digit() => number(rest),
            '"' | '\'' => match string_length(rest) {
                Some(length) => (Token::String(&rest[1..length - 1]), length),
                None => {
                    self.token = Token::Symbol(first);
                    let line = rest.lines().next().unwrap_or_default();
                    return Err(self.error(format!("String missing ending quote: {line:?}")));
                }
            },
            _ => (Token::Symbol(first), first.len_utf8()),
        };
        (self.token, self.end) = (token, self.start + length);
        Ok(())
    }

    /// Takes the symbol if it is ahead.
    pub(super) fn take(&mut self, symbol: char) -> Result<bool, ParseError> {
        let ahead = self.token == Token::Symbol(symbol);
        if ahead {
            self.advance()?;
        }
        Ok(ahead)
    }

    /// Takes the symbol, which must be ahead.
    pub(super) fn expect(&mut self, symbol: char) -> Result<(), ParseError> {
        if self.take(symbol)? {
            return Ok(());
        }
        Err(self.error(format!("Expected \"{symbol}\".")))
    }

    pub(super) fn identifier(&mut self) -> Result<&'a str, ParseError> {
        let Token::Identifier(name) = self.token else {
            return Err(self.error("Expected identifier."));
        };
        self.advance()?;
        Ok(name)
    }

    /// All characters up to a `]`, which is taken too, without space and comments: a type URL.
    pub(super) fn up_to_bracket(&mut self) -> Result<String, ParseError> {
        let mut text = String::new();
        let mut at = self.start;
        loop {
            at = self.skip_space(at);
            match self.source[at..].chars().next() {
                None => {
                    (self.start, self.end, self.token) = (at, at, Token::End);
                    return Err(self.error("Expected \"]\"."));
                }
                Some(']') => break,
                Some(character) => {
                    text.push(character);
                    at += character.len_utf8();
                }
            }
        }
        (self.start, self.end) = (at, at + 1);
        self.advance()?;
        Ok(text)
    }

    /// The text of the token ahead.
    pub(super) fn text(&self) -> &'a str {
        &self.source[self.start..self.end]
    }

    /// An error at the token ahead.
    pub(super) fn error(&self, text: impl AsRef<str>) -> ParseError {
        let line_start = self.source[..self.start].rfind('\n');
        let line = &self.source[line_start.map_or(0, |newline| newline + 1)..];
        let line = line.split('\n').next().unwrap_or_default();
        let line = if self.token == Token::End { "" } else { line };
        ParseError::at(
            self.source,
            self.start,
            format!("'{line}': {}", text.as_ref()),
        )
    }

    /// An error at the token that was taken last.
    pub(super) fn error_before(&self, text: impl Into<String>) -> ParseError {
        ParseError::at(self.source, self.previous, text)
    }

    fn skip_space(&self, mut at: usize) -> usize {
        let bytes = self.source.as_bytes();
        while let Some(byte) = bytes.get(at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => at += 1,
                b'#' => {
                    let comment = &bytes[at..];
                    let length = comment.iter().position(|&byte| byte == b'\n');
                    at += length.unwrap_or(comment.len());
                }
                _ => break,
            }
        }
        at
    }
}

fn identifier_length(text: &str) -> usize {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    text.as_bytes()
        .iter()
        .position(|byte| !word(byte))
        .unwrap_or(text.len())
}

/// A number, and what stands close behind it: `1a` is one malformed token, not two.
fn number(text: &str) -> (Token<'_>, usize) {
    let bytes = text.as_bytes();
    let hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    let mut length = 1;
    while let Some(&byte) = bytes.get(length) {
        let sign_of_exponent =
            matches!(byte, b'+' | b'-') && !hexadecimal && matches!(bytes[length - 1], b'e' | b'E');
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.') || sign_of_exponent {
            length += 1;
        } else {
            break;
        }
    }
    (Token::Number(&text[..length]), length)
}

/// The length of a string with its quotes, or `None` if it does not end on its line.
fn string_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = bytes[0];
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'\n' | 0 => return None,
            b'\\' => {
                // Another newline or the end does not count as escaped.
                if matches!(bytes.get(at + 1)?, b'\n' | 0) {
                    return None;
                }
                at += 2;
            }
            &byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}
