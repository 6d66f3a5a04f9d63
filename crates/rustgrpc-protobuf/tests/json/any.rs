//! `Any`: what it holds is written out.

use crate::schema::{POOL, all_become, all_fail, all_stay, descriptor, printed};
use rustgrpc_protobuf::google::protobuf::{Any, Duration, Struct, Value};
use rustgrpc_protobuf::json_format::{self, Parser, Printer, message_to_json};
use rustgrpc_protobuf::{DescriptorPool, Message};

#[test]
fn messages_and_well_known_types() {
    all_stay(
        "Item",
        &[
            r#"{"any": {}}"#,
            r#"{"any": {"@type": "type.googleapis.com/demo.v1.Item", "fInt32": 12345}}"#,
            r#"{"any": {"@type": "x/y/demo.v1.Item.Inner", "v": "x"}}"#,
            r#"{"any": {"@type": "type.googleapis.com/google.protobuf.Int32Value", "value": 1}}"#,
            r#"{"any": {"@type": "type.googleapis.com/google.protobuf.Duration", "value": "1.500s"}}"#,
            r#"{"any": {"@type": "type.googleapis.com/google.protobuf.Timestamp", "value": "1970-01-01T00:00:00Z"}}"#,
            r#"{"any": {"@type": "type.googleapis.com/google.protobuf.FieldMask", "value": "foo,barBaz"}}"#,
            r#"{"any": {"@type": "type.googleapis.com/google.protobuf.Struct", "value": {"foo": 1.0}}}"#,
            r#"{"any": {"@type": "type.googleapis.com/google.protobuf.Value", "value": null}}"#,
            r#"{"any": {"@type": "type.googleapis.com/google.protobuf.ListValue", "value": [1.0]}}"#,
            r#"{"any": {"@type": "type.googleapis.com/google.protobuf.Empty"}}"#,
            r#"{"any": {"@type": "type.googleapis.com/google.protobuf.Any", "value": {"@type": "type.googleapis.com/demo.v1.Loop", "next": {}}}}"#,
            r#"{"anys": [{}, {"@type": "type.googleapis.com/demo.v1.Loop"}]}"#,
        ],
    );
    all_become(
        "Item",
        &[
            (
                r#"{"any": {"fInt32": 5, "@type": "type.googleapis.com/demo.v1.Item"}}"#,
                r#"{"any": {"@type": "type.googleapis.com/demo.v1.Item", "fInt32": 5}}"#,
            ),
            (
                r#"{"any": {"value": "2s", "@type": "type.googleapis.com/google.protobuf.Duration"}}"#,
                r#"{"any": {"@type": "type.googleapis.com/google.protobuf.Duration", "value": "2s"}}"#,
            ),
        ],
    );
    all_fail(
        "Item",
        &[
            r#"{"any": []}"#,
            r#"{"any": "x"}"#,
            r#"{"any": {"value": "1s"}}"#,
            r#"{"any": {"@type": "", "value": ""}}"#,
            r#"{"any": {"@type": "not_a_url", "value": ""}}"#,
            r#"{"any": {"@type": 1}}"#,
            r#"{"any": {"@type": "type.googleapis.com/no.Such"}}"#,
            r#"{"any": {"@type": "type.googleapis.com/"}}"#,
            r#"{"any": {"@type": "type.googleapis.com/google.protobuf.Duration"}}"#,
            r#"{"any": {"@type": "type.googleapis.com/google.protobuf.Duration", "value": null}}"#,
            r#"{"any": {"@type": "type.googleapis.com/google.protobuf.Duration", "value": "1s", "x": 1}}"#,
            r#"{"any": {"@type": "type.googleapis.com/demo.v1.Loop", "no": 1}}"#,
            r#"{"any": {"@type": "type.googleapis.com/demo.v1.Loop", "@type": "type.googleapis.com/demo.v1.Loop"}}"#,
        ],
    );
}

#[test]
fn types_come_from_the_file_the_pool_and_the_well_known_ones() {
    let second = Duration::new().with_seconds(1);
    let json = message_to_json(&Any::pack(&second)).unwrap();
    assert_eq!(
        json,
        "{\n  \"@type\": \"type.googleapis.com/google.protobuf.Duration\",\n  \"value\": \"1s\"\n}"
    );
    let any: Any = json_format::parse(&json).unwrap();
    assert_eq!(any.unpack::<Duration>().unwrap(), second);

    let json = r#"{"@type": "type.googleapis.com/demo.v1.Loop", "next": {"next": {}}}"#;
    assert!(json_format::parse::<Any>(json).is_err());
    let any: Any = Parser::new().descriptor_pool(&POOL).parse(json).unwrap();
    assert_eq!(any.value, b"\x0a\x02\x0a\x00");
    assert_eq!(
        message_to_json(&any).unwrap_err().to_string(),
        "Can not find message descriptor by type_url: type.googleapis.com/demo.v1.Loop"
    );
    let printer = Printer::new().indent(None).descriptor_pool(&POOL);
    assert_eq!(printer.print(&any).unwrap(), json);
    let empty = DescriptorPool::new();
    assert!(Printer::new().descriptor_pool(&empty).print(&any).is_err());
}

#[test]
fn bytes_that_are_not_the_message_are_an_error() {
    let any = Any::new()
        .with_type_url("type.googleapis.com/google.protobuf.Duration")
        .with_value(b"\x08");
    assert!(message_to_json(&any).is_err());
    let untyped = Any::new().with_value(b"\x08\x01");
    assert!(message_to_json(&untyped).is_err());
}

#[test]
fn anys_in_anys_end_somewhere() {
    let mut any = Any::pack(&Struct::new().with_fields([("a", Value::default())]));
    for _ in 0..1000 {
        any = Any::pack(&any);
    }
    let bytes = any.serialize();
    let any = Any::parse(&bytes).unwrap();
    let error = message_to_json(&any).unwrap_err().to_string();
    assert_eq!(error, "Message too deep. Max recursion depth is 200");
    let json =
        r#"{"@type": "x/google.protobuf.Any", "value": "#.repeat(150) + "{}" + &"}".repeat(150);
    let error = Parser::new().parse_dynamic(&descriptor("Item"), &format!("{{\"any\": {json}}}"));
    assert!(error.unwrap_err().to_string().contains("Message too deep"));
    let json =
        r#"{"@type": "x/google.protobuf.Any", "value": "#.repeat(98) + "{}" + &"}".repeat(98);
    let message = Parser::new().parse_dynamic(&descriptor("Item"), &format!("{{\"any\": {json}}}"));
    assert_eq!(printed(&message.unwrap()), format!("{{\"any\": {json}}}"));
}
