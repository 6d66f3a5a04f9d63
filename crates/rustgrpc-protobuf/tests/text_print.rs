//! Messages that are written.

mod schema;

use rustgrpc_protobuf::google::protobuf::descriptor_pb2::FieldOptions;
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::field_options::OptionTargetType;
use rustgrpc_protobuf::google::protobuf::{
    Any, DescriptorProto, Duration, FieldDescriptorProto, StringValue, Struct, Value,
};
use rustgrpc_protobuf::reflect::ValueRef;
use rustgrpc_protobuf::text_format::{Parser, Printer, message_to_string};
use rustgrpc_protobuf::{Message, UnknownFields};

#[test]
fn options() {
    let message = DescriptorProto::new()
        .with_name("x")
        .with_field([FieldDescriptorProto::new()
            .with_name("é")
            .with_number(3)
            .with_options(FieldOptions::new().with_targets([
                OptionTargetType::TARGET_TYPE_FILE,
                OptionTargetType::TARGET_TYPE_EXTENSION_RANGE,
            ]))])
        .with_reserved_name(["a", "b"]);
    let one_line = Printer::new().as_one_line(true);
    // As text_format.MessageToString of protobuf 7.36.2 wrote them.
    let cases = [
        (
            Printer::new(),
            "name: \"x\"\nfield {\n  name: \"é\"\n  number: 3\n  options {\n    targets: TARGET_TYPE_FILE\n    targets: TARGET_TYPE_EXTENSION_RANGE\n  }\n}\nreserved_name: \"a\"\nreserved_name: \"b\"\n",
        ),
        (
            one_line.clone(),
            "name: \"x\" field { name: \"é\" number: 3 options { targets: TARGET_TYPE_FILE targets: TARGET_TYPE_EXTENSION_RANGE } } reserved_name: \"a\" reserved_name: \"b\"",
        ),
        (
            one_line.clone().use_short_repeated_primitives(true),
            "name: \"x\" field { name: \"é\" number: 3 options { targets: [TARGET_TYPE_FILE, TARGET_TYPE_EXTENSION_RANGE] } } reserved_name: \"a\" reserved_name: \"b\"",
        ),
        (
            one_line.clone().use_field_number(true),
            "1: \"x\" 2 { 1: \"é\" 3: 3 8 { 19: TARGET_TYPE_FILE 19: TARGET_TYPE_EXTENSION_RANGE } } 10: \"a\" 10: \"b\"",
        ),
        (
            one_line.clone().pointy_brackets(true).force_colon(true),
            "name: \"x\" field: < name: \"é\" number: 3 options: < targets: TARGET_TYPE_FILE targets: TARGET_TYPE_EXTENSION_RANGE > > reserved_name: \"a\" reserved_name: \"b\"",
        ),
        (
            Printer::new()
                .as_utf8(false)
                .indent(2)
                .pointy_brackets(true),
            "  name: \"x\"\n  field <\n    name: \"\\303\\251\"\n    number: 3\n    options <\n      targets: TARGET_TYPE_FILE\n      targets: TARGET_TYPE_EXTENSION_RANGE\n    >\n  >\n  reserved_name: \"a\"\n  reserved_name: \"b\"\n",
        ),
    ];
    for (printer, expected) in cases {
        assert_eq!(printer.message_to_string(&message), expected);
    }
}

#[test]
fn fields_and_their_values() {
    let duration = Duration::new().with_seconds(5);
    let descriptor = FieldDescriptorProto::descriptor();
    let name = descriptor.field_by_name("name").unwrap();
    let options = descriptor.field_by_name("options").unwrap();
    let printer = Printer::new().indent(2);
    // As text_format.PrintField and PrintFieldValue of protobuf 7.36.2 wrote them.
    let cases = [
        (
            &printer,
            &name,
            ValueRef::String("x"),
            "  name: \"x\"\n",
            "\"x\"",
        ),
        (
            &printer,
            &options,
            ValueRef::Message(&duration),
            "  options {\n    seconds: 5\n  }\n",
            "{\n    seconds: 5\n  }",
        ),
        (
            &printer.clone().as_one_line(true).use_field_number(true),
            &options,
            ValueRef::Message(&duration),
            "  8 {   1: 5 } ",
            "{   1: 5 }",
        ),
    ];
    for (printer, field, value, with_name, alone) in cases {
        let mut text = String::new();
        printer.write_field(field, value, &mut text).unwrap();
        assert_eq!(text, with_name);
        text.clear();
        printer.write_field_value(field, value, &mut text).unwrap();
        assert_eq!(text, alone);
    }
}

#[test]
fn messages_in_a_way_of_their_own() {
    let message = Struct::new().with_fields([("a", Value::new().with_number_value(1.0))]);
    let formatting = |name: &'static str| {
        Printer::new().message_formatter(move |message, indent, as_one_line| {
            let is_it = message.message_descriptor().name() == name;
            is_it.then(|| format!("<<{name} {indent} {as_one_line}>>"))
        })
    };
    // As text_format.MessageToString(…, message_formatter=…) of protobuf 7.36.2 wrote them.
    let cases = [
        (
            formatting("Value"),
            "fields {\n  key: \"a\"\n  value {\n    <<Value 4 false>>\n  }\n}\n",
        ),
        (
            formatting("Value").as_one_line(true),
            "fields { key: \"a\" value { <<Value 0 true>> } }",
        ),
        (formatting("Struct"), "<<Struct 0 false>>\n"),
        (
            formatting("Struct").as_one_line(true).indent(4),
            "    <<Struct 4 true>>",
        ),
    ];
    for (printer, expected) in cases {
        assert_eq!(printer.message_to_string(&message), expected);
    }
}

#[test]
fn order() {
    // extendee (2) stands before number (3) in the schema, and both before label (4); by number too:
    // type_name is 6, and stands behind type (5). In DescriptorProto `extension` (6) precedes `nested_type` (3).
    let message = DescriptorProto::new()
        .with_nested_type([DescriptorProto::new().with_name("n")])
        .with_extension([FieldDescriptorProto::new().with_name("e")]);
    let printer = Printer::new().as_one_line(true);
    let by_number = r#"nested_type { name: "n" } extension { name: "e" }"#;
    let by_index = r#"extension { name: "e" } nested_type { name: "n" }"#;
    assert_eq!(printer.message_to_string(&message), by_number);
    let printer = printer.use_index_order(true);
    assert_eq!(printer.message_to_string(&message), by_index);
}

#[test]
fn unknown_fields() {
    let bytes = b"\x50\x07\x5a\x02hi\x62\x02\x08\x01\x6b\x08\x01\x6c\x72\x00\x7d\x01\x00\x00\x00\x82\x01\x01\xff";
    let message = Duration::parse(bytes).unwrap();
    assert_eq!(message_to_string(&message), "");
    let printer = Printer::new().print_unknown_fields(true);
    let lines = "10: 7\n11 {\n  13: 105\n}\n12 {\n  1: 1\n}\n13 {\n  1: 1\n}\n14: \"\"\n15: 1\n16: \"\\377\"\n";
    assert_eq!(printer.message_to_string(&message), lines);
    let line = r#"10: 7 11 { 13: 105 } 12 { 1: 1 } 13 { 1: 1 } 14: "" 15: 1 16: "\377""#;
    assert_eq!(printer.as_one_line(true).message_to_string(&message), line);
    // Bytes within bytes within bytes: guessed ten levels deep and no further.
    let mut nested = vec![8, 1];
    for _ in 0..40 {
        nested.splice(0..0, [10, nested.len() as u8]);
    }
    let message = Duration {
        unknown_fields: UnknownFields::from_bytes(&nested).unwrap(),
        ..Default::default()
    };
    let printer = Printer::new().print_unknown_fields(true).as_one_line(true);
    // Field 1 is known by number, so the outermost level is a wrong wire type.
    let text = printer.message_to_string(&message);
    assert_eq!(text.matches('{').count(), 10, "{text}");
}

#[test]
fn extensions_stand_by_name_where_they_are_found() {
    let mut message = schema::new("every.All");
    let parser = Parser::new().descriptor_pool(&schema::POOL);
    let text = r#"i32: 1 [every.ext_i32]: 2 [every.ext_all] { [every.ext_names]: "x" }"#;
    parser.parse_into(text, &mut message).unwrap();
    let printer = Printer::new().as_one_line(true);
    assert_eq!(printer.message_to_string(&message), text);
    assert_eq!(
        Printer::new()
            .use_field_number(true)
            .as_one_line(true)
            .message_to_string(&message),
        r#"1: 1 100: 2 102 { 101: "x" }"#
    );
    // Options are generated messages, which keep extensions as they came.
    let options = schema::descriptor("every.Titled")
        .proto()
        .options
        .clone()
        .unwrap();
    assert!(!options.unknown_fields.is_empty());
    assert_eq!(printer.message_to_string(&options), "");
    let with_pool = printer.clone().descriptor_pool(&schema::POOL);
    assert_eq!(
        with_pool.message_to_string(&options),
        r#"[every.title]: "A title""#
    );
    let unknown = printer
        .print_unknown_fields(true)
        .message_to_string(&options);
    assert_eq!(unknown, r#"50001: "A title""#);
    let with_pool = with_pool.print_unknown_fields(true);
    assert_eq!(
        with_pool.message_to_string(&options),
        r#"[every.title]: "A title""#
    );
}

#[test]
fn packed_messages_stand_by_their_fields_where_their_type_is_found() {
    let second = Any::pack(&Duration::new().with_seconds(1));
    assert_eq!(
        message_to_string(&second),
        "[type.googleapis.com/google.protobuf.Duration] {\n  seconds: 1\n}\n"
    );
    let printer = Printer::new()
        .force_colon(true)
        .pointy_brackets(true)
        .indent(2);
    assert_eq!(
        printer.message_to_string(&second),
        "  [type.googleapis.com/google.protobuf.Duration]: <\n    seconds: 1\n  >\n"
    );
    assert_eq!(
        second.to_string(),
        "type_url: \"type.googleapis.com/google.protobuf.Duration\"\nvalue: \"\\010\\001\"\n",
        "str(any) in Python"
    );
    let outer = Any::pack(&Any::pack(&StringValue::new().with_value("x")));
    let one_line = Printer::new().as_one_line(true);
    assert_eq!(
        one_line.message_to_string(&outer),
        r#"[type.googleapis.com/google.protobuf.Any] { [type.googleapis.com/google.protobuf.StringValue] { value: "x" } }"#
    );
    let malformed = Any {
        value: b"\x0a".to_vec(),
        ..second.clone()
    };
    let unknown = Any {
        type_url: "t/no.Such".into(),
        ..second
    };
    for (any, text) in [
        (
            malformed,
            r#"type_url: "type.googleapis.com/google.protobuf.Duration" value: "\n""#,
        ),
        (unknown, r#"type_url: "t/no.Such" value: "\010\001""#),
        (Any::default(), ""),
    ] {
        assert_eq!(one_line.message_to_string(&any), text);
    }
}
