//! The JSON language itself, and the places of errors in it.

use crate::schema::{all_become, all_fail, descriptor, refusal};
use rustgrpc_protobuf::json_format::Parser;

#[test]
fn what_is_no_json() {
    all_fail(
        "Item",
        &[
            "",
            " ",
            "{",
            "}",
            "{]",
            "[}",
            "{}{}",
            "{} x",
            "nul",
            "null",
            "true",
            "1",
            "\"x\"",
            "[]",
            "[{}]",
            "{,}",
            r#"{"fInt32": 1,}"#,
            r#"{"fInt32": 1 , }"#,
            r#"{"fInt32" 1}"#,
            r#"{"fInt32":}"#,
            r#"{"fInt32": 1 "fInt64": 1}"#,
            r#"{"nums": [1,]}"#,
            r#"{"nums": [1, ]}"#,
            r#"{"nums": [,1]}"#,
            r#"{"nums": [1 2]}"#,
            r#"{"nums": [1"#,
            "{/* comment */}",
            "{} // comment",
            "{\"fInt32\":\u{a0}1}",
            "\u{feff}{}",
            "{\"fString\": \"\u{0}\"}",
        ],
    );
    all_become("Item", &[(" \t\r\n{ \t\r\n}\n ", "{}")]);
}

#[test]
fn names_stand_once() {
    all_fail(
        "Item",
        &[
            r#"{"fInt32": 1, "fInt32": 1}"#,
            r#"{"fInt32": 1, "f_int32": 1}"#,
            r#"{"f_int32": 1, "fInt32": null}"#,
            r#"{"counts": {"a": 1, "a": 1}}"#,
            r#"{"st": {"a": 1, "\u0061": 1}}"#,
        ],
    );
    // Beyond a few names, they are remembered in another way.
    let names: Vec<_> = (0..100)
        .map(|index| format!("\"k{index}\": {index}"))
        .collect();
    let names = names.join(", ");
    let message = format!("{{\"st\": {{{names}}}}}");
    assert!(
        Parser::new()
            .parse_dynamic(&descriptor("Item"), &message)
            .is_ok()
    );
    for again in ["k0", "k15", "k16", "k99"] {
        let message = format!("{{\"st\": {{{names}, \"{again}\": 1}}}}");
        let error = refusal("Item", &message);
        assert_eq!(
            error,
            format!("Failed to load JSON: Failed to load JSON: duplicate key {again}..")
        );
    }
}

#[test]
fn python_says_it_so() {
    let cases = [
        (
            "{",
            "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
        (
            "{bad",
            "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
        ("", "Expecting value: line 1 column 1 (char 0)"),
        ("{} x", "Extra data: line 1 column 4 (char 3)"),
        (
            "{\n \"é\" 1}",
            "Expecting ':' delimiter: line 2 column 6 (char 7)",
        ),
        (
            "{\"a\": 1 2}",
            "Expecting ',' delimiter: line 1 column 9 (char 8)",
        ),
        (
            "{\"a\": 1.}",
            "Expecting ',' delimiter: line 1 column 8 (char 7)",
        ),
        (
            "{\"a\": \"\\u12\"}",
            "Invalid \\uXXXX escape: line 1 column 9 (char 8)",
        ),
        (
            "{\"a\": \"x",
            "Unterminated string starting at: line 1 column 7 (char 6)",
        ),
        (
            "{\"a\": \"\t\"}",
            "Invalid control character at: line 1 column 8 (char 7)",
        ),
    ];
    for (json, expected) in cases {
        let error = refusal("Item", json);
        assert_eq!(error, format!("Failed to load JSON: {expected}."), "{json}");
    }
    let cases = [
        (
            r#"{"fString": 1}"#,
            "Failed to parse fString field: expected string or bytes-like object, got 'int'.",
        ),
        (
            r#"{"kind": "QQ"}"#,
            "Failed to parse kind field: Invalid enum value QQ for enum type demo.v1.Item.Kind at Item.kind.",
        ),
        (
            r#"{"fInt32": 1099511627776}"#,
            "Failed to parse fInt32 field: Value out of range: 1099511627776.",
        ),
        (
            r#"{"cS": "x", "cI": 1}"#,
            "Message type \"demo.v1.Item\" should not have multiple \"choice\" oneof fields at \"Item\".",
        ),
        (
            r#"{"fInt32": 1.5}"#,
            "Failed to parse fInt32 field: Couldn't parse integer: 1.5 at Item.fInt32.",
        ),
        (
            r#"{"fInt32": "x"}"#,
            "Failed to parse fInt32 field: invalid literal for int() with base 10: 'x'.",
        ),
        (
            r#"{"fInt32": "1.5"}"#,
            "Failed to parse fInt32 field: Couldn't parse non-integer string: \"1.5\" at Item.fInt32.",
        ),
        (
            r#"{"fBool": "true"}"#,
            "Failed to parse fBool field: Expected true or false without quotes at Item.fBool.",
        ),
        (
            r#"{"nums": 1}"#,
            "Failed to parse nums field: repeated field nums must be in [] which is 1 at Item.nums.",
        ),
        (
            r#"{"nums": [1, null]}"#,
            "Failed to parse nums field: null is not allowed to be used as an element in a repeated field at Item.nums[1].",
        ),
        (
            r#"{"inners": [{"v": "a"}, {"v": 5}]}"#,
            "Failed to parse inners field: Failed to parse v field: expected string or bytes-like object, got 'int'..",
        ),
        (
            r#"{"dur": "5"}"#,
            "Failed to parse dur field: Duration must end with letter \"s\": 5. at Item.dur.",
        ),
        (
            r#"{"any": {"@type": "type.googleapis.com/no.Such"}}"#,
            "Failed to parse any field: Can not find message descriptor by type_url: type.googleapis.com/no.Such at Item.any.",
        ),
        (
            r#"{"any": {"x": 1}}"#,
            "Failed to parse any field: @type is missing when parsing any message at Item.any.",
        ),
    ];
    for (json, expected) in cases {
        assert_eq!(refusal("Item", json), expected, "{json}");
    }
    assert_eq!(
        refusal("Loop", r#"{"zz": 1}"#),
        "Message type \"demo.v1.Loop\" has no field named \"zz\" at \"Loop\".\n Available Fields(except extensions): \"['next', 'all']\""
    );
}

#[test]
fn errors_have_a_path_and_a_place() {
    let json = "{\n  \"inners\": [\n    {},\n    {\"é\": 1, \"v\": 5}\n  ]\n}";
    let parser = Parser::new().ignore_unknown_fields(true);
    let error = parser.parse_dynamic(&descriptor("Item"), json).unwrap_err();
    assert_eq!(error.path(), "Item.inners[1].v");
    assert_eq!((error.line(), error.column()), (4, 19));
    let error = Parser::new()
        .parse_dynamic(&descriptor("Item"), "{\n x")
        .unwrap_err();
    assert_eq!((error.path(), error.line(), error.column()), ("", 2, 2));
}
