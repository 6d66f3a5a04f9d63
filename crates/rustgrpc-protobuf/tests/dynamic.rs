//! Messages without generated code read the wire as generated ones do.

use std::sync::LazyLock;

use rustgrpc_protobuf::google::protobuf::descriptor_pb2::field_descriptor_proto::{Label, Type};
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::{
    DescriptorProto, EnumDescriptorProto, EnumValueDescriptorProto, FieldDescriptorProto,
    FileDescriptorProto, MessageOptions, OneofDescriptorProto,
};
use rustgrpc_protobuf::reflect::{DynamicMessage, Reflect};
use rustgrpc_protobuf::{DescriptorPool, MessageDescriptor, UnknownValue};

/// proto2: `enum Closed { ZERO = 0; ONE = 1; }` and a message with it in every cardinality.
fn schema() -> MessageDescriptor {
    let field = |name: &str, number: i32, label: Label, kind: Type| {
        FieldDescriptorProto::new()
            .with_name(name)
            .with_number(number)
            .with_label(label)
            .with_type(kind)
    };
    let closed = |name: &str, number: i32, label: Label| {
        field(name, number, label, Type::ENUM).with_type_name(".t.Closed")
    };
    let entry = DescriptorProto::new()
        .with_name("MapEntry")
        .with_field([
            field("key", 1, Label::OPTIONAL, Type::INT32),
            closed("value", 2, Label::OPTIONAL),
        ])
        .with_options(MessageOptions::new().with_map_entry(true));
    let message = DescriptorProto::new()
        .with_name("M")
        .with_field([
            closed("one", 1, Label::OPTIONAL),
            closed("many", 2, Label::REPEATED),
            field("map", 3, Label::REPEATED, Type::MESSAGE).with_type_name(".t.M.MapEntry"),
            field("text", 4, Label::OPTIONAL, Type::STRING).with_oneof_index(0),
            closed("member", 5, Label::OPTIONAL).with_oneof_index(0),
            field("numbers", 6, Label::REPEATED, Type::SINT32),
        ])
        .with_oneof_decl([OneofDescriptorProto::new().with_name("choice")])
        .with_nested_type([entry]);
    let value = |name: &str, number| {
        EnumValueDescriptorProto::new()
            .with_name(name)
            .with_number(number)
    };
    let file = FileDescriptorProto::new()
        .with_name("t.proto")
        .with_package("t")
        .with_message_type([message])
        .with_enum_type([EnumDescriptorProto::new()
            .with_name("Closed")
            .with_value([value("ZERO", 0), value("ONE", 1)])]);
    let mut pool = DescriptorPool::new();
    pool.add_protos([file]).unwrap();
    pool.message("t.M").unwrap()
}

fn parse(bytes: &[u8]) -> DynamicMessage {
    // Messages are equal only if they share a descriptor.
    static SCHEMA: LazyLock<MessageDescriptor> = LazyLock::new(schema);
    DynamicMessage::parse(&SCHEMA, bytes).unwrap()
}

fn unknown(message: &DynamicMessage) -> Vec<(u32, UnknownValue<'_>)> {
    message.unknown().unwrap().iter().collect()
}

#[test]
fn a_number_that_a_closed_enum_does_not_know_leaves_the_value_before_it() {
    let message = parse(b"\x08\x01\x08\x07");
    assert_eq!(unknown(&message), [(1, UnknownValue::Varint(7))]);
    assert_eq!(message.serialize(), b"\x08\x01\x08\x07");
}

#[test]
fn unknown_numbers_of_a_packed_closed_enum_are_kept_one_by_one() {
    // many: 1, 7, 0, -1
    let message = parse(b"\x12\x0d\x01\x07\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
    assert_eq!(
        unknown(&message),
        [
            (2, UnknownValue::Varint(7)),
            (2, UnknownValue::Varint(u64::MAX))
        ]
    );
    assert!(message.serialize().starts_with(b"\x10\x01\x10\x00\x10\x07"));
}

#[test]
fn an_entry_with_an_unknown_number_is_an_unknown_field() {
    // map: {5: 7}, {6: 1}
    let message = parse(b"\x1a\x04\x08\x05\x10\x07\x1a\x04\x08\x06\x10\x01");
    assert_eq!(
        unknown(&message),
        [(3, UnknownValue::LengthDelimited(b"\x08\x05\x10\x07"))]
    );
    assert_eq!(
        message.serialize(),
        b"\x1a\x04\x08\x06\x10\x01\x1a\x04\x08\x05\x10\x07"
    );
}

#[test]
fn what_does_not_belong_to_a_member_leaves_the_oneof_as_it_was() {
    // text: "x"; member as bytes, then with a number that its enum does not know.
    let message = parse(b"\x22\x01x\x2a\x01y\x28\x07");
    assert_eq!(
        unknown(&message),
        [
            (5, UnknownValue::LengthDelimited(b"y")),
            (5, UnknownValue::Varint(7))
        ]
    );
    assert_eq!(message.serialize(), b"\x22\x01x\x2a\x01y\x28\x07");
    assert_eq!(parse(b"\x22\x01x\x28\x01").serialize(), b"\x28\x01");
}

#[test]
fn packed_and_single_elements_mix() {
    let message = parse(b"\x32\x02\x02\x04\x30\x06");
    assert_eq!(message.serialize(), b"\x30\x02\x30\x04\x30\x06");
}

#[test]
fn maps_do_not_depend_on_the_order_of_their_entries() {
    let (a, b) = (b"\x1a\x04\x08\x05\x10\x00", b"\x1a\x04\x08\x06\x10\x01");
    let forward = parse(&[a.as_slice(), b].concat());
    assert_eq!(forward, parse(&[b.as_slice(), a].concat()));
    // Of two entries with one key the last counts.
    assert_eq!(
        parse(b"\x1a\x04\x08\x05\x10\x01\x1a\x04\x08\x05\x10\x00").serialize(),
        a
    );
}
