//! The messages around single values: made from a value, and opened.

use crate::google::protobuf::wrappers_pb2::{
    BoolValue, BytesValue, DoubleValue, FloatValue, Int32Value, Int64Value, StringValue,
    UInt32Value, UInt64Value,
};

macro_rules! wrappers {
    ($($wrapper:ident: $value:ty;)*) => {$(
        impl From<$value> for $wrapper {
            fn from(value: $value) -> Self {
                Self {
                    value,
                    ..Default::default()
                }
            }
        }

        impl From<$wrapper> for $value {
            fn from(wrapper: $wrapper) -> Self {
                wrapper.value
            }
        }
    )*};
}

wrappers! {
    BoolValue: bool;
    BytesValue: Vec<u8>;
    DoubleValue: f64;
    FloatValue: f32;
    Int32Value: i32;
    Int64Value: i64;
    StringValue: String;
    UInt32Value: u32;
    UInt64Value: u64;
}

impl From<&str> for StringValue {
    fn from(value: &str) -> Self {
        value.to_owned().into()
    }
}

impl From<&[u8]> for BytesValue {
    fn from(value: &[u8]) -> Self {
        value.to_vec().into()
    }
}
