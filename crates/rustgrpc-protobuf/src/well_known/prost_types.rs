//! The well-known types as prost's: the same fields, without what is unknown.

use ::prost_types::value::Kind;

use crate::google::protobuf::{
    Any, Duration, FieldMask, ListValue, NullValue, Struct, Timestamp, Value, struct_pb2,
};

/// Messages whose fields have the same types here and there.
macro_rules! same_fields {
    ($($name:ident { $($field:ident),* })*) => {$(
        impl From<$name> for ::prost_types::$name {
            fn from(message: $name) -> Self {
                Self { $($field: message.$field),* }
            }
        }

        impl From<::prost_types::$name> for $name {
            fn from(message: ::prost_types::$name) -> Self {
                Self { $($field: message.$field,)* ..Default::default() }
            }
        }
    )*};
}

same_fields! {
    Any { type_url, value }
    Duration { seconds, nanos }
    FieldMask { paths }
    Timestamp { seconds, nanos }
}

/// Both ways for one of the messages that lie within each other.
macro_rules! both_ways {
    ($($name:ident: $message:ident => $there:expr, $back:expr;)*) => {$(
        impl From<$name> for ::prost_types::$name {
            fn from($message: $name) -> Self {
                $there
            }
        }

        impl From<::prost_types::$name> for $name {
            fn from($message: ::prost_types::$name) -> Self {
                $back
            }
        }
    )*};
}

both_ways! {
    ListValue: list =>
        Self { values: list.values.into_iter().map(Into::into).collect() },
        list.values.into_iter().collect();
    Struct: message =>
        Self { fields: message.fields.into_iter().map(|(key, value)| (key, value.into())).collect() },
        message.fields.into_iter().collect();
    Value: value =>
        Self { kind: value.kind.map(kind_there) },
        value.kind.map_or_else(Self::default, |kind| kind_back(kind).into());
}

fn kind_there(kind: struct_pb2::value::Kind) -> Kind {
    use struct_pb2::value::Kind as Ours;
    match kind {
        Ours::NullValue(null) => Kind::NullValue(null.into()),
        Ours::NumberValue(number) => Kind::NumberValue(number),
        Ours::StringValue(text) => Kind::StringValue(text),
        Ours::BoolValue(truth) => Kind::BoolValue(truth),
        Ours::StructValue(fields) => Kind::StructValue(fields.into()),
        Ours::ListValue(list) => Kind::ListValue(list.into()),
    }
}

fn kind_back(kind: Kind) -> struct_pb2::value::Kind {
    use struct_pb2::value::Kind as Ours;
    match kind {
        Kind::NullValue(null) => Ours::NullValue(NullValue(null)),
        Kind::NumberValue(number) => Ours::NumberValue(number),
        Kind::StringValue(text) => Ours::StringValue(text),
        Kind::BoolValue(truth) => Ours::BoolValue(truth),
        Kind::StructValue(fields) => Ours::StructValue(fields.into()),
        Kind::ListValue(list) => Ours::ListValue(list.into()),
    }
}
