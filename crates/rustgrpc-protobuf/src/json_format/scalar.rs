//! JSON values to scalars: which forms each type takes.

use std::borrow::Cow;

use super::base64;
use super::json::Json;
use super::number::{NoInteger, integer, is_decimal};
use crate::descriptor::{EnumDescriptor, Kind};
use crate::reflect::Value;

/// Why a JSON value is none of a type, in Python's words.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// A name that the enum does not know, which may be ignored; the text wants its path.
    UnknownName(String),
    /// The text wants its path.
    Located(String),
    /// The text is complete.
    Plain(String),
}

/// The value of a field, or of a repeated field's element.
pub(super) fn value(json: &Json<'_>, kind: &Kind) -> Result<Value, Unusable> {
    Ok(match kind {
        Kind::Double => Value::Double(double(json)?),
        Kind::Float => Value::Float(float(json)?),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::Int32(ranged(json)?),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::Int64(ranged(json)?),
        Kind::Uint32 | Kind::Fixed32 => Value::Uint32(ranged(json)?),
        Kind::Uint64 | Kind::Fixed64 => Value::Uint64(ranged(json)?),
        Kind::Bool => match json {
            Json::Bool(value) => Value::Bool(*value),
            _ => return Err(located("Expected true or false without quotes")),
        },
        Kind::String => Value::String(text(json)?.to_owned()),
        Kind::Bytes => {
            let bytes = base64::decode(text(json)?);
            Value::Bytes(bytes.ok_or_else(|| located("Invalid base64-encoded string"))?)
        }
        Kind::Enum(found) => Value::Enum(enumeration(json, found)?),
        Kind::Message(_) | Kind::Foreign => {
            return Err(plain("a message is no scalar"));
        }
    })
}

/// The key of a map's entry, which JSON has as a string.
pub(super) fn map_key(key: &str, kind: &Kind) -> Result<Value, Unusable> {
    match (kind, key) {
        (Kind::Bool, "true") => Ok(Value::Bool(true)),
        (Kind::Bool, "false") => Ok(Value::Bool(false)),
        (Kind::Bool, _) => Err(Unusable::Located(format!(
            "Expected \"true\" or \"false\", not {key}"
        ))),
        _ => value(&Json::String(Cow::Borrowed(key)), kind),
    }
}

fn ranged<T: TryFrom<i128>>(json: &Json<'_>) -> Result<T, Unusable> {
    let text = match json {
        Json::Number(text) | Json::String(text) => text,
        Json::Bool(value) => {
            let value = if *value { "True" } else { "False" };
            return Err(Unusable::Located(format!(
                "Bool value {value} is not acceptable for integer field"
            )));
        }
        _ => {
            return Err(Unusable::Plain(format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{}'",
                json.python_type()
            )));
        }
    };
    let out_of_range = || Unusable::Plain(format!("Value out of range: {text}"));
    match integer(text) {
        Ok(value) => T::try_from(value).map_err(|_| out_of_range()),
        Err(NoInteger::TooLarge) => Err(out_of_range()),
        Err(why) => Err(match (json, why) {
            (Json::Number(_), _) => Unusable::Located(format!("Couldn't parse integer: {text}")),
            (_, NoInteger::Fraction) => {
                Unusable::Located(format!("Couldn't parse non-integer string: \"{text}\""))
            }
            _ if text.contains(' ') => {
                Unusable::Located(format!("Couldn't parse integer: \"{text}\""))
            }
            _ => Unusable::Plain(format!("invalid literal for int() with base 10: '{text}'")),
        }),
    }
}

fn double(json: &Json<'_>) -> Result<f64, Unusable> {
    match decimal(json)? {
        Decimal::Special(value) => Ok(value),
        Decimal::Number(text) => {
            let value: f64 = text.parse().map_err(|_| no_float(text))?;
            if value.is_infinite() {
                return Err(too_large(value > 0.0));
            }
            Ok(value)
        }
    }
}

fn float(json: &Json<'_>) -> Result<f32, Unusable> {
    match decimal(json)? {
        Decimal::Special(value) => Ok(value as f32),
        Decimal::Number(text) => {
            // Not by way of a double: that would round twice.
            let value: f32 = text.parse().map_err(|_| no_float(text))?;
            match value {
                f32::INFINITY => Err(located("Float value too large")),
                f32::NEG_INFINITY => Err(located("Float value too small")),
                _ => Ok(value),
            }
        }
    }
}

enum Decimal<'a> {
    Number(&'a str),
    Special(f64),
}

fn decimal<'a>(json: &'a Json<'_>) -> Result<Decimal<'a>, Unusable> {
    match json {
        Json::Number(text) => Ok(Decimal::Number(text)),
        Json::String(text) => match &**text {
            "NaN" => Ok(Decimal::Special(f64::NAN)),
            "Infinity" => Ok(Decimal::Special(f64::INFINITY)),
            "-Infinity" => Ok(Decimal::Special(f64::NEG_INFINITY)),
            "nan" => Err(located("Couldn't parse float \"nan\", use \"NaN\" instead")),
            text if is_decimal(text) => Ok(Decimal::Number(text)),
            text => Err(no_float(text)),
        },
        _ => Err(Unusable::Plain(format!(
            "float() argument must be a string or a real number, not '{}'",
            json.python_type()
        ))),
    }
}

fn text<'a>(json: &'a Json<'_>) -> Result<&'a str, Unusable> {
    match json {
        Json::String(text) => Ok(text),
        _ => Err(Unusable::Plain(format!(
            "expected string or bytes-like object, got '{}'",
            json.python_type()
        ))),
    }
}

fn enumeration(json: &Json<'_>, found: &EnumDescriptor) -> Result<i32, Unusable> {
    let invalid = || {
        format!(
            "Invalid enum value {json} for enum type {}",
            found.full_name()
        )
    };
    let text = match json {
        Json::Null if found.full_name() == "google.protobuf.NullValue" => return Ok(0),
        Json::String(name) => match found.number_by_name(name) {
            Some(number) => return Ok(number),
            None => name,
        },
        Json::Number(text) => text,
        _ => return Err(Unusable::Located(invalid())),
    };
    let number = match (integer(text), json) {
        (Ok(number), _) => number,
        (Err(_), Json::String(_)) => return Err(Unusable::UnknownName(invalid())),
        (Err(_), _) => return Err(Unusable::Located(invalid())),
    };
    let number = i32::try_from(number)
        .map_err(|_| Unusable::Plain(format!("Value out of range: {number}")))?;
    if found.is_closed() && found.value_name(number).is_none() {
        return Err(Unusable::Located(invalid()));
    }
    Ok(number)
}

fn no_float(text: &str) -> Unusable {
    Unusable::Located(format!("Couldn't parse float: {text}"))
}

fn too_large(is_positive: bool) -> Unusable {
    located(if is_positive {
        "Couldn't parse Infinity or value too large, use quoted \"Infinity\" instead"
    } else {
        "Couldn't parse -Infinity or value too small, use quoted \"-Infinity\" instead"
    })
}

fn located(text: &str) -> Unusable {
    Unusable::Located(text.to_owned())
}

fn plain(text: &str) -> Unusable {
    Unusable::Plain(text.to_owned())
}
