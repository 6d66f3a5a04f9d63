//! The feature `serde`: messages in the structs of users, in any format.

use std::collections::BTreeMap;

use rustgrpc_protobuf::google::protobuf::descriptor_pb2::field_descriptor_proto::Type;
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::{
    self, FieldDescriptorProto, FileDescriptorProto,
};
use rustgrpc_protobuf::google::protobuf::{
    Any, BytesValue, Duration, Struct, Timestamp, UInt64Value,
};
use rustgrpc_protobuf::json_format::{Parser, Printer};
use serde::{Deserialize, Serialize};

use serde_json::json;

use crate::schema::parsed;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Job {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start: Option<Timestamp>,
    timeouts: BTreeMap<String, Duration>,
    labels: Vec<Struct>,
}

#[test]
fn messages_within_a_struct() {
    let json = r#"{"name":"n","start":"1970-01-01T00:00:01Z","timeouts":{"read":"1.500s"},"labels":[{"a":[1.0,null]},{}]}"#;
    let job: Job = serde_json::from_str(json).unwrap();
    assert_eq!(job.start.as_ref().unwrap().seconds, 1);
    assert_eq!(job.timeouts["read"].nanos, 500_000_000);
    assert_eq!(serde_json::to_string(&job).unwrap(), json);
    let value = serde_json::to_value(&job).unwrap();
    assert_eq!(serde_json::from_value::<Job>(value).unwrap(), job);
    let none: Job = serde_json::from_str(r#"{"name":"n","timeouts":{},"labels":[]}"#).unwrap();
    assert_eq!(none.start, None);
}

#[test]
fn integers_are_exact_and_bytes_are_base64() {
    let number: UInt64Value = serde_json::from_str("18446744073709551615").unwrap();
    assert_eq!(number.value, u64::MAX);
    assert_eq!(
        serde_json::to_string(&number).unwrap(),
        "\"18446744073709551615\""
    );
    let bytes: BytesValue = serde_json::from_str("\"AP8\"").unwrap();
    assert_eq!(bytes.value, b"\x00\xff");
}

#[test]
fn values_obey_the_options_of_text() {
    let field = FieldDescriptorProto::new()
        .with_name("n")
        .with_json_name("é")
        .with_type(Type::INT32);
    let dict = Printer::new()
        .preserving_proto_field_name(true)
        .use_integers_for_enums(true)
        .serialize(&field, serde_json::value::Serializer)
        .unwrap();
    assert_eq!(dict, json!({"name": "n", "json_name": "é", "type": 5}));
    let mut read = FieldDescriptorProto::new().with_number(1);
    Parser::new().deserialize(dict, &mut read).unwrap();
    assert_eq!(read, field.with_number(1));

    let mut field = FieldDescriptorProto::default();
    let added = json!({"added": 1, "name": "n"});
    let error = Parser::new()
        .deserialize(added.clone(), &mut field)
        .unwrap_err();
    assert!(
        error.to_string().contains("no field named \"added\""),
        "{error}"
    );
    let lenient = Parser::new().ignore_unknown_fields(true);
    lenient.deserialize(added, &mut field).unwrap();
    assert_eq!(field.name(), "n");
    let nested = json!({"a": {"b": {}}});
    let shallow = Parser::new().max_recursion_depth(2);
    assert!(shallow.deserialize(nested, &mut Struct::default()).is_err());
}

#[test]
fn large_messages_come_back() {
    let file = descriptor_pb2::DESCRIPTOR.proto();
    let json = serde_json::to_string(file).unwrap();
    assert_eq!(
        &serde_json::from_str::<FileDescriptorProto>(&json).unwrap(),
        file
    );
    let any = Any::pack(&Duration::new().with_seconds(2));
    let json = serde_json::to_string(&any).unwrap();
    assert_eq!(
        json,
        r#"{"@type":"type.googleapis.com/google.protobuf.Duration","value":"2s"}"#
    );
    assert_eq!(serde_json::from_str::<Any>(&json).unwrap(), any);
}

#[test]
fn dynamic_messages_are_serialized() {
    let json =
        r#"{"fDouble":1.5,"fFloat":0.1,"fInt32":-7,"fUint32":4294967295,"fString":"é","cN":null}"#;
    let message = parsed("Item", json);
    assert_eq!(serde_json::to_string(&message).unwrap(), json);
}

#[test]
fn errors_are_the_formats_own() {
    let error = serde_json::from_str::<Duration>("\"5\"")
        .unwrap_err()
        .to_string();
    assert_eq!(error, "Duration must end with letter \"s\": 5. at Duration");
    for wrong in [r#"{"a": 1, "a": 2}"#, "null", "[]", &"[".repeat(1000)] {
        assert!(serde_json::from_str::<Struct>(wrong).is_err(), "{wrong}");
    }
    let beyond = Duration::new().with_nanos(i32::MAX);
    assert!(serde_json::to_string(&beyond).is_err());
}
