//! Fields: names, presence, null, oneofs, lists and maps.

use crate::schema::{all_become, all_fail, all_stay, descriptor, parsed, printed};
use rustgrpc_protobuf::json_format::Parser;

#[test]
fn fields_have_two_names() {
    all_become(
        "Item",
        &[
            (r#"{"fInt32": 1}"#, r#"{"fInt32": 1}"#),
            (r#"{"f_int32": 1}"#, r#"{"fInt32": 1}"#),
            (r#"{"camelCase": "c"}"#, r#"{"camelCase": "c"}"#),
            (r#"{"renamed": "r"}"#, r#"{"otherName": "r"}"#),
            (r#"{"otherName": "r"}"#, r#"{"otherName": "r"}"#),
            (r#"{"opt\u0053": "r"}"#, r#"{"optS": "r"}"#),
        ],
    );
    all_fail(
        "Item",
        &[r#"{"FInt32": 1}"#, r#"{"other_name": "r"}"#, r#"{"": 1}"#],
    );
}

#[test]
fn presence() {
    all_become(
        "Item",
        &[
            (
                r#"{"fInt32": 0, "fString": "", "nums": [], "counts": {}}"#,
                "{}",
            ),
            (r#"{"optI": 0, "optS": ""}"#, r#"{"optS": "", "optI": 0}"#),
            (
                r#"{"inner": {}, "empty": {}}"#,
                r#"{"inner": {}, "empty": {}}"#,
            ),
            (r#"{"cI": 0}"#, r#"{"cI": 0}"#),
            (r#"{"cM": {}}"#, r#"{"cM": {}}"#),
            (
                r#"{"wString": "", "wInt64": "0", "wBool": false}"#,
                r#"{"wString": "", "wInt64": "0", "wBool": false}"#,
            ),
        ],
    );
    all_stay(
        "Legacy",
        &[r#"{"id": 0, "colour": "RED", "data": {"text": ""}}"#, "{}"],
    );
}

#[test]
fn null_is_the_lack_of_a_value() {
    let all: Vec<_> = descriptor("Item")
        .fields()
        .filter(|field| !["cN", "cV", "value", "null"].contains(&field.json_name()))
        .map(|field| format!("\"{}\": null", field.json_name()))
        .collect();
    all_become(
        "Item",
        &[
            (&format!("{{{}}}", all.join(", ")), "{}"),
            (r#"{"value": null}"#, r#"{"value": null}"#),
            (r#"{"null": null}"#, "{}"),
            (r#"{"cN": null}"#, r#"{"cN": null}"#),
            (r#"{"cN": "NULL_VALUE"}"#, r#"{"cN": null}"#),
            (r#"{"cN": 0}"#, r#"{"cN": null}"#),
            (r#"{"cV": null}"#, r#"{"cV": null}"#),
            (r#"{"values": [null, 1]}"#, r#"{"values": [null, 1.0]}"#),
            (r#"{"nulls": [null, null]}"#, r#"{"nulls": [null, null]}"#),
            (
                r#"{"valueMap": {"a": null}}"#,
                r#"{"valueMap": {"a": null}}"#,
            ),
        ],
    );
    all_fail(
        "Item",
        &[
            r#"{"nums": [null]}"#,
            r#"{"inners": [null]}"#,
            r#"{"kinds": [null]}"#,
            r#"{"anys": [null]}"#,
            r#"{"counts": {"a": null}}"#,
            r#"{"byId": {"1": null}}"#,
            r#"{"counts": {null: 1}}"#,
        ],
    );
}

#[test]
fn a_oneof_is_set_once() {
    all_become(
        "Item",
        &[
            (r#"{"cS": null, "cI": 1}"#, r#"{"cI": 1}"#),
            (r#"{"cI": 1, "cS": null}"#, r#"{"cI": 1}"#),
            (r#"{"cI": 1, "cM": null}"#, r#"{"cI": 1}"#),
        ],
    );
    all_fail(
        "Item",
        &[
            r#"{"cS": "a", "cI": 1}"#,
            r#"{"cS": "a", "cM": {}}"#,
            r#"{"cS": "a", "cN": null}"#,
        ],
    );
    let parser = Parser::new().ignore_unknown_fields(true);
    let message = parser
        .parse_dynamic(&descriptor("Item"), r#"{"cK": "NO_SUCH"}"#)
        .unwrap();
    assert_eq!(
        printed(&message),
        "{}",
        "a name that is ignored sets nothing"
    );
}

#[test]
fn maps() {
    all_become(
        "Item",
        &[
            (
                r#"{"counts": {"b": 2, "a": "1", "": 3}}"#,
                r#"{"counts": {"": 3, "a": 1, "b": 2}}"#,
            ),
            (
                r#"{"byId": {"-1": {"v": "x"}, "2": {}}}"#,
                r#"{"byId": {"-1": {"v": "x"}, "2": {}}}"#,
            ),
            (r#"{"byId": {"1\u0030": {}}}"#, r#"{"byId": {"10": {}}}"#),
            (
                r#"{"byBool": {"true": "t", "false": "f"}}"#,
                r#"{"byBool": {"false": "f", "true": "t"}}"#,
            ),
            (
                r#"{"byLong": {"9223372036854775807": "A"}}"#,
                r#"{"byLong": {"9223372036854775807": "A"}}"#,
            ),
            (
                r#"{"byUlong": {"18446744073709551615": "AA=="}}"#,
                r#"{"byUlong": {"18446744073709551615": "AA=="}}"#,
            ),
            (
                r#"{"byUint": {"4294967295": "NaN", "7": 0}}"#,
                r#"{"byUint": {"7": 0.0, "4294967295": "NaN"}}"#,
            ),
        ],
    );
    all_fail(
        "Item",
        &[
            r#"{"counts": []}"#,
            r#"{"counts": {"a": "x"}}"#,
            r#"{"byId": {1: {}}}"#,
            r#"{"byId": {"": {}}}"#,
            r#"{"byId": {"x": {}}}"#,
            r#"{"byId": {" 1": {}}}"#,
            r#"{"byId": {"2147483648": {}}}"#,
            r#"{"byId": {"1": 1}}"#,
            r#"{"byUint": {"-1": 1}}"#,
            r#"{"byBool": {true: "t"}}"#,
            r#"{"byBool": {"True": "t"}}"#,
            r#"{"byBool": {"1": "t"}}"#,
        ],
    );
}

#[test]
fn lists() {
    all_stay(
        "Item",
        &[
            r#"{"nums": [1, 2, -3]}"#,
            r#"{"inners": [{}, {"v": "x"}]}"#,
            r#"{"values": [1.0, "x", true, [null], {"a": []}]}"#,
        ],
    );
    all_fail(
        "Item",
        &[
            r#"{"nums": 1}"#,
            r#"{"nums": {}}"#,
            r#"{"nums": [true]}"#,
            r#"{"nums": ["x"]}"#,
            r#"{"nums": [{}]}"#,
            r#"{"nums": [[1]]}"#,
            r#"{"inners": {}}"#,
            r#"{"inners": [1]}"#,
            r#"{"inners": [[]]}"#,
            r#"{"inner": []}"#,
            r#"{"inner": "x"}"#,
            r#"{"empty": 1}"#,
        ],
    );
}

#[test]
fn unknown_fields_and_names_can_be_ignored() {
    let parser = Parser::new().ignore_unknown_fields(true);
    let cases = [
        (r#"{"zz": 1, "fInt32": 2}"#, r#"{"fInt32": 2}"#),
        (
            r#"{"zz": {"a": [1, {"b": null}]}, "inner": {"zz": "x"}}"#,
            r#"{"inner": {}}"#,
        ),
        (r#"{"[no.such]": 1}"#, "{}"),
        (r#"{"kind": "NO_SUCH"}"#, "{}"),
        (
            r#"{"kinds": ["A", "NO_SUCH", "B"]}"#,
            r#"{"kinds": ["A", "B"]}"#,
        ),
        (
            r#"{"byLong": {"1": "NO_SUCH", "2": "A"}}"#,
            r#"{"byLong": {"2": "A"}}"#,
        ),
    ];
    for (json, expected) in cases {
        let message = parser.parse_dynamic(&descriptor("Item"), json).unwrap();
        assert_eq!(printed(&message), expected, "{json}");
        all_fail("Item", &[json]);
    }
    for json in [
        r#"{"zz": 1, "zz": 2}"#,
        r#"{"zz": tru}"#,
        r#"{"zz": "\ud800"}"#,
        r#"{"zz": 01}"#,
    ] {
        assert!(
            parser.parse_dynamic(&descriptor("Item"), json).is_err(),
            "{json}"
        );
    }
}

#[test]
fn merging_replaces_lists_and_merges_messages() {
    let mut message = parsed(
        "Item",
        r#"{"nums": [1], "counts": {"a": 1}, "child": {"fInt32": 1}, "fBool": true, "cI": 1}"#,
    );
    let json = r#"{"nums": [2, 3], "counts": {"b": 2}, "child": {"fString": "x"}, "fBool": null, "cM": {}}"#;
    Parser::new().merge(json, &mut message).unwrap();
    assert_eq!(
        printed(&message),
        r#"{"nums": [2, 3], "counts": {"b": 2}, "cM": {}, "child": {"fInt32": 1, "fString": "x"}}"#
    );
}

#[test]
fn null_clears_the_member_of_a_oneof_that_is_set() {
    let mut message = parsed("Item", r#"{"cI": 1}"#);
    Parser::new()
        .merge(r#"{"cS": null}"#, &mut message)
        .unwrap();
    assert_eq!(printed(&message), r#"{"cI": 1}"#);
    Parser::new()
        .merge(r#"{"cI": null}"#, &mut message)
        .unwrap();
    assert_eq!(printed(&message), "{}");
}
