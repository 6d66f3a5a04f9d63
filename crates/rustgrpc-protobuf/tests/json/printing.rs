//! The printer's options, against what Python prints.

use crate::schema::{descriptor, parsed};
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::{self, FileDescriptorProto};
use rustgrpc_protobuf::google::protobuf::{NullValue, Struct, Value};
use rustgrpc_protobuf::json_format::{self, Parser, Printer, message_to_json};
use rustgrpc_protobuf::reflect::DynamicMessage;
use rustgrpc_protobuf::{DescriptorPool, Message};

/// The row of what Python's `MessageToJson(indent=None)` makes of a message.
#[test]
fn a_message_as_python_prints_it() {
    let json = r#"{"fDouble": 1.5, "fInt64": "9007199254740992", "fBytes": "AP8=", "kind": "B", "inner": {"v": "x"}, "optI": 0, "nums": [1, 2], "counts": {"a": 1}, "byId": {"3": {"v": "q"}}, "cI": 0, "ts": "1970-01-01T00:00:01.005Z", "dur": "-1.500s", "st": {"k": [1.0, null, true, {"n": "s"}]}, "mask": "aB,c.dE", "wString": "w", "camelCase": "c", "otherName": "r"}"#;
    let message = parsed("Item", json);
    assert_eq!(Printer::new().indent(None).print(&message).unwrap(), json);
    let indented = r#"{
  "inner": {},
  "nums": [
    1,
    2
  ],
  "counts": {
    "a": 1
  },
  "list": []
}"#;
    let message = parsed("Item", indented);
    assert_eq!(message_to_json(&message).unwrap(), indented);
    assert_eq!(Printer::new().print(&message).unwrap(), indented);
    assert_eq!(
        Printer::new().indent(4).print(&message).unwrap(),
        indented.replace("  ", "    ")
    );
    assert_eq!(
        Printer::new().indent(0).print(&message).unwrap(),
        indented.replace("  ", "")
    );
    assert_eq!(message_to_json(&parsed("Item", "{}")).unwrap(), "{}");
}

#[test]
fn names_numbers_and_order() {
    let message = parsed(
        "Item",
        r#"{"fInt64": 9007199254740993, "kind": "B", "otherName": "r", "counts": {"b": 1, "a": 2}, "st": {"z": 1, "y": 2}, "fUint64": 16, "nulls": [null], "byId": {"10": {}, "9": {}}}"#,
    );
    let one_line = Printer::new().indent(None);
    assert_eq!(
        one_line
            .preserving_proto_field_name(true)
            .use_integers_for_enums(true)
            .print(&message)
            .unwrap(),
        r#"{"f_int64": "9007199254740993", "f_uint64": "16", "kind": 2, "counts": {"a": 2, "b": 1}, "by_id": {"9": {}, "10": {}}, "st": {"y": 2.0, "z": 1.0}, "renamed": "r", "nulls": [0]}"#
    );
    assert_eq!(
        one_line
            .sort_keys(true)
            .unquote_int64_if_possible(true)
            .print(&message)
            .unwrap(),
        r#"{"byId": {"10": {}, "9": {}}, "counts": {"a": 2, "b": 1}, "fInt64": "9007199254740993", "fUint64": 16, "kind": "B", "nulls": [null], "otherName": "r", "st": {"y": 2.0, "z": 1.0}}"#
    );
    let limits = parsed(
        "Item",
        r#"{"fInt64": 9223372036854775807, "fSint64": -9223372036854775808, "fUint64": 18446744073709551615}"#,
    );
    assert_eq!(
        one_line
            .unquote_int64_if_possible(true)
            .print(&limits)
            .unwrap(),
        r#"{"fInt64": "9223372036854775807", "fUint64": "18446744073709551615", "fSint64": -9223372036854775808}"#
    );
}

#[test]
fn fields_without_presence_can_be_printed_always() {
    let printer = Printer::new()
        .indent(None)
        .always_print_fields_with_no_presence(true);
    let message = parsed("Loop", r#"{"next": {}}"#);
    assert_eq!(
        printer.print(&message).unwrap(),
        r#"{"next": {"all": []}, "all": []}"#
    );
    let legacy = parsed("Legacy", "{}");
    assert_eq!(
        printer.print(&legacy).unwrap(),
        r#"{"colours": [], "named": {}}"#
    );
    let item = parsed("Item", r#"{"fString": "x", "ts": "1970-01-01T00:00:00Z"}"#);
    assert_eq!(
        printer.print(&item).unwrap(),
        r#"{"fString": "x", "ts": "1970-01-01T00:00:00Z", "fDouble": 0.0, "fFloat": 0.0, "fInt32": 0, "fInt64": "0", "fUint32": 0, "fUint64": "0", "fSint32": 0, "fSint64": "0", "fFixed32": 0, "fFixed64": "0", "fSfixed32": 0, "fSfixed64": "0", "fBool": false, "fBytes": "", "kind": "UNKNOWN", "nums": [], "inners": [], "kinds": [], "counts": {}, "byId": {}, "byBool": {}, "byLong": {}, "byUlong": {}, "byUint": {}, "values": [], "anys": [], "null": null, "camelCase": "", "otherName": "", "nulls": [], "valueMap": {}}"#
    );
    let value = Value::new().with_null_value(NullValue(7));
    assert_eq!(printer.print(&value).unwrap(), "null");
}

#[test]
fn errors_name_the_innermost_field() {
    let mut message = parsed("Item", r#"{"child": {"dur": "0s"}}"#);
    let bytes = message.serialize();
    // The duration's seconds, and as nanoseconds 2,000,000,000.
    let mut wrong = bytes.clone();
    let at = wrong.len() - 4;
    assert_eq!(wrong.split_off(at), b"\x03\xa2\x02\x00".to_vec());
    wrong.extend_from_slice(b"\x09\xa2\x02\x06\x10\x80\xa8\xd6\xb9\x07");
    message = DynamicMessage::parse(&descriptor("Item"), &wrong).unwrap();
    assert_eq!(
        message_to_json(&message).unwrap_err().to_string(),
        "Failed to serialize dur field: Duration is not valid: Nanos 2000000000 must be in range [-999999999, 999999999].."
    );
}

/// Generated code and descriptors alone come to the same text.
#[test]
fn generated_and_dynamic_messages_agree() {
    for file in [
        descriptor_pb2::DESCRIPTOR.proto(),
        rustgrpc_protobuf::google::protobuf::struct_pb2::DESCRIPTOR.proto(),
        rustgrpc_protobuf::google::protobuf::compiler::plugin_pb2::DESCRIPTOR.proto(),
    ] {
        let json = message_to_json(file).unwrap();
        assert_eq!(
            &json_format::parse::<FileDescriptorProto>(&json).unwrap(),
            file
        );
        let descriptor = FileDescriptorProto::descriptor();
        let dynamic = DynamicMessage::parse(&descriptor, &file.serialize()).unwrap();
        assert_eq!(message_to_json(&dynamic).unwrap(), json);
        let dynamic = Parser::new().parse_dynamic(&descriptor, &json).unwrap();
        assert_eq!(dynamic.serialize(), file.serialize());
    }
    let json = r#"{"a": [null, true, "x", {"b": 1.5}], "c": {}}"#;
    let generated: Struct = json_format::parse(json).unwrap();
    let dynamic = Parser::new()
        .parse_dynamic(&Struct::descriptor(), json)
        .unwrap();
    let printer = Printer::new().indent(None);
    assert_eq!(printer.print(&generated).unwrap(), json);
    assert_eq!(printer.print(&dynamic).unwrap(), json);
    assert_eq!(Struct::parse(&dynamic.serialize()).unwrap(), generated);
}

#[test]
fn pools_are_only_asked_for_what_a_message_needs() {
    let empty = DescriptorPool::new();
    let message = parsed("Item", r#"{"fInt32": 1}"#);
    let printer = Printer::new().indent(None).descriptor_pool(&empty);
    assert_eq!(printer.print(&message).unwrap(), r#"{"fInt32": 1}"#);
}
