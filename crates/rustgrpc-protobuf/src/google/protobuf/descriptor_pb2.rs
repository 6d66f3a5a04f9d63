#![allow(missing_docs)]
use crate::codegen as rt;
pub static DESCRIPTOR: rt::FileDescriptor = rt::FileDescriptor::new(b"", &[]);
#[derive(Clone, PartialEq, Default)]
pub struct FileDescriptorProto {
    pub name: Option<String>,
    pub package: Option<String>,
    pub message_type: Vec<DescriptorProto>,
    pub syntax: Option<String>,
    pub unknown_fields: rt::UnknownFields,
}
impl FileDescriptorProto {
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }
    pub fn package(&self) -> &str {
        self.package.as_deref().unwrap_or_default()
    }
    pub fn syntax(&self) -> &str {
        self.syntax.as_deref().unwrap_or_default()
    }
}
impl rt::Codec for FileDescriptorProto {
    fn decode_field(&mut self, tag: u32, d: &mut rt::Decoder<'_>) -> rt::Decoded {
        match tag {
            10 => d.optional::<rt::Str>(&mut self.name),
            18 => d.optional::<rt::Str>(&mut self.package),
            34 => d.repeated::<rt::Message<DescriptorProto>>(34, &mut self.message_type),
            98 => d.optional::<rt::Str>(&mut self.syntax),
            _ => d.unknown(tag, &mut self.unknown_fields),
        }
    }
    fn encode(&self, e: &mut impl rt::Encoder) {
        e.unknown(&self.unknown_fields);
        e.optional::<rt::Str>(12, &self.syntax);
        e.repeated::<rt::Message<DescriptorProto>>(4, &self.message_type);
        e.optional::<rt::Str>(2, &self.package);
        e.optional::<rt::Str>(1, &self.name);
    }
    fn field(&self, number: u32) -> Option<&dyn rt::Field> {
        Some(match number {
            1 => &self.name,
            2 => &self.package,
            4 => &self.message_type,
            12 => &self.syntax,
            _ => return None,
        })
    }
    fn field_mut(&mut self, number: u32) -> Option<&mut dyn rt::Field> {
        Some(match number {
            1 => &mut self.name,
            2 => &mut self.package,
            4 => &mut self.message_type,
            12 => &mut self.syntax,
            _ => return None,
        })
    }
    fn unknown_fields(&self) -> Option<&rt::UnknownFields> {
        Some(&self.unknown_fields)
    }
}
rt::impl_message!(
    FileDescriptorProto,
    "google.protobuf",
    "FileDescriptorProto",
    DESCRIPTOR,
    [0]
);
#[derive(Clone, PartialEq, Default)]
pub struct DescriptorProto {
    pub name: Option<String>,
    pub field: Vec<FieldDescriptorProto>,
    pub nested_type: Vec<DescriptorProto>,
    pub unknown_fields: rt::UnknownFields,
}
impl DescriptorProto {
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }
}
impl rt::Codec for DescriptorProto {
    fn decode_field(&mut self, tag: u32, d: &mut rt::Decoder<'_>) -> rt::Decoded {
        match tag {
            10 => d.optional::<rt::Str>(&mut self.name),
            18 => d.repeated::<rt::Message<FieldDescriptorProto>>(18, &mut self.field),
            26 => d.repeated::<rt::Message<DescriptorProto>>(26, &mut self.nested_type),
            _ => d.unknown(tag, &mut self.unknown_fields),
        }
    }
    fn encode(&self, e: &mut impl rt::Encoder) {
        e.unknown(&self.unknown_fields);
        e.repeated::<rt::Message<DescriptorProto>>(3, &self.nested_type);
        e.repeated::<rt::Message<FieldDescriptorProto>>(2, &self.field);
        e.optional::<rt::Str>(1, &self.name);
    }
    fn field(&self, number: u32) -> Option<&dyn rt::Field> {
        Some(match number {
            1 => &self.name,
            2 => &self.field,
            3 => &self.nested_type,
            _ => return None,
        })
    }
    fn field_mut(&mut self, number: u32) -> Option<&mut dyn rt::Field> {
        Some(match number {
            1 => &mut self.name,
            2 => &mut self.field,
            3 => &mut self.nested_type,
            _ => return None,
        })
    }
    fn unknown_fields(&self) -> Option<&rt::UnknownFields> {
        Some(&self.unknown_fields)
    }
}
rt::impl_message!(
    DescriptorProto,
    "google.protobuf",
    "DescriptorProto",
    DESCRIPTOR,
    [1]
);
#[derive(Clone, PartialEq, Default)]
pub struct FieldDescriptorProto {
    pub name: Option<String>,
    pub number: Option<i32>,
    pub label: Option<field_descriptor_proto::Label>,
    pub r#type: Option<field_descriptor_proto::Type>,
    pub type_name: Option<String>,
    pub oneof_index: Option<i32>,
    pub proto3_optional: Option<bool>,
    pub unknown_fields: rt::UnknownFields,
}
impl FieldDescriptorProto {
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }
    pub fn number(&self) -> i32 {
        self.number.unwrap_or_default()
    }
    pub fn label(&self) -> field_descriptor_proto::Label {
        self.label.unwrap_or_default()
    }
    pub fn r#type(&self) -> field_descriptor_proto::Type {
        self.r#type.unwrap_or_default()
    }
    pub fn type_name(&self) -> &str {
        self.type_name.as_deref().unwrap_or_default()
    }
    pub fn oneof_index(&self) -> i32 {
        self.oneof_index.unwrap_or_default()
    }
    pub fn proto3_optional(&self) -> bool {
        self.proto3_optional.unwrap_or_default()
    }
}
impl rt::Codec for FieldDescriptorProto {
    fn decode_field(&mut self, tag: u32, d: &mut rt::Decoder<'_>) -> rt::Decoded {
        match tag {
            10 => d.optional::<rt::Str>(&mut self.name),
            24 => d.optional::<rt::Int32>(&mut self.number),
            32 => d.closed_optional(32, &mut self.label, &mut self.unknown_fields),
            40 => d.closed_optional(40, &mut self.r#type, &mut self.unknown_fields),
            50 => d.optional::<rt::Str>(&mut self.type_name),
            72 => d.optional::<rt::Int32>(&mut self.oneof_index),
            136 => d.optional::<rt::Bool>(&mut self.proto3_optional),
            _ => d.unknown(tag, &mut self.unknown_fields),
        }
    }
    fn encode(&self, e: &mut impl rt::Encoder) {
        e.unknown(&self.unknown_fields);
        e.optional::<rt::Bool>(17, &self.proto3_optional);
        e.optional::<rt::Int32>(9, &self.oneof_index);
        e.optional::<rt::Str>(6, &self.type_name);
        e.optional::<rt::Enum<field_descriptor_proto::Type>>(5, &self.r#type);
        e.optional::<rt::Enum<field_descriptor_proto::Label>>(4, &self.label);
        e.optional::<rt::Int32>(3, &self.number);
        e.optional::<rt::Str>(1, &self.name);
    }
    fn field(&self, number: u32) -> Option<&dyn rt::Field> {
        Some(match number {
            1 => &self.name,
            3 => &self.number,
            4 => &self.label,
            5 => &self.r#type,
            6 => &self.type_name,
            9 => &self.oneof_index,
            17 => &self.proto3_optional,
            _ => return None,
        })
    }
    fn field_mut(&mut self, number: u32) -> Option<&mut dyn rt::Field> {
        Some(match number {
            1 => &mut self.name,
            3 => &mut self.number,
            4 => &mut self.label,
            5 => &mut self.r#type,
            6 => &mut self.type_name,
            9 => &mut self.oneof_index,
            17 => &mut self.proto3_optional,
            _ => return None,
        })
    }
    fn unknown_fields(&self) -> Option<&rt::UnknownFields> {
        Some(&self.unknown_fields)
    }
}
rt::impl_message!(
    FieldDescriptorProto,
    "google.protobuf",
    "FieldDescriptorProto",
    DESCRIPTOR,
    [2]
);
pub mod field_descriptor_proto {
    use crate::codegen as rt;
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct Type(pub i32);
    impl Default for Type {
        fn default() -> Self {
            Self(1)
        }
    }
    impl Type {
        pub const DOUBLE: Self = Self(1);
        pub const FLOAT: Self = Self(2);
        pub const INT64: Self = Self(3);
        pub const UINT64: Self = Self(4);
        pub const INT32: Self = Self(5);
        pub const FIXED64: Self = Self(6);
        pub const FIXED32: Self = Self(7);
        pub const BOOL: Self = Self(8);
        pub const STRING: Self = Self(9);
        pub const GROUP: Self = Self(10);
        pub const MESSAGE: Self = Self(11);
        pub const BYTES: Self = Self(12);
        pub const UINT32: Self = Self(13);
        pub const ENUM: Self = Self(14);
        pub const SFIXED32: Self = Self(15);
        pub const SFIXED64: Self = Self(16);
        pub const SINT32: Self = Self(17);
        pub const SINT64: Self = Self(18);
    }
    rt::impl_enum!(
        Type,
        "google.protobuf.FieldDescriptorProto.Type",
        closed,
        [
            "TYPE_DOUBLE" = 1,
            "TYPE_FLOAT" = 2,
            "TYPE_INT64" = 3,
            "TYPE_UINT64" = 4,
            "TYPE_INT32" = 5,
            "TYPE_FIXED64" = 6,
            "TYPE_FIXED32" = 7,
            "TYPE_BOOL" = 8,
            "TYPE_STRING" = 9,
            "TYPE_GROUP" = 10,
            "TYPE_MESSAGE" = 11,
            "TYPE_BYTES" = 12,
            "TYPE_UINT32" = 13,
            "TYPE_ENUM" = 14,
            "TYPE_SFIXED32" = 15,
            "TYPE_SFIXED64" = 16,
            "TYPE_SINT32" = 17,
            "TYPE_SINT64" = 18
        ]
    );
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct Label(pub i32);
    impl Default for Label {
        fn default() -> Self {
            Self(1)
        }
    }
    impl Label {
        pub const OPTIONAL: Self = Self(1);
        pub const REQUIRED: Self = Self(2);
        pub const REPEATED: Self = Self(3);
    }
    rt::impl_enum!(
        Label,
        "google.protobuf.FieldDescriptorProto.Label",
        closed,
        [
            "LABEL_OPTIONAL" = 1,
            "LABEL_REQUIRED" = 2,
            "LABEL_REPEATED" = 3
        ]
    );
}
