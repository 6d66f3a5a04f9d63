//! What features decide for a field: the same questions for proto2, proto3 and every edition.

use crate::descriptor::feature_set::{
    EnumType, FieldPresence, MessageEncoding, RepeatedFieldEncoding, Utf8Validation,
};
use crate::descriptor::{self, DescriptorProto, Features, FieldDescriptorProto, FieldType};

const LARGEST_NUMBER: i32 = (1 << 29) - 1;

/// The number of a field, or what is wrong with it.
pub(super) fn number(field: &FieldDescriptorProto) -> Result<u32, String> {
    match field.number() {
        number @ 1..=LARGEST_NUMBER => Ok(number.unsigned_abs()),
        number => Err(format!("{number} is no field number")),
    }
}

/// The features in force for a field of `message`, in which `outer` hold; those of a oneof stand between.
pub(super) fn features(
    outer: Features,
    message: &DescriptorProto,
    field: &FieldDescriptorProto,
) -> Features {
    let oneof = field
        .oneof_index
        .and_then(|index| message.oneof_decl.get(usize::try_from(index).ok()?));
    outer
        .with(oneof.and_then(|oneof| oneof.options().features.as_ref()))
        .with(field.options().features.as_ref())
}

/// Whether being unset differs from holding the default.
pub(super) fn has_presence(
    features: Features,
    field: &FieldDescriptorProto,
    ty: Option<FieldType>,
) -> bool {
    !descriptor::is_repeated(field)
        && (features.field_presence != FieldPresence::IMPLICIT
            || field.oneof_index.is_some()
            || field.proto3_optional()
            || ty.is_some_and(FieldType::is_message))
}

/// Whether the elements of a repeated field share one tag.
pub(super) fn is_packed(features: Features, field: &FieldDescriptorProto, ty: FieldType) -> bool {
    let declared = field.options().packed;
    let implied = features.repeated_field_encoding == RepeatedFieldEncoding::PACKED;
    ty.is_packable() && declared.unwrap_or(implied)
}

/// How a value is written, if its type is `ty`: messages may end with a tag, as groups do.
pub(super) fn encoding(features: Features, ty: FieldType) -> FieldType {
    match ty {
        FieldType::Message if features.message_encoding == MessageEncoding::DELIMITED => {
            FieldType::Group
        }
        ty => ty,
    }
}

/// Whether strings that are not UTF-8 are refused.
pub(super) fn verifies_utf8(features: Features) -> bool {
    features.utf8_validation == Utf8Validation::VERIFY
}

/// Whether an enum keeps numbers apart that it does not know.
pub(super) fn is_closed(features: Features) -> bool {
    features.enum_type == EnumType::CLOSED
}
