//! Descriptors of fields and extensions.

use std::fmt;

use super::message::message_proto;
use super::{EnumDescriptor, Features, FileDescriptor, MessageDescriptor, OneofDescriptor};
use crate::google::protobuf::descriptor_pb2::FieldDescriptorProto;
use crate::google::protobuf::descriptor_pb2::feature_set::Utf8Validation;
use crate::google::protobuf::descriptor_pb2::field_descriptor_proto::Type;
use crate::wire::wire_type;

/// The descriptor of a field or an extension. Mirrors Python's `FieldDescriptor`.
#[derive(Clone, PartialEq, Eq)]
pub struct FieldDescriptor {
    place: Place,
}

#[derive(Clone, PartialEq, Eq)]
enum Place {
    Field {
        message: MessageDescriptor,
        index: usize,
    },
    Extension {
        file: FileDescriptor,
        index: usize,
    },
}

/// The type of a field's values.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each variant is named for the type in the schema"
)]
pub enum Kind {
    Double,
    Float,
    Int32,
    Int64,
    Uint32,
    Uint64,
    Sint32,
    Sint64,
    Fixed32,
    Fixed64,
    Sfixed32,
    Sfixed64,
    Bool,
    String,
    Bytes,
    Message(MessageDescriptor),
    Enum(EnumDescriptor),
    /// A message or enum whose descriptor is not at hand: another generator wrote it (`extern_path`).
    Foreign,
}

impl Kind {
    /// That of a value which is not packed.
    pub(crate) fn wire_type(&self, delimited: bool) -> u32 {
        match self {
            Self::Double | Self::Fixed64 | Self::Sfixed64 => wire_type::FIXED64,
            Self::Float | Self::Fixed32 | Self::Sfixed32 => wire_type::FIXED32,
            Self::Message(_) if delimited => wire_type::START_GROUP,
            Self::String | Self::Bytes | Self::Message(_) | Self::Foreign => wire_type::LEN,
            _ => wire_type::VARINT,
        }
    }
}

/// How often a field may stand in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cardinality {
    /// Once at the most.
    Optional,
    /// Exactly once (proto2's `required`).
    Required,
    /// Any number of times; maps too.
    Repeated,
}

pub(super) struct FieldData {
    pub(super) full_name: String,
    pub(super) json_name: String,
    pub(super) number: u32,
    pub(super) kind: Link,
    pub(super) cardinality: Cardinality,
    pub(super) features: Features,
    pub(super) has_presence: bool,
    pub(super) is_packed: bool,
    /// Whether values end with a tag: a group, or a message so encoded.
    pub(super) is_delimited: bool,
    /// Where an extension's declaration stands: the message it stands in, and its index there.
    pub(super) scope: Option<usize>,
    pub(super) proto_index: usize,
    /// The message that an extension extends.
    pub(super) extendee: Option<Link>,
}

/// A type, resolved: within the file by index, beyond it by the other file's handle.
#[derive(Clone)]
pub(super) enum Link {
    Scalar(Kind),
    Message(Option<FileDescriptor>, usize),
    Enum(Option<FileDescriptor>, usize),
    Missing,
}

impl Link {
    pub(super) fn kind(&self, here: &FileDescriptor) -> Kind {
        match self {
            Self::Scalar(kind) => kind.clone(),
            Self::Message(file, index) => {
                Kind::Message(file.as_ref().unwrap_or(here).message_at(*index))
            }
            Self::Enum(file, index) => {
                let file = file.as_ref().unwrap_or(here).clone();
                Kind::Enum(EnumDescriptor {
                    file,
                    index: *index,
                })
            }
            Self::Missing => Kind::Foreign,
        }
    }

    pub(super) fn message(&self, here: &FileDescriptor) -> Option<MessageDescriptor> {
        match self.kind(here) {
            Kind::Message(message) => Some(message),
            _ => None,
        }
    }
}

impl FieldDescriptor {
    pub(super) fn of_message(message: MessageDescriptor, index: usize) -> Self {
        Self {
            place: Place::Field { message, index },
        }
    }

    pub(super) fn extension(file: FileDescriptor, index: usize) -> Self {
        Self {
            place: Place::Extension { file, index },
        }
    }

    fn data(&self) -> &FieldData {
        match &self.place {
            Place::Field { message, index } => &message.data().fields[*index],
            Place::Extension { file, index } => &file.data.extensions[*index],
        }
    }

    /// The file that defines the field.
    pub fn file(&self) -> &FileDescriptor {
        match &self.place {
            Place::Field { message, .. } => message.file(),
            Place::Extension { file, .. } => file,
        }
    }

    /// The message that the field belongs to; for an extension the one that it extends, if known.
    pub fn containing_message(&self) -> Option<MessageDescriptor> {
        match &self.place {
            Place::Field { message, .. } => Some(message.clone()),
            Place::Extension { file, .. } => self.data().extendee.as_ref()?.message(file),
        }
    }

    /// The field's descriptor as a message.
    pub fn proto(&self) -> &FieldDescriptorProto {
        match &self.place {
            Place::Field { message, index } => &message.proto().field[*index],
            Place::Extension { file, .. } => {
                let data = self.data();
                match data.scope {
                    Some(message) => {
                        let message = message_proto(file, &file.data.messages[message].path);
                        &message.extension[data.proto_index]
                    }
                    None => &file.data.proto.extension[data.proto_index],
                }
            }
        }
    }

    /// Whether this is an extension.
    pub fn is_extension(&self) -> bool {
        matches!(self.place, Place::Extension { .. })
    }

    /// The name in the schema.
    pub fn name(&self) -> &str {
        self.proto().name()
    }

    /// The name with package and messages around it.
    pub fn full_name(&self) -> &str {
        &self.data().full_name
    }

    /// The name in JSON; an extension's is its full name in brackets.
    pub fn json_name(&self) -> &str {
        &self.data().json_name
    }

    /// The name in the text format: a group's is its type's, an extension's its full name in brackets.
    pub fn text_name(&self) -> String {
        if self.is_extension() {
            let name = self.message_set_name();
            return format!("[{}]", name.as_deref().unwrap_or(self.full_name()));
        }
        match self.kind() {
            // A group's field is its type's name in small letters; other delimited fields have names
            // of their own.
            Kind::Message(message)
                if self.proto().r#type() == Type::GROUP
                    || (self.is_delimited()
                        && self.name() == message.name().to_lowercase()
                        && message.file() == self.file()
                        && message.parent() == self.containing_message()) =>
            {
                message.name().to_owned()
            }
            _ => self.name().to_owned(),
        }
    }

    /// The name in the text format of a message set's extension that its own type declares: the type's.
    pub(crate) fn message_set_name(&self) -> Option<String> {
        let Kind::Message(message) = self.kind() else {
            return None;
        };
        let declared_by_type = self.is_extension()
            && self.cardinality() == Cardinality::Optional
            && self.containing_message()?.is_message_set()
            && self.full_name().rsplit_once('.')?.0 == message.full_name();
        declared_by_type.then(|| message.full_name().to_owned())
    }

    /// The number on the wire.
    pub fn number(&self) -> u32 {
        self.data().number
    }

    /// The type of the values.
    pub fn kind(&self) -> Kind {
        self.data().kind.kind(self.file())
    }

    /// How often it may stand in a message.
    pub fn cardinality(&self) -> Cardinality {
        self.data().cardinality
    }

    /// Whether it may stand any number of times; maps too.
    pub fn is_repeated(&self) -> bool {
        self.cardinality() == Cardinality::Repeated
    }

    /// Whether it must be set.
    pub fn is_required(&self) -> bool {
        self.cardinality() == Cardinality::Required
    }

    /// Key and value of a map field's entries.
    pub fn map_entry(&self) -> Option<(Self, Self)> {
        match (self.is_repeated(), self.kind()) {
            (true, Kind::Message(entry)) if entry.is_map_entry() => {
                Some((entry.field_by_number(1)?, entry.field_by_number(2)?))
            }
            _ => None,
        }
    }

    /// Whether a field that is not set can be told from one that has its default.
    pub fn has_presence(&self) -> bool {
        self.data().has_presence
    }

    /// Whether numbers share one tag.
    pub fn is_packed(&self) -> bool {
        self.data().is_packed
    }

    /// Whether messages end with a tag instead of beginning with a length: groups.
    pub fn is_delimited(&self) -> bool {
        // A file may ask for it by a feature that maps and their entries do not follow.
        self.data().is_delimited
            && self.map_entry().is_none()
            && !self
                .containing_message()
                .is_some_and(|message| message.is_map_entry())
    }

    /// Whether strings that are not UTF-8 are refused.
    pub fn is_utf8_validated(&self) -> bool {
        self.data().features.utf8_validation == Utf8Validation::VERIFY
    }

    /// The features in force.
    pub fn features(&self) -> Features {
        self.data().features
    }

    /// The oneof that the field is a member of; not what the compiler makes of `optional`.
    pub fn containing_oneof(&self) -> Option<OneofDescriptor> {
        let Place::Field { message, .. } = &self.place else {
            return None;
        };
        let proto = self.proto();
        let index = proto.oneof_index.filter(|_| !proto.proto3_optional())?;
        Some(OneofDescriptor {
            message: message.clone(),
            index: usize::try_from(index).ok()?,
        })
    }

    /// The default that the schema declares, as the compiler wrote it.
    pub fn declared_default(&self) -> Option<&str> {
        self.proto().default_value.as_deref()
    }
}

impl fmt::Debug for FieldDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "FieldDescriptor({} = {})",
            self.full_name(),
            self.number()
        )
    }
}
