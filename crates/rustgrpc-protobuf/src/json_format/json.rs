//! A JSON text in memory: what the parser reads from.

use std::borrow::Cow;
use std::fmt::{self, Write};

/// A value and where it begins.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) at: usize,
    pub(crate) json: Json<'a>,
}

/// A JSON value. Numbers are text, because no one type of Rust holds them all exactly.
#[derive(Debug)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    Number(Cow<'a, str>),
    String(Cow<'a, str>),
    Array(Vec<Node<'a>>),
    /// Names stand once.
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl<'a> Node<'a> {
    pub(super) fn is_null(&self) -> bool {
        matches!(self.json, Json::Null)
    }

    /// The value of an object's member.
    pub(super) fn member(&self, name: &str) -> Option<&Node<'a>> {
        match &self.json {
            Json::Object(members) => members
                .iter()
                .find_map(|(known, value)| (known == name).then_some(value)),
            _ => None,
        }
    }
}

impl Json<'_> {
    /// The name of the type in Python, for errors.
    pub(super) fn python_type(&self) -> &'static str {
        match self {
            Self::Null => "NoneType",
            Self::Bool(_) => "bool",
            Self::Number(text) if text.contains(['.', 'e', 'E']) => "float",
            Self::Number(_) => "int",
            Self::String(_) => "str",
            Self::Array(_) => "list",
            Self::Object(_) => "dict",
        }
    }
}

/// As an error quotes it: cut off where it grows long.
impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 80;
        let mut quoted = Quoted {
            text: String::new(),
            left: LONGEST,
        };
        let whole = quoted.value(self).is_ok();
        f.write_str(&quoted.text)?;
        f.write_str(if whole { "" } else { "..." })
    }
}

struct Quoted {
    text: String,
    left: usize,
}

impl Write for Quoted {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        for character in part.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(character);
        }
        Ok(())
    }
}

impl Quoted {
    fn value(&mut self, json: &Json<'_>) -> fmt::Result {
        match json {
            Json::Null => self.write_str("null"),
            Json::Bool(value) => write!(self, "{value}"),
            Json::Number(text) | Json::String(text) => self.write_str(text),
            Json::Array(elements) => {
                self.write_char('[')?;
                for (index, element) in elements.iter().enumerate() {
                    self.write_str(if index == 0 { "" } else { ", " })?;
                    self.value(&element.json)?;
                }
                self.write_char(']')
            }
            Json::Object(members) => {
                self.write_char('{')?;
                for (index, (name, value)) in members.iter().enumerate() {
                    self.write_str(if index == 0 { "" } else { ", " })?;
                    write!(self, "{name}: ")?;
                    self.value(&value.json)?;
                }
                self.write_char('}')
            }
        }
    }
}
