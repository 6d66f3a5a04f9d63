//! Text to single values that are no messages.

use std::str::FromStr;

use super::fields::Reader;
use super::lexer::Token;
use super::{ParseError, literal};
use crate::descriptor::{EnumDescriptor, Kind};
use crate::reflect::Value;

impl Reader<'_> {
    pub(super) fn scalar(&mut self, kind: &Kind) -> Result<Value, ParseError> {
        Ok(match kind {
            Kind::Double => Value::Double(self.float(
                |negative: bool, value: f64| {
                    if negative { -value } else { value }
                },
            )?),
            Kind::Float => Value::Float(self.float(
                |negative: bool, value: f32| {
                    if negative { -value } else { value }
                },
            )?),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::Int32(self.integer(true)?),
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::Int64(self.integer(true)?),
            Kind::Uint32 | Kind::Fixed32 => Value::Uint32(self.integer(false)?),
            Kind::Uint64 | Kind::Fixed64 => Value::Uint64(self.integer(false)?),
            Kind::Bool => Value::Bool(self.boolean()?),
            Kind::Bytes => Value::Bytes(self.string()?),
            Kind::String => {
                let place = self.lexer.clone();
                let text = String::from_utf8(self.string()?);
                let text = text.map_err(|error| {
                    place.error(format!("Couldn't parse string: {}", error.utf8_error()))
                })?;
                Value::String(text)
            }
            Kind::Enum(found) => Value::Enum(self.enum_number(found)?),
            Kind::Message(_) | Kind::Foreign => {
                return Err(self
                    .lexer
                    .error("The type of this field is not known here."));
            }
        })
    }

    /// An integer in the range of `T`.
    fn integer<T: TryFrom<i128>>(&mut self, signed: bool) -> Result<T, ParseError> {
        let negative = signed && self.lexer.take('-')?;
        let text = self.lexer.text();
        let magnitude = match self.lexer.peek() {
            Token::Number(number) if literal::is_integer(number) => literal::integer(number),
            _ => return Err(self.lexer.error(format!("Couldn't parse integer: {text}"))),
        };
        let sign = if negative { -1 } else { 1 };
        let value = magnitude.and_then(|value| T::try_from(i128::from(value) * sign).ok());
        let Some(value) = value else {
            let sign = if negative { "-" } else { "" };
            return Err(self
                .lexer
                .error(format!("Value out of range: {sign}{text}")));
        };
        self.lexer.advance()?;
        Ok(value)
    }

    fn float<F: FromStr + FromNamed>(
        &mut self,
        signed: impl Fn(bool, F) -> F,
    ) -> Result<F, ParseError> {
        let negative = self.lexer.take('-')?;
        let value = match self.lexer.peek() {
            Token::Number(text) => literal::float(text),
            Token::Identifier(name) => literal::named_float(name).map(F::from_named),
            _ => None,
        };
        let Some(value) = value else {
            let text = self.lexer.text();
            return Err(self.lexer.error(format!("Couldn't parse float: {text}")));
        };
        self.lexer.advance()?;
        Ok(signed(negative, value))
    }

    fn boolean(&mut self) -> Result<bool, ParseError> {
        let value = match self.lexer.peek() {
            Token::Identifier("true" | "True" | "t") => Some(true),
            Token::Identifier("false" | "False" | "f") => Some(false),
            Token::Number(text) => match literal::integer(text) {
                Some(0) => Some(false),
                Some(1) => Some(true),
                _ => None,
            },
            _ => None,
        };
        let Some(value) = value else {
            return Err(self.lexer.error("Expected \"true\" or \"false\"."));
        };
        self.lexer.advance()?;
        Ok(value)
    }

    /// One string, or several that stand next to each other.
    pub(super) fn string(&mut self) -> Result<Vec<u8>, ParseError> {
        let mut bytes = Vec::new();
        if !matches!(self.lexer.peek(), Token::String(_)) {
            let text = self.lexer.text();
            let text = format!("Expected string but found: '{text}'");
            return Err(self.lexer.error(text));
        }
        while let Token::String(text) = self.lexer.peek() {
            literal::unescape(text, &mut bytes).map_err(|text| self.lexer.error(text))?;
            self.lexer.advance()?;
        }
        Ok(bytes)
    }

    fn enum_number(&mut self, descriptor: &EnumDescriptor) -> Result<i32, ParseError> {
        let full_name = descriptor.full_name();
        if let Token::Identifier(name) = self.lexer.peek() {
            let Some(value) = descriptor.value_by_name(name) else {
                let text = format!("Enum type \"{full_name}\" has no value named {name}.");
                return Err(self.lexer.error(text));
            };
            self.lexer.advance()?;
            return Ok(value.number());
        }
        let place = self.lexer.clone();
        let number = self.integer(true)?;
        if descriptor.is_closed() && descriptor.value_by_number(number).is_none() {
            let text = format!("Enum type \"{full_name}\" has no value with number {number}.");
            return Err(place.error(text));
        }
        Ok(number)
    }
}

/// What has `inf` and `nan`.
trait FromNamed {
    fn from_named(value: f64) -> Self;
}

impl FromNamed for f64 {
    fn from_named(value: f64) -> Self {
        value
    }
}

impl FromNamed for f32 {
    fn from_named(value: f64) -> Self {
        value as Self
    }
}
