//! Features: what an edition, or the old syntax words, decide for a part of a schema.

use crate::google::protobuf::descriptor_pb2::feature_set::{
    EnumType, FieldPresence, JsonFormat, MessageEncoding, RepeatedFieldEncoding, Utf8Validation,
};
use crate::google::protobuf::descriptor_pb2::{Edition, FeatureSet, FileDescriptorProto};

/// The features in force for a part of a schema, resolved: file, then message, then field.
///
/// proto2 and proto3 are sets of features like any edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Features {
    /// How a singular field tells that it is set.
    pub field_presence: FieldPresence,
    /// Whether numbers that an enum does not know are kept apart.
    pub enum_type: EnumType,
    /// Whether numbers of a repeated field share one tag.
    pub repeated_field_encoding: RepeatedFieldEncoding,
    /// Whether strings are validated.
    pub utf8_validation: Utf8Validation,
    /// Whether messages have a length or an end tag.
    pub message_encoding: MessageEncoding,
    /// Whether names are checked for what JSON needs.
    pub json_format: JsonFormat,
}

impl Features {
    /// What `edition` says where the file says nothing.
    pub fn of_edition(edition: Edition) -> Self {
        let proto2 = edition.0 < Edition::PROTO3.0;
        let proto3 = edition == Edition::PROTO3;
        Self {
            field_presence: if proto3 {
                FieldPresence::IMPLICIT
            } else {
                FieldPresence::EXPLICIT
            },
            enum_type: if proto2 {
                EnumType::CLOSED
            } else {
                EnumType::OPEN
            },
            repeated_field_encoding: if proto2 {
                RepeatedFieldEncoding::EXPANDED
            } else {
                RepeatedFieldEncoding::PACKED
            },
            utf8_validation: if proto2 {
                Utf8Validation::NONE
            } else {
                Utf8Validation::VERIFY
            },
            message_encoding: MessageEncoding::LENGTH_PREFIXED,
            json_format: if proto2 {
                JsonFormat::LEGACY_BEST_EFFORT
            } else {
                JsonFormat::ALLOW
            },
        }
    }

    /// What holds at the top of a file.
    pub fn of_file(file: &FileDescriptorProto) -> Self {
        let options = file
            .options
            .as_ref()
            .and_then(|options| options.features.as_ref());
        Self::of_edition(edition_of(file)).with(options)
    }

    /// These features, but for what `set` says explicitly.
    #[must_use]
    pub fn with(mut self, set: Option<&FeatureSet>) -> Self {
        let Some(set) = set else { return self };
        self.field_presence = set.field_presence.unwrap_or(self.field_presence);
        self.enum_type = set.enum_type.unwrap_or(self.enum_type);
        self.repeated_field_encoding = set
            .repeated_field_encoding
            .unwrap_or(self.repeated_field_encoding);
        self.utf8_validation = set.utf8_validation.unwrap_or(self.utf8_validation);
        self.message_encoding = set.message_encoding.unwrap_or(self.message_encoding);
        self.json_format = set.json_format.unwrap_or(self.json_format);
        self
    }
}

/// The edition of a file; the old syntax words are editions too.
pub(super) fn edition_of(file: &FileDescriptorProto) -> Edition {
    match file.syntax() {
        "editions" => file.edition(),
        "proto3" => Edition::PROTO3,
        _ => Edition::PROTO2,
    }
}
