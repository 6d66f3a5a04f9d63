//! Declared defaults of proto2 fields as Rust expressions.

use crate::descriptor::{EnumDescriptorProto, EnumValueDescriptorProto, FieldType};

/// A default that is not the type's own.
pub(super) struct Default {
    /// As the getter returns it: `5`, `"text"`, `b"bytes"`.
    pub(super) expression: String,
    /// Whether clippy may take it for a rough `PI` or the like.
    pub(super) is_rough: bool,
}

/// The expression for `text`, the `default_value` of a field of type `ty`; `None` if it is no value of that type.
pub(super) fn scalar(ty: FieldType, text: &str) -> Option<Default> {
    let expression = match ty {
        FieldType::Int32 | FieldType::Sint32 | FieldType::Sfixed32 => {
            text.parse::<i32>().ok()?.to_string()
        }
        FieldType::Int64 | FieldType::Sint64 | FieldType::Sfixed64 => {
            text.parse::<i64>().ok()?.to_string()
        }
        FieldType::Uint32 | FieldType::Fixed32 => text.parse::<u32>().ok()?.to_string(),
        FieldType::Uint64 | FieldType::Fixed64 => text.parse::<u64>().ok()?.to_string(),
        FieldType::Bool => text.parse::<bool>().ok()?.to_string(),
        FieldType::Float => float("f32", text, |text| {
            text.parse::<f32>().ok().map(|value| format!("{value:?}"))
        })?,
        FieldType::Double => float("f64", text, |text| {
            text.parse::<f64>().ok().map(|value| format!("{value:?}"))
        })?,
        FieldType::String => format!("{text:?}"),
        FieldType::Bytes => super::literal::byte_string(&unescape(text)?),
        FieldType::Enum | FieldType::Message | FieldType::Group => return None,
    };
    let is_float = matches!(ty, FieldType::Float | FieldType::Double);
    let is_rough = is_float && expression.contains('.') && !expression.ends_with(".0");
    Some(Default {
        expression,
        is_rough,
    })
}

/// The number of the value called `text`.
pub(super) fn enum_number(enumeration: &EnumDescriptorProto, text: &str) -> Option<i32> {
    enumeration
        .value
        .iter()
        .find(|value| value.name() == text)
        .map(EnumValueDescriptorProto::number)
}

fn float(ty: &str, text: &str, finite: impl Fn(&str) -> Option<String>) -> Option<String> {
    match text {
        "inf" => Some(format!("{ty}::INFINITY")),
        "-inf" => Some(format!("{ty}::NEG_INFINITY")),
        "nan" | "-nan" => Some(format!("{ty}::NAN")),
        text => finite(text).filter(|value| !value.contains("inf") && !value.contains("NaN")),
    }
}

/// The bytes that C's escapes in `text` stand for.
fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let escaped = bytes.next()?;
        out.push(match escaped {
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'x' | b'X' => {
                let mut value = 0_u32;
                while let Some(digit) = bytes.peek().and_then(|&b| char::from(b).to_digit(16)) {
                    value = value.wrapping_mul(16) + digit;
                    bytes.next();
                }
                u8::try_from(value).ok()?
            }
            b'0'..=b'7' => {
                let mut value = u32::from(escaped - b'0');
                for _ in 0..2 {
                    let digit = bytes.peek().and_then(|&b| char::from(b).to_digit(8));
                    if let Some(digit) = digit {
                        value = value * 8 + digit;
                        bytes.next();
                    }
                }
                u8::try_from(value).ok()?
            }
            other => other,
        });
    }
    Some(out)
}
