//! The table of `Message`, row by row: Python's name, and what it does here.

mod schema;

use rustgrpc_protobuf::google::protobuf::{
    Duration, FieldDescriptorProto, FieldMask, FileDescriptorProto, ListValue, NullValue, Struct,
    Timestamp, Value,
};
use rustgrpc_protobuf::prost::Message as _;
use rustgrpc_protobuf::reflect::{FieldRef, Reflect};
use rustgrpc_protobuf::text_format;
use rustgrpc_protobuf::{Message, UnknownValue};

#[test]
fn has_field() {
    let set = FieldDescriptorProto::new().with_name("").with_number(1);
    let value = Value::new().with_bool_value(false);
    let cases = [
        (FieldDescriptorProto::default().has_field("name"), Ok(false)),
        (set.has_field("name"), Ok(true)),
        (set.has_field("options"), Ok(false)),
        (value.has_field("kind"), Ok(true)),
        (value.has_field("bool_value"), Ok(true)),
        (value.has_field("number_value"), Ok(false)),
        (Value::default().has_field("kind"), Ok(false)),
        (
            Timestamp::default().has_field("seconds"),
            Err("Field google.protobuf.Timestamp.seconds does not have presence."),
        ),
        (
            FieldMask::default().has_field("paths"),
            Err("Field google.protobuf.FieldMask.paths does not have presence."),
        ),
        (
            Timestamp::default().has_field("zz"),
            Err("Protocol message Timestamp has no \"zz\" field."),
        ),
    ];
    for (found, expected) in cases {
        assert_eq!(
            found.map_err(|error| error.to_string()),
            expected.map_err(str::to_owned)
        );
    }
}

#[test]
fn clear_field_and_which_oneof() {
    let mut value = Value::new().with_string_value("x");
    assert_eq!(
        value.which_oneof("kind").unwrap().as_deref(),
        Some("string_value")
    );
    value.clear_field("number_value").unwrap();
    assert_eq!(
        value,
        Value::new().with_string_value("x"),
        "another member stays"
    );
    value.clear_field("string_value").unwrap();
    assert_eq!(value, Value::default());
    let mut value = Value::new().with_null_value(NullValue::default());
    value.clear_field("kind").unwrap();
    assert_eq!(value.which_oneof("kind"), Ok(None));
    let mut field = FieldDescriptorProto::new().with_name("n").with_number(1);
    field.clear_field("name").unwrap();
    assert_eq!(field, FieldDescriptorProto::new().with_number(1));
    let mut mask = FieldMask::new().with_paths(["a"]);
    mask.clear_field("paths").unwrap();
    assert_eq!(mask, FieldMask::default());
    let mut fields = Struct::new().with_fields([("a", Value::default())]);
    fields.clear_field("fields").unwrap();
    assert_eq!(fields, Struct::default());
    let error = fields.clear_field("zz").unwrap_err();
    assert_eq!(
        error.to_string(),
        "Protocol message Struct has no \"zz\" field."
    );
    assert_eq!(fields.which_oneof("zz"), Err(error));
    // What is unknown survives the clearing of a oneof's member.
    let mut value = Value::parse(b"\x20\x01\x50\x07").unwrap();
    value.clear_field("bool_value").unwrap();
    assert_eq!(value.serialize(), b"\x50\x07");
}

#[test]
fn list_fields() {
    let names = |message: &dyn Reflect| -> Vec<String> {
        let fields = message.list_fields().into_iter();
        fields.map(|(field, _)| field.name().to_owned()).collect()
    };
    assert_eq!(names(&Timestamp::new().with_nanos(1)), ["nanos"]);
    let field = FieldDescriptorProto::new()
        .with_type_name("")
        .with_name("n")
        .with_number(0);
    assert_eq!(names(&field), ["name", "number", "type_name"]);
    let mask = FieldMask::new().with_paths(["a", "b"]);
    let fields = mask.list_fields();
    let [(field, value)] = &fields[..] else {
        panic!("one field is set");
    };
    assert_eq!(field.number(), 1);
    assert!(matches!(value.contents(), FieldRef::List(list) if list.len() == 2));
    let mut message = schema::new("every.All");
    text_format::merge(
        "numbers: 1 i32: 0 [every.ext_i32]: 0 counts {}",
        &mut message,
    )
    .unwrap();
    assert_eq!(names(&message), ["i32", "numbers", "counts", "ext_i32"]);
}

#[test]
fn required_fields() {
    let cases = [
        ("i32: 1", &[][..]),
        ("required { id: 0 }", &[]),
        ("required {}", &["required.id"]),
        ("required { next {} }", &["required.id", "required.next.id"]),
        (
            "requireds [{id: 1}, {}, {}]",
            &["requireds[1].id", "requireds[2].id"],
        ),
        (
            "required_by_name { key: 'b' value {} } required_by_name { key: 'a' value {} }",
            &["required_by_name[a].id", "required_by_name[b].id"],
        ),
        (
            "[every.ext_all] { required {} }",
            &["(every.ext_all).required.id"],
        ),
        (
            "by_id { key: -1 value { required {} } }",
            &["by_id[-1].required.id"],
        ),
    ];
    for (text, expected) in cases {
        let mut message = schema::new("every.All");
        text_format::merge(text, &mut message).unwrap();
        assert_eq!(message.find_initialization_errors(), expected, "{text}");
        match message.try_serialize() {
            Ok(bytes) => assert!(
                expected.is_empty() && bytes == message.serialize(),
                "{text}"
            ),
            Err(error) => assert_eq!(
                error.to_string(),
                format!(
                    "Message every.All is missing required fields: {}",
                    expected.join(",")
                ),
            ),
        }
        assert_eq!(message.is_initialized(), expected.is_empty());
    }
    assert!(Timestamp::default().is_initialized());
    let second = Timestamp::new().with_seconds(1);
    assert_eq!(second.try_serialize().unwrap(), second.serialize());
    let file = FileDescriptorProto::default();
    assert_eq!(file.find_initialization_errors(), [""; 0]);
}

#[test]
fn unknown_fields() {
    // A list with a value that has unknown fields, and a struct within.
    let inner = b"\x20\x01\x50\x07";
    let mut list = ListValue::parse(b"\x0a\x04\x20\x01\x50\x07\x58\x01").unwrap();
    assert_eq!(list.values[0].serialize(), inner);
    let fields: Vec<_> = list.unknown_fields.iter().collect();
    assert_eq!(fields, [(11, UnknownValue::Varint(1))]);
    assert_eq!(list.unknown_fields.by_number(11).count(), 1);
    let dynamic: &mut dyn Reflect = &mut list;
    // Generated code knows them by this number; it is no field's.
    assert!(dynamic.field_by_number(0).is_none() && dynamic.field_by_number_mut(0).is_none());
    dynamic.discard_unknown_fields();
    assert_eq!(
        list,
        ListValue::new().with_values([Value::new().with_bool_value(true)])
    );
    let mut fields = Struct::parse(b"\x0a\x07\x0a\x01a\x12\x02\x50\x07").unwrap();
    Message::discard_unknown_fields(&mut fields);
    assert_eq!(fields, Struct::new().with_fields([("a", Value::default())]));
    // Extensions that are found stay; their own unknown fields do not.
    let mut message = schema::new("every.All");
    message
        .merge(b"\xa0\x06\x05\xb2\x06\x02\x60\x63\x78\x01\xe8\x07\x01")
        .unwrap();
    message.discard_unknown_fields();
    assert_eq!(message.serialize(), b"\x78\x01\xa0\x06\x05\xb2\x06\x00");
    assert_eq!(Timestamp::default().unknown_fields.as_bytes(), b"");
}

#[test]
fn bytes_copies_and_clearing() {
    let time = Timestamp::new().with_seconds(5).with_nanos(6);
    assert_eq!(time.serialize(), b"\x08\x05\x10\x06");
    assert_eq!(time.byte_size(), 4);
    assert_eq!(Timestamp::parse(b"\x08\x05\x10\x06"), Ok(time.clone()));
    let mut other = Timestamp::new().with_nanos(9);
    other.parse_from(b"\x08\x05").unwrap();
    assert_eq!(
        other,
        Timestamp::new().with_seconds(5),
        "what was there is gone"
    );
    assert!(other.parse_from(b"\x08").is_err());
    assert_eq!(other.seconds, 5);
    other.merge_from_bytes(b"\x10\x06").unwrap();
    assert_eq!(other, time);
    let mut copy = Timestamp::default();
    copy.copy_from(&time);
    assert_eq!(copy, time);
    copy.merge_from(&Timestamp::new().with_seconds(1));
    assert_eq!((copy.seconds, copy.nanos), (1, 6));
    copy.clear_message();
    assert_eq!(copy, Timestamp::default());
    // Both traits are in scope here, and no name is claimed twice.
    copy.clear();
    assert_eq!(copy.encoded_len(), 0);
    assert_eq!(
        Timestamp::descriptor().full_name(),
        "google.protobuf.Timestamp"
    );
    assert_eq!(Duration::default_instance().seconds, 0);
}

#[test]
fn set_in_parent() {
    let mut field = FieldDescriptorProto::default();
    assert_eq!(field.has_field("options"), Ok(false));
    field.options_mut();
    assert_eq!(field.has_field("options"), Ok(true));
    assert_eq!(field.serialize(), b"\x42\x00");
}

#[test]
fn deterministic() {
    let keys: Vec<String> = (10..60).map(|key| key.to_string()).collect();
    let fields = |keys: &[String]| -> Vec<(String, Value)> {
        keys.iter()
            .map(|key| (key.clone(), Value::default()))
            .collect()
    };
    let message = Struct::new().with_fields(fields(&keys));
    let mut expected = Vec::new();
    for key in &keys {
        let value = Struct::new().with_fields(fields(std::slice::from_ref(key)));
        expected.extend(value.serialize());
    }
    assert_eq!(message.serialize_deterministic(), expected);
    assert_eq!(message.byte_size(), expected.len());
}
