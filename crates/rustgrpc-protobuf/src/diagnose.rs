//! The cold path of decoding: what is wrong with bytes that were refused, and in which field.
//!
//! The fast path only says no. Here the bytes are read once more, guided by descriptors, through
//! prost's own functions, so that the error is the one that prost's users know.

use bytes::Buf;
use prost::DecodeError;
use prost::encoding::{self, DecodeContext, WireType};

use crate::descriptor::{FileDescriptor, MessageDescriptor};
use crate::google::protobuf::descriptor_pb2::field_descriptor_proto::{Label, Type};
use crate::google::protobuf::descriptor_pb2::{DescriptorProto, FieldDescriptorProto};

/// Why `bytes` are not a message of this type.
#[cold]
pub(crate) fn explain(message: MessageDescriptor, bytes: &[u8], depth: u32) -> DecodeError {
    Walk {
        file: message.file(),
    }
    .message(message.proto(), bytes, depth)
    .err()
    .unwrap_or_else(corrupt)
}

/// Why `value` is no value of the field with this tag.
#[cold]
pub(crate) fn explain_field(
    message: MessageDescriptor,
    tag: u32,
    mut value: &[u8],
    depth: u32,
) -> DecodeError {
    let Ok(wire_type) = WireType::try_from(u64::from(tag & 7)) else {
        return corrupt();
    };
    Walk {
        file: message.file(),
    }
    .field(message.proto(), tag >> 3, wire_type, &mut value, depth)
    .err()
    .unwrap_or_else(corrupt)
}

/// A length that goes beyond the end.
#[cold]
pub(crate) fn underflow() -> DecodeError {
    let mut nothing: &[u8] = &[];
    let failed = encoding::fixed32::merge(
        WireType::ThirtyTwoBit,
        &mut 0,
        &mut nothing,
        DecodeContext::default(),
    );
    failed.expect_err("four bytes are not there")
}

/// What prost's own functions have no name for.
#[cold]
#[expect(
    deprecated,
    reason = "prost offers no other way to say what its own functions do not find"
)]
pub(crate) fn corrupt() -> DecodeError {
    DecodeError::new("wire format was corrupt")
}

struct Walk {
    file: &'static FileDescriptor,
}

impl Walk {
    fn message(
        &self,
        message: &'static DescriptorProto,
        mut bytes: &[u8],
        depth: u32,
    ) -> Result<(), DecodeError> {
        while bytes.has_remaining() {
            let (number, wire_type) = encoding::decode_key(&mut bytes)?;
            self.field(message, number, wire_type, &mut bytes, depth)?;
        }
        Ok(())
    }

    fn field(
        &self,
        message: &'static DescriptorProto,
        number: u32,
        wire_type: WireType,
        bytes: &mut &[u8],
        depth: u32,
    ) -> Result<(), DecodeError> {
        let field = message
            .field
            .iter()
            .find(|field| field.number().unsigned_abs() == number);
        let Some(field) = field else {
            return encoding::skip_field(wire_type, number, bytes, DecodeContext::default());
        };
        self.value(field, wire_type, bytes, depth)
            .map_err(|mut error| {
                error.push(message.name(), field.name());
                error
            })
    }

    fn value(
        &self,
        field: &'static FieldDescriptorProto,
        wire_type: WireType,
        bytes: &mut &[u8],
        depth: u32,
    ) -> Result<(), DecodeError> {
        let context = DecodeContext::default();
        match (field.r#type(), wire_type) {
            (Type::STRING, WireType::LengthDelimited) => {
                encoding::string::merge(wire_type, &mut String::new(), bytes, context)
            }
            (Type::MESSAGE, WireType::LengthDelimited) => {
                let mut nested = Vec::<u8>::new();
                encoding::bytes::merge(wire_type, &mut nested, bytes, context)?;
                if depth == 0 {
                    return Err(too_deep());
                }
                match self.file.message(field.type_name()) {
                    Some(message) => self.message(message, &nested, depth - 1),
                    None => Ok(()),
                }
            }
            (Type::STRING | Type::BYTES | Type::MESSAGE | Type::GROUP, _) => {
                encoding::skip_field(wire_type, field.number().unsigned_abs(), bytes, context)
            }
            (Type::FIXED32 | Type::SFIXED32 | Type::FLOAT, WireType::LengthDelimited) => {
                encoding::fixed32::merge_repeated(wire_type, &mut Vec::new(), bytes, context)
            }
            (Type::FIXED64 | Type::SFIXED64 | Type::DOUBLE, WireType::LengthDelimited) => {
                encoding::fixed64::merge_repeated(wire_type, &mut Vec::new(), bytes, context)
            }
            (_, WireType::LengthDelimited) if field.label() == Label::REPEATED => {
                encoding::uint64::merge_repeated(wire_type, &mut Vec::new(), bytes, context)
            }
            _ => encoding::skip_field(wire_type, field.number().unsigned_abs(), bytes, context),
        }
    }
}

/// Messages that lie deeper within each other than the limit.
#[cold]
#[expect(
    deprecated,
    reason = "prost's own error for this cannot be had from outside"
)]
fn too_deep() -> DecodeError {
    DecodeError::new("recursion limit reached")
}
