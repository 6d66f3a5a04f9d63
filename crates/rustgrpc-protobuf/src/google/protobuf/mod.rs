//! The well-known types, and the descriptors of schemas.
//!
//! A module per `.proto`, as in Python; the types that programs use most stand here too.

macro_rules! generated {
    ($($module:ident: $doc:literal, $($name:ident)*;)*) => {$(
        #[doc = $doc]
        #[rustfmt::skip]
        pub mod $module;
        pub use self::$module::{$($name),*};
    )*};
}

pub mod compiler;

generated! {
    any_pb2: "`google/protobuf/any.proto`", Any;
    api_pb2: "`google/protobuf/api.proto`", Api Method Mixin;
    descriptor_pb2: "`google/protobuf/descriptor.proto`",
        DescriptorProto EnumDescriptorProto EnumValueDescriptorProto FieldDescriptorProto
        FileDescriptorProto FileDescriptorSet MethodDescriptorProto ServiceDescriptorProto;
    duration_pb2: "`google/protobuf/duration.proto`", Duration;
    empty_pb2: "`google/protobuf/empty.proto`", Empty;
    field_mask_pb2: "`google/protobuf/field_mask.proto`", FieldMask;
    source_context_pb2: "`google/protobuf/source_context.proto`", SourceContext;
    struct_pb2: "`google/protobuf/struct.proto`", ListValue NullValue Struct Value;
    timestamp_pb2: "`google/protobuf/timestamp.proto`", Timestamp;
    type_pb2: "`google/protobuf/type.proto`", Enum EnumValue Field Syntax Type;
    wrappers_pb2: "The messages around single values.",
        BoolValue BytesValue DoubleValue FloatValue Int32Value Int64Value StringValue UInt32Value
        UInt64Value;
}
