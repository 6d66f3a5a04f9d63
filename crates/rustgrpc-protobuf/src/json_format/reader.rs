//! JSON text to a tree: strict RFC 8259, one pass, errors in the words of Python's `json`.
//!
//! Written here because no common crate has all of it without a feature that changes the builds of
//! others: integers of 64 bits and decimals as they stand, names that stand twice, and the place of
//! every value.

use std::borrow::Cow;
use std::collections::HashSet;

use super::error::Failure;
use super::json::{Json, Node};

pub(crate) type Read<T> = Result<T, Box<Failure>>;

/// Reads the whole text, in which values may lie `depth` deep within each other.
pub(crate) fn read(text: &str, depth: usize) -> Read<Node<'_>> {
    let mut reader = Reader { text, at: 0, depth };
    reader.skip_space();
    let node = reader.value()?;
    reader.skip_space();
    if reader.at == text.len() {
        Ok(node)
    } else {
        Err(reader.error("Extra data"))
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// How many arrays and objects may still be opened within each other.
    depth: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self) -> Read<Node<'a>> {
        let at = self.at;
        let json = match self.peek() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'"') => Json::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Json::Number(Cow::Borrowed(self.number()?)),
            Some(b't') => self.literal("true", Json::Bool(true))?,
            Some(b'f') => self.literal("false", Json::Bool(false))?,
            Some(b'n') => self.literal("null", Json::Null)?,
            _ => return Err(self.error("Expecting value")),
        };
        Ok(Node { at, json })
    }

    fn nested(&mut self, read: fn(&mut Self) -> Read<Json<'a>>) -> Read<Json<'a>> {
        let Some(left) = self.depth.checked_sub(1) else {
            return Err(self.error("The text is nested too deeply"));
        };
        self.depth = left;
        self.at += 1;
        self.skip_space();
        let json = read(self);
        self.depth += 1;
        json
    }

    fn object(&mut self) -> Read<Json<'a>> {
        let mut members: Vec<(Cow<'a, str>, Node<'a>)> = Vec::new();
        let mut names = Names::default();
        if self.take(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.error("Expecting property name enclosed in double quotes"));
            }
            let at = self.at;
            let name = self.string()?;
            if !names.is_new(&name, &members) {
                return Err(Box::new(Failure {
                    at,
                    path: String::new(),
                    text: format!(
                        "Failed to load JSON: Failed to load JSON: duplicate key {name}.."
                    ),
                }));
            }
            self.skip_space();
            if !self.take(b':') {
                return Err(self.error("Expecting ':' delimiter"));
            }
            self.skip_space();
            members.push((name, self.value()?));
            self.skip_space();
            if self.take(b'}') {
                return Ok(Json::Object(members));
            }
            if !self.take(b',') {
                return Err(self.error("Expecting ',' delimiter"));
            }
            self.skip_space();
        }
    }

    fn array(&mut self) -> Read<Json<'a>> {
        let mut elements = Vec::new();
        if self.take(b']') {
            return Ok(Json::Array(elements));
        }
        loop {
            elements.push(self.value()?);
            self.skip_space();
            if self.take(b']') {
                return Ok(Json::Array(elements));
            }
            if !self.take(b',') {
                return Err(self.error("Expecting ',' delimiter"));
            }
            self.skip_space();
        }
    }

    fn literal(&mut self, word: &str, json: Json<'a>) -> Read<Json<'a>> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.error("Expecting value"));
        }
        self.at += word.len();
        Ok(json)
    }

    fn number(&mut self) -> Read<&'a str> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') && !self.digits() {
            return Err(Failure::syntax(self.text, start, "Expecting value"));
        }
        // A part without digits is none of the number: what stands there is an error of its own.
        let whole = self.at;
        if !(self.take(b'.') && self.digits()) {
            self.at = whole;
        }
        let mantissa = self.at;
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            if !self.digits() {
                self.at = mantissa;
            }
        }
        Ok(&self.text[start..self.at])
    }

    fn digits(&mut self) -> bool {
        let count = self.text.as_bytes()[self.at..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        self.at += count;
        count > 0
    }

    fn string(&mut self) -> Read<Cow<'a, str>> {
        let opened = self.at;
        self.at += 1;
        let mut owned: Option<String> = None;
        loop {
            let part = self.plain();
            let Some(byte) = self.peek() else {
                return Err(Failure::syntax(
                    self.text,
                    opened,
                    "Unterminated string starting at",
                ));
            };
            if byte != b'"' && byte != b'\\' {
                return Err(self.error("Invalid control character at"));
            }
            if byte == b'"' && owned.is_none() {
                self.at += 1;
                return Ok(Cow::Borrowed(part));
            }
            let text = owned.get_or_insert_default();
            text.push_str(part);
            if byte == b'"' {
                self.at += 1;
                return Ok(Cow::Owned(std::mem::take(text)));
            }
            text.push(self.escape(opened)?);
        }
    }

    /// Characters that stand for themselves.
    fn plain(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let length = rest
            .bytes()
            .position(|byte| byte < b' ' || byte == b'"' || byte == b'\\')
            .unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn escape(&mut self, opened: usize) -> Read<char> {
        let start = self.at;
        let character = match self.text.as_bytes().get(start + 1) {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            Some(_) => return Err(self.error("Invalid \\escape")),
            None => {
                let what = "Unterminated string starting at";
                return Err(Failure::syntax(self.text, opened, what));
            }
        };
        self.at += 2;
        Ok(character)
    }

    /// `\uXXXX`; beyond the first 65536 characters, a pair of them.
    fn unicode_escape(&mut self) -> Read<char> {
        let start = self.at;
        let first = self.code_unit()?;
        let code = match first {
            0xd800..=0xdbff if self.text[self.at..].starts_with("\\u") => {
                let second = self.code_unit()?;
                match second {
                    0xdc00..=0xdfff => 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00),
                    _ => first,
                }
            }
            _ => first,
        };
        // Half of a pair is no character.
        char::from_u32(code).ok_or_else(|| Failure::syntax(self.text, start, "Unpaired surrogate"))
    }

    fn code_unit(&mut self) -> Read<u32> {
        let digits = self.text.as_bytes().get(self.at + 2..self.at + 6);
        let unit = digits.and_then(|digits| {
            digits.iter().try_fold(0, |unit, &digit| {
                Some(unit * 16 + char::from(digit).to_digit(16)?)
            })
        });
        match unit {
            Some(unit) => {
                self.at += 6;
                Ok(unit)
            }
            None => {
                let what = "Invalid \\uXXXX escape";
                Err(Failure::syntax(self.text, self.at + 1, what))
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn error(&self, what: &str) -> Box<Failure> {
        Failure::syntax(self.text, self.at, what)
    }
}

/// The names of an object so far: a set once they are many.
#[derive(Default)]
pub(crate) struct Names {
    set: HashSet<String>,
}

impl Names {
    const FEW: usize = 16;

    pub(crate) fn is_new(&mut self, name: &str, members: &[(Cow<'_, str>, Node<'_>)]) -> bool {
        if members.len() < Self::FEW {
            return members.iter().all(|(known, _)| known != name);
        }
        if self.set.is_empty() {
            let names = members.iter().map(|(known, _)| known.clone().into_owned());
            self.set.extend(names);
        }
        self.set.insert(name.to_owned())
    }
}
