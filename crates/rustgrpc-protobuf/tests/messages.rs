//! What every generated message can, seen on well-known types.

use std::collections::BTreeMap;

use prost::Message as _;
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::field_descriptor_proto;
use rustgrpc_protobuf::google::protobuf::{
    Any, Duration, FieldDescriptorProto, FieldMask, Struct, Timestamp, Value,
};
use rustgrpc_protobuf::{Message, UnknownFields, UnknownValue};

#[test]
fn unknown_fields_are_kept_compared_and_written_again() {
    // seconds = 5; 10: varint 7; 11: "hi"; 12: a group with 1: varint 1; nanos = 9 behind them.
    let bytes = b"\x08\x05\x50\x07\x5a\x02hi\x63\x08\x01\x64\x10\x09";
    let mut duration = Duration::parse(bytes).unwrap();
    assert_eq!((duration.seconds, duration.nanos), (5, 9));
    assert_eq!(
        duration.unknown_fields.iter().collect::<Vec<_>>(),
        [
            (10, UnknownValue::Varint(7)),
            (11, UnknownValue::LengthDelimited(b"hi")),
            (12, UnknownValue::Group(b"\x08\x01")),
        ]
    );
    assert_eq!(
        duration.serialize(),
        b"\x08\x05\x10\x09\x50\x07\x5a\x02hi\x63\x08\x01\x64"
    );
    assert_ne!(
        duration,
        Duration {
            seconds: 5,
            nanos: 9,
            ..Default::default()
        }
    );
    duration.unknown_fields.clear();
    assert_eq!(duration.serialize(), b"\x08\x05\x10\x09");
    assert_eq!(size_of::<UnknownFields>(), size_of::<usize>());
    assert_eq!(UnknownFields::from_bytes(b"\x50"), None);
}

#[test]
fn a_wrong_wire_type_is_an_unknown_field() {
    // seconds as a string; nanos as a fixed32: C++ keeps both aside.
    let bytes = b"\x0a\x01x\x15\x01\x00\x00\x00";
    let duration = Duration::parse(bytes).unwrap();
    assert_eq!((duration.seconds, duration.nanos), (0, 0));
    assert_eq!(duration.serialize(), bytes);
}

#[test]
fn numbers_fit_wherever_the_buffer_ends() {
    // The text behind the numbers leaves them any rest of the buffer.
    for length in 0..300 {
        let value = FieldDescriptorProto::new()
            .with_json_name("x".repeat(length))
            .with_oneof_index(-1)
            .with_number(-1);
        let mut message = FieldDescriptorProto::default();
        message.merge_from_bytes(&value.serialize()).unwrap();
        assert_eq!(message, value);
    }
}

#[test]
fn varints_lengths_and_tags_may_be_padded_as_far_as_in_cpp() {
    // A number of ten bytes whose excess bits are ignored.
    let ten = b"\x08\x81\x80\x80\x80\x80\x80\x80\x80\x80\x7e";
    assert_eq!(Duration::parse(ten).unwrap().seconds, 1);
    let eleven = b"\x08\x81\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00";
    assert!(Duration::parse(eleven).is_err());
    // Lengths and tags of five bytes at most.
    let five = b"\x0a\x81\x80\x80\x80\x00a";
    assert_eq!(FieldMask::parse(five).unwrap().paths, ["a"]);
    assert!(FieldMask::parse(b"\x0a\x81\x80\x80\x80\x80\x00a").is_err());
    assert!(FieldMask::parse(b"\x8a\x80\x80\x80\x00\x01a").is_ok());
    assert!(FieldMask::parse(b"\x8a\x80\x80\x80\x80\x00\x01a").is_err());
}

#[test]
fn a_closed_enum_keeps_numbers_it_does_not_know_aside() {
    use field_descriptor_proto::{Label, Type};
    let field = FieldDescriptorProto::parse(b"\x28\x63\x20\x03").unwrap();
    assert_eq!(field.r#type, None);
    assert_eq!(
        field.r#type(),
        Type::DOUBLE,
        "the default is the first value"
    );
    assert_eq!(field.label, Some(Label::REPEATED));
    assert_eq!(field.serialize(), b"\x20\x03\x28\x63");
}

#[test]
fn merging_replaces_appends_and_merges() {
    let mut message = Struct::new().with_fields([("a", Value::new().with_number_value(1.0))]);
    let other = Struct::new().with_fields([
        ("a", Value::new().with_bool_value(true)),
        ("b", Value::default()),
    ]);
    message.merge_from(&other);
    assert_eq!(message, other);
    let mut mask = FieldMask::new().with_paths(["a"]);
    mask.merge_from(&FieldMask::new().with_paths(["b"]));
    assert_eq!(mask.paths, ["a", "b"]);
    let mut time = Timestamp::new().with_seconds(1).with_nanos(2);
    time.merge_from(&Timestamp::new().with_nanos(3));
    assert_eq!((time.seconds, time.nanos), (1, 3));
}

#[test]
fn debug_reads_like_a_derived_one() {
    let value = Value::new().with_string_value("x\n");
    assert_eq!(format!("{value:?}"), r#"Value { string_value: "x\n" }"#);
    let any = Any {
        type_url: "t/x".into(),
        value: b"\x00a\xff".to_vec(),
        ..Default::default()
    };
    assert_eq!(
        format!("{any:?}"),
        r#"Any { type_url: "t/x", value: b"\x00a\xff" }"#
    );
    let unknown = Duration::parse(b"\x50\x07").unwrap();
    assert_eq!(
        format!("{unknown:?}"),
        "Duration { seconds: 0, nanos: 0, unknown_fields: {10: Varint(7)} }"
    );
    let field = FieldDescriptorProto::new().with_name("n").with_number(3);
    let text = format!("{field:?}");
    assert!(
        text.starts_with(r#"FieldDescriptorProto { name: Some("n"), number: Some(3), label: None"#),
        "{text}"
    );
}

#[test]
fn display_is_the_text_format() {
    let fields: BTreeMap<_, _> = [
        (
            "b",
            Value::new().with_list_value(
                rustgrpc_protobuf::google::protobuf::ListValue::new()
                    .with_values([Value::new().with_number_value(1e100)]),
            ),
        ),
        ("a", Value::new().with_string_value("\"W\n错\u{1}")),
    ]
    .into();
    let message = Struct::new().with_fields(fields);
    let expected = "\
fields {
  key: \"a\"
  value {
    string_value: \"\\\"W\\n错\\001\"
  }
}
fields {
  key: \"b\"
  value {
    list_value {
      values {
        number_value: 1e+100
      }
    }
  }
}
";
    assert_eq!(message.to_string(), expected);
    let any = Any {
        value: b"\xff'".to_vec(),
        ..Default::default()
    };
    assert_eq!(any.to_string(), "value: \"\\377\\'\"\n");
    assert_eq!(Duration::default().to_string(), "");
}

#[test]
fn enums_have_names() {
    use field_descriptor_proto::Type;
    assert_eq!(Type::STRING.name(), Some("TYPE_STRING"));
    assert_eq!(Type::from_name("TYPE_STRING"), Some(Type::STRING));
    assert_eq!(Type(99).name(), None);
    assert_eq!(
        format!("{:?} {:?}", Type::STRING, Type(99)),
        "TYPE_STRING Type(99)"
    );
    assert_eq!(Type::values().len(), 18);
}

#[test]
fn prost_types_agrees() {
    let timestamp = Timestamp::new().with_seconds(-5).with_nanos(7);
    let theirs = prost_types::Timestamp::decode(&timestamp.serialize()[..]).unwrap();
    assert_eq!((theirs.seconds, theirs.nanos), (-5, 7));
    assert_eq!(
        Timestamp::parse(&theirs.encode_to_vec()).unwrap(),
        timestamp
    );
}
