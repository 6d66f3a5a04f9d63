//! The descriptor types, and the few facts that are spread over several of their fields.

pub(crate) use rustgrpc_protobuf::Features;
pub(crate) use rustgrpc_protobuf::google::protobuf::compiler::plugin_pb2::code_generator_response;
pub use rustgrpc_protobuf::google::protobuf::compiler::plugin_pb2::{
    CodeGeneratorRequest, CodeGeneratorResponse,
};
pub(crate) use rustgrpc_protobuf::google::protobuf::descriptor_pb2::file_options::OptimizeMode;
pub(crate) use rustgrpc_protobuf::google::protobuf::descriptor_pb2::{
    DescriptorProto, Edition, EnumDescriptorProto, EnumValueDescriptorProto, ExtensionRangeOptions,
    FieldDescriptorProto, FileDescriptorProto, MethodDescriptorProto, ServiceDescriptorProto,
    SourceCodeInfo, feature_set, field_descriptor_proto, source_code_info,
};

/// Numbers of fields of descriptors, as paths in `SourceCodeInfo` count them, and of what holds those.
pub(crate) mod number {
    pub(crate) const REQUEST_FILE: u32 = 15;
    pub(crate) const REQUEST_SOURCE_FILE: u32 = 17;
    pub(crate) const FILE_SOURCE: u32 = 9;
    pub(crate) const LOCATION_PATH: u32 = 1;
    pub(crate) const LOCATION_SPAN: u32 = 2;
    pub(crate) const FILE_PACKAGE: i32 = 2;
    pub(crate) const FILE_DEPENDENCY: i32 = 3;
    pub(crate) const FILE_MESSAGE: i32 = 4;
    pub(crate) const FILE_ENUM: i32 = 5;
    pub(crate) const FILE_SERVICE: i32 = 6;
    pub(crate) const FILE_EXTENSION: i32 = 7;
    pub(crate) const FILE_SYNTAX: i32 = 12;
    pub(crate) const FILE_EDITION: i32 = 14;
    pub(crate) const MESSAGE_FIELD: i32 = 2;
    pub(crate) const MESSAGE_NESTED: i32 = 3;
    pub(crate) const MESSAGE_ENUM: i32 = 4;
    pub(crate) const MESSAGE_EXTENSION: i32 = 6;
    pub(crate) const MESSAGE_ONEOF: i32 = 8;
    pub(crate) const ENUM_VALUE: i32 = 2;
    pub(crate) const SERVICE_METHOD: i32 = 2;
}

/// `FieldDescriptorProto.Type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldType {
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
    Enum,
    Message,
    Group,
}

impl FieldType {
    /// The type of `field`, unless it has none or one that does not exist.
    pub(crate) fn of(field: &FieldDescriptorProto) -> Option<Self> {
        Some(match field.r#type? {
            field_descriptor_proto::Type::DOUBLE => Self::Double,
            field_descriptor_proto::Type::FLOAT => Self::Float,
            field_descriptor_proto::Type::INT64 => Self::Int64,
            field_descriptor_proto::Type::UINT64 => Self::Uint64,
            field_descriptor_proto::Type::INT32 => Self::Int32,
            field_descriptor_proto::Type::FIXED64 => Self::Fixed64,
            field_descriptor_proto::Type::FIXED32 => Self::Fixed32,
            field_descriptor_proto::Type::BOOL => Self::Bool,
            field_descriptor_proto::Type::STRING => Self::String,
            field_descriptor_proto::Type::GROUP => Self::Group,
            field_descriptor_proto::Type::MESSAGE => Self::Message,
            field_descriptor_proto::Type::BYTES => Self::Bytes,
            field_descriptor_proto::Type::UINT32 => Self::Uint32,
            field_descriptor_proto::Type::ENUM => Self::Enum,
            field_descriptor_proto::Type::SFIXED32 => Self::Sfixed32,
            field_descriptor_proto::Type::SFIXED64 => Self::Sfixed64,
            field_descriptor_proto::Type::SINT32 => Self::Sint32,
            field_descriptor_proto::Type::SINT64 => Self::Sint64,
            _ => return None,
        })
    }

    /// Whether values follow each other without tags in the packed encoding.
    pub(crate) fn is_packable(self) -> bool {
        !matches!(
            self,
            Self::String | Self::Bytes | Self::Message | Self::Group
        )
    }

    /// Whether values are messages, in either encoding.
    pub(crate) fn is_message(self) -> bool {
        matches!(self, Self::Message | Self::Group)
    }

    /// The wire type of one value.
    pub(crate) fn wire_type(self) -> u32 {
        match self {
            Self::Double | Self::Fixed64 | Self::Sfixed64 => 1,
            Self::String | Self::Bytes | Self::Message => 2,
            Self::Group => 3,
            Self::Float | Self::Fixed32 | Self::Sfixed32 => 5,
            _ => 0,
        }
    }
}

pub(crate) fn is_repeated(field: &FieldDescriptorProto) -> bool {
    field.label == Some(field_descriptor_proto::Label::REPEATED)
}

/// The oneof a field is in, unless that only stands for `optional`.
pub(crate) fn oneof_index(field: &FieldDescriptorProto) -> Option<usize> {
    let index = field.oneof_index.filter(|_| !field.proto3_optional())?;
    Some(usize::try_from(index).unwrap_or(usize::MAX))
}

/// Whether a oneof stands for the `optional` of one proto3 field.
pub(crate) fn is_synthetic(message: &DescriptorProto, oneof: usize) -> bool {
    let mut fields = message
        .field
        .iter()
        .filter(|f| f.oneof_index.is_some_and(|i| i as usize == oneof));
    fields
        .next()
        .is_some_and(FieldDescriptorProto::proto3_optional)
}

/// The number of the messages with those within them, entries of maps too.
pub(crate) fn message_count(messages: &[DescriptorProto]) -> usize {
    let inner = messages
        .iter()
        .map(|message| message_count(&message.nested_type));
    messages.len() + inner.sum::<usize>()
}

pub(crate) fn is_map_entry(message: &DescriptorProto) -> bool {
    message.options().map_entry()
}
