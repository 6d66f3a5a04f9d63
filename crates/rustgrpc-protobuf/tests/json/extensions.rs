//! Extensions, groups and message sets: kept among unknown fields, written by name.

use crate::schema::{POOL, all_become, all_fail, all_stay, descriptor, parsed, printed};
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::FieldOptions;
use rustgrpc_protobuf::json_format::{self, Parser, Printer, message_to_json};
use rustgrpc_protobuf::reflect::{DynamicMessage, Reflect};
use rustgrpc_protobuf::{DescriptorPool, Message};

#[test]
fn extensions_have_their_full_names() {
    all_stay(
        "Legacy",
        &[
            r#"{"[demo.v1.ext_long]": "-5"}"#,
            r#"{"[demo.v1.ext_names]": ["a", "b"]}"#,
            r#"{"id": 1, "[demo.v1.ext_message]": {"id": 2, "[demo.v1.ext_long]": "3"}}"#,
            r#"{"[demo.v1.ext_colour]": "GREEN", "[demo.v1.ext_colours]": ["RED", "GREEN"]}"#,
            r#"{"[demo.v1.ext_packed]": [1, -2]}"#,
            r#"{"[demo.v1.extgroup]": {"n": 7}}"#,
            r#"{"data": {"text": "x"}, "[demo.v1.Scope.nested]": "AP8="}"#,
        ],
    );
    all_become(
        "Legacy",
        &[
            (r#"{"[demo.v1.ext_long]": null}"#, "{}"),
            (r#"{"[demo.v1.ext_names]": []}"#, "{}"),
            (
                r#"{"[demo.v1.ext_long]": 0}"#,
                r#"{"[demo.v1.ext_long]": "0"}"#,
            ),
            (
                r#"{"[demo.v1.Scope.nested]": "AA", "[demo.v1.ext_long]": 1}"#,
                r#"{"[demo.v1.ext_long]": "1", "[demo.v1.Scope.nested]": "AA=="}"#,
            ),
        ],
    );
    all_fail(
        "Legacy",
        &[
            r#"{"[demo.v1.no_such]": 1}"#,
            r#"{"demo.v1.ext_long": 1}"#,
            r#"{"ext_long": 1}"#,
            r#"{"[demo.v1.ext_long]": "x"}"#,
            r#"{"[demo.v1.ext_long]": 1, "[demo.v1.ext_long]": 2}"#,
            r#"{"[demo.v1.Legacy]": {}}"#,
            r#"{"[]": 1}"#,
            r#"{"[": 1}"#,
        ],
    );
    all_fail("Item", &[r#"{"[demo.v1.ext_long]": 1}"#]);
}

#[test]
fn what_an_extension_does_not_know_is_left_out() {
    // A closed enum's number 9, and number 2; a string where a number belongs; number 199.
    let bytes = b"\xb8\x06\x09\xd0\x06\x09\xd0\x06\x02\xa2\x06\x01x\xb8\x0c\x01";
    let message = DynamicMessage::parse(&descriptor("Legacy"), bytes).unwrap();
    assert_eq!(printed(&message), r#"{"[demo.v1.ext_colours]": ["GREEN"]}"#);
    // A message that is cut off: ext_message with a length beyond its end.
    let bytes = b"\xb2\x06\x02\x0a\x05\xa0\x06\x05";
    let message = DynamicMessage::parse(&descriptor("Legacy"), bytes).unwrap();
    assert_eq!(printed(&message), r#"{"[demo.v1.ext_long]": "5"}"#);
}

#[test]
fn merging_an_extension_replaces_values_and_merges_messages() {
    let before = parsed(
        "Legacy",
        r#"{"[demo.v1.ext_long]": 1, "[demo.v1.ext_names]": ["a"], "[demo.v1.ext_message]": {"id": 1}, "[demo.v1.ext_packed]": [1]}"#,
    );
    let json = r#"{"[demo.v1.ext_long]": 2, "[demo.v1.ext_names]": ["b"], "[demo.v1.ext_message]": {"plain": "y"}, "[demo.v1.ext_packed]": null}"#;
    let expected = r#"{"[demo.v1.ext_long]": "2", "[demo.v1.ext_names]": ["b"], "[demo.v1.ext_message]": {"id": 1, "plain": "y"}}"#;
    // As fields, among the unknown fields, and read over a pool.
    let bytes = before.serialize();
    let mut unknown = DynamicMessage::parse(&descriptor("Legacy"), &bytes).unwrap();
    assert_eq!(unknown.unknown().unwrap().iter().count(), 4);
    let mut known = DynamicMessage::with_pool(descriptor("Legacy"), &POOL);
    known.merge(&bytes).unwrap();
    for message in [&mut before.clone(), &mut unknown, &mut known] {
        Parser::new().merge(json, message).unwrap();
        assert_eq!(printed(message), expected);
        let again = DynamicMessage::parse(&descriptor("Legacy"), &message.serialize());
        assert_eq!(printed(&again.unwrap()), expected);
    }
}

#[test]
fn message_sets() {
    all_stay(
        "Set",
        &[r#"{"[demo.v1.Member.message_set_extension]": {"text": "x"}}"#],
    );
    all_become(
        "Set",
        &[(
            r#"{"[demo.v1.Member]": {"text": "x"}}"#,
            r#"{"[demo.v1.Member.message_set_extension]": {"text": "x"}}"#,
        )],
    );
    let mut message = parsed(
        "Set",
        r#"{"[demo.v1.Member.message_set_extension]": {"text": "x"}}"#,
    );
    // A group 1 of number 2 (the type) and number 3 (the message).
    assert_eq!(
        message.serialize(),
        b"\x0b\x10\xf9\xbb\x5e\x1a\x03\x0a\x01x\x0c"
    );
    message = DynamicMessage::parse(&descriptor("Set"), &message.serialize()).unwrap();
    let json = r#"{"[demo.v1.Member.message_set_extension]": null}"#;
    Parser::new().merge(json, &mut message).unwrap();
    assert_eq!(printed(&message), "{}");
}

/// A generated message, and extensions from a pool that was read at run time.
#[test]
fn generated_messages_take_extensions_from_a_pool() {
    let folder = std::env::temp_dir().join(format!("rustgrpc-json-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let proto = "syntax = \"proto3\"; package opt; import \"google/protobuf/descriptor.proto\";\
        extend google.protobuf.FieldOptions { repeated Rule rule = 50000; }\
        message Rule { string text = 1; }";
    std::fs::write(folder.join("options.proto"), proto).unwrap();
    let files = protox::compile(["options.proto"], [&folder]).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let set = prost::Message::encode_to_vec(&files);
    let pool = DescriptorPool::from_descriptor_set(&set).unwrap();

    let json = r#"{"deprecated": true, "[opt.rule]": [{"text": "a"}, {}]}"#;
    assert!(json_format::parse::<FieldOptions>(json).is_err());
    let options: FieldOptions = Parser::new().descriptor_pool(&pool).parse(json).unwrap();
    assert_eq!(
        options.serialize(),
        b"\x18\x01\x82\xb5\x18\x03\x0a\x01a\x82\xb5\x18\x00"
    );
    assert_eq!(
        message_to_json(&options).unwrap(),
        "{\n  \"deprecated\": true\n}"
    );
    let printer = Printer::new().indent(None).descriptor_pool(&pool);
    assert_eq!(printer.print(&options).unwrap(), json);
    assert!(POOL.extension("opt.rule").is_none());
}
