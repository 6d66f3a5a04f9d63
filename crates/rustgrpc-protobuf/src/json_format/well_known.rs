//! Which messages have a form of their own in JSON.

use crate::descriptor::MessageDescriptor;
use crate::reflect::{Field, FieldRef, Reflect, ValueRef};

/// A well-known type with a form of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WellKnown {
    Any,
    Duration,
    FieldMask,
    ListValue,
    Struct,
    Timestamp,
    Value,
    Wrapper,
}

impl WellKnown {
    pub(super) fn of(message: &MessageDescriptor) -> Option<Self> {
        Some(
            match message.full_name().strip_prefix("google.protobuf.")? {
                "Any" => Self::Any,
                "Duration" => Self::Duration,
                "FieldMask" => Self::FieldMask,
                "ListValue" => Self::ListValue,
                "Struct" => Self::Struct,
                "Timestamp" => Self::Timestamp,
                "Value" => Self::Value,
                "BoolValue" | "BytesValue" | "DoubleValue" | "FloatValue" | "Int32Value"
                | "Int64Value" | "StringValue" | "UInt32Value" | "UInt64Value" => Self::Wrapper,
                _ => return None,
            },
        )
    }
}

/// The value of a singular field that is set.
pub(super) fn singular(message: &dyn Reflect, number: u32) -> Option<ValueRef<'_>> {
    match message.field_by_number(number).map(Field::contents)? {
        FieldRef::Singular(value) => Some(value),
        _ => None,
    }
}

/// Seconds and nanoseconds of a `Timestamp` or `Duration`.
pub(super) fn seconds_and_nanos(message: &dyn Reflect) -> (i64, i32) {
    let seconds = match singular(message, 1) {
        Some(ValueRef::Int64(seconds)) => seconds,
        _ => 0,
    };
    let nanos = match singular(message, 2) {
        Some(ValueRef::Int32(nanos)) => nanos,
        _ => 0,
    };
    (seconds, nanos)
}

/// Type URL and bytes of an `Any`.
pub(super) fn type_url_and_value(message: &dyn Reflect) -> (&str, &[u8]) {
    let type_url = match singular(message, 1) {
        Some(ValueRef::String(type_url)) => type_url,
        _ => "",
    };
    let value = match singular(message, 2) {
        Some(ValueRef::Bytes(value)) => value,
        _ => &[],
    };
    (type_url, value)
}

/// The full name that a type URL ends with.
pub(super) fn type_name(type_url: &str) -> &str {
    type_url.rsplit('/').next().unwrap_or_default()
}
