//! Reads JSON. A reader of its own, because errors name the byte as C-core's do.

/// A JSON value. Objects keep the order of their members.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Array(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    /// The error is the text that C-core says.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut reader = Reader {
            text,
            at: 0,
            depth: 0,
        };
        reader
            .document()
            .map_err(|Invalid| format!("[JSON parse error at index {}]", reader.at))
    }

    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value),
            _ => None,
        }
    }
}

/// C-core's limit of nesting.
const DEEPEST: usize = 255;

struct Invalid;

type Parsed<T> = Result<T, Invalid>;

/// `at` is the byte that is wrong when something is.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn document(&mut self) -> Parsed<Value> {
        let value = self.value()?;
        self.space();
        match self.peek() {
            None => Ok(value),
            Some(_) => Err(Invalid),
        }
    }

    fn value(&mut self) -> Parsed<Value> {
        self.space();
        match self.peek().ok_or(Invalid)? {
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::array),
            b'"' => self.text().map(Value::Text),
            b't' => self.literal("true", Value::Bool(true)),
            b'f' => self.literal("false", Value::Bool(false)),
            b'n' => self.literal("null", Value::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(Invalid),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Parsed<Value>) -> Parsed<Value> {
        if self.depth == DEEPEST {
            return Err(Invalid);
        }
        self.at += 1;
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Parsed<Value> {
        let mut members: Vec<(String, Value)> = Vec::new();
        self.space();
        if self.take(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.space();
            let name = self.text()?;
            self.space();
            self.expect(b':')?;
            let value = self.value()?;
            if members.iter().any(|(known, _)| *known == name) {
                return Err(Invalid);
            }
            members.push((name, value));
            self.space();
            if self.take(b'}') {
                return Ok(Value::Object(members));
            }
            self.expect(b',')?;
        }
    }

    fn array(&mut self) -> Parsed<Value> {
        let mut items = Vec::new();
        self.space();
        if self.take(b']') {
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value()?);
            self.space();
            if self.take(b']') {
                return Ok(Value::Array(items));
            }
            self.expect(b',')?;
        }
    }

    fn text(&mut self) -> Parsed<String> {
        self.expect(b'"')?;
        let mut text = String::new();
        loop {
            let character = self.text[self.at..].chars().next().ok_or(Invalid)?;
            match character {
                '"' => {
                    self.at += 1;
                    return Ok(text);
                }
                '\\' => {
                    self.at += 1;
                    text.push(self.escape()?);
                }
                '\0'..' ' => return Err(Invalid),
                _ => {
                    self.at += character.len_utf8();
                    text.push(character);
                }
            }
        }
    }

    fn escape(&mut self) -> Parsed<char> {
        let character = match self.peek().ok_or(Invalid)? {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(Invalid),
        };
        self.at += 1;
        Ok(character)
    }

    fn unicode(&mut self) -> Parsed<char> {
        let first = self.hex()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first).ok_or(Invalid);
        }
        self.expect(b'\\')?;
        self.expect(b'u')?;
        let second = self.hex()?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(Invalid);
        }
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)).ok_or(Invalid)
    }

    fn hex(&mut self) -> Parsed<u32> {
        let mut number = 0;
        for _ in 0..4 {
            let digit = char::from(self.peek().ok_or(Invalid)?);
            number = number * 16 + digit.to_digit(16).ok_or(Invalid)?;
            self.at += 1;
        }
        Ok(number)
    }

    fn number(&mut self) -> Parsed<Value> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        let number = self.text[start..self.at].parse().map_err(|_| Invalid)?;
        Ok(Value::Number(number))
    }

    fn digits(&mut self) -> Parsed<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            Err(Invalid)
        } else {
            Ok(())
        }
    }

    fn literal(&mut self, literal: &str, value: Value) -> Parsed<Value> {
        literal.bytes().try_for_each(|byte| self.expect(byte))?;
        Ok(value)
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Parsed<()> {
        if self.take(byte) {
            Ok(())
        } else {
            Err(Invalid)
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        let text = |text: &str| Value::Text(text.to_owned());
        for (json, value) in [
            ("null", Value::Null),
            (" true ", Value::Bool(true)),
            ("-0.5e+1", Value::Number(-5.0)),
            ("0", Value::Number(0.0)),
            (r#""a\n\u00e9\ud83d\ude00é""#, text("a\né😀é")),
            ("[]", Value::Array(vec![])),
            (
                "[1,\t[2]]",
                Value::Array(vec![
                    Value::Number(1.0),
                    Value::Array(vec![Value::Number(2.0)]),
                ]),
            ),
            (
                r#"{"a":{},"b":"c"}"#,
                Value::Object(vec![
                    ("a".to_owned(), Value::Object(vec![])),
                    ("b".to_owned(), text("c")),
                ]),
            ),
        ] {
            assert_eq!(Value::parse(json), Ok(value), "{json}");
        }
        let deep = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert!(Value::parse(&deep(DEEPEST)).is_ok());
        assert!(Value::parse(&deep(100_000)).is_err());
    }

    #[test]
    fn errors_name_the_byte() {
        for (json, index) in [
            ("", 0),
            ("not json", 1),
            ("{bad", 1),
            ("[1,]", 3),
            ("{} x", 3),
            ("01", 1),
            ("1.", 2),
            ("\"a", 2),
            ("\"\\ud800\"", 7),
            ("\"\u{1}\"", 1),
            ("{\"a\":1,\"a\":2}", 12),
        ] {
            let error = Value::parse(json).unwrap_err();
            assert_eq!(
                error,
                format!("[JSON parse error at index {index}]"),
                "{json}"
            );
        }
    }
}
